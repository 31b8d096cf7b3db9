-- submit: id, handle, platform, max_age | -1, deadline | -1, max_crashes,
--         limits: pending jobs, jobs, stored bytes
-- Returns {what, record}: created, joined, served, taken, damaged; or {full, limit}.

-- How long a held job that is in no index is left to its worker: 30 s, the usual lease.
local ORPHANED = 30 * 1000000

-- A report is served only if it is kept for as long as this, a minute, or for a tenth of its retention.
local SERVED = 60 * 1000000

local id, handle, platform = ARGV[1], ARGV[2], ARGV[3]
local max_age, deadline = tonumber(ARGV[4]), tonumber(ARGV[5])

-- So that a store without a sweeper does not grow for ever either.
expire(8)

local own, damage = load(id)
if damage then
  return {'damaged', damage}
end
if own then
  if own.handle == handle and own.platform == platform then
    return {'created', reply(own)}
  end
  return {'taken'}
end

local key = JOBS .. 'handle:' .. handle .. ':' .. platform
local other_id = job_of(key)
if other_id then
  local other, broken = load(other_id)
  -- Somebody may have changed the record by hand: one of another target does not own this one.
  local owns = other and other.handle == handle and other.platform == platform
  if broken then
    quarantine(other_id)
  elseif owns and other.status == 'completed' then
    local age, kept = now - other.ended, other.retention
    -- Not if it is about to expire: its reader would find nothing.
    if (max_age < 0 or age < max_age) and not (kept and kept - age < math.min(SERVED, kept / 10)) then
      return {'served', reply(other)}
    end
  elseif owns then
    -- An index that somebody has deleted must not keep the target waiting for ever. Its worker, if
    -- there is one, renews the lease with its next heartbeat.
    local index, score = waiting(platform), other.place
    if other.status == 'processing' then
      index, score = held(platform), after(ORPHANED)
    end
    if call('ZADD', index, 'NX', score, other_id) == 1 then
      call('HSETNX', Q .. 'platforms', platform, 0)
      wake(0)
    end
    return {'joined', reply(other)}
  end
end

local pending, processing, is_known = 0, 0, false
for _, name in ipairs(call('HKEYS', Q .. 'platforms')) do
  is_known = is_known or name == platform
  pending = pending + call('ZCARD', waiting(name))
  processing = processing + call('ZCARD', held(name))
end
local jobs = pending + processing + call('ZCARD', Q .. 'completed') + call('ZCARD', Q .. 'failed')
if jobs >= tonumber(ARGV[8]) then
  return {'full', 'jobs'}
elseif pending >= tonumber(ARGV[7]) then
  return {'full', 'pending_jobs'}
elseif stored_bytes() >= tonumber(ARGV[9]) then
  return {'full', 'stored_bytes'}
end

local present = rfc3339(now)
local record = {id = id, changes = {}}
set(record, 'job_id', id)
set(record, 'handle', handle)
set(record, 'platform', platform)
set(record, 'status', 'pending')
set(record, 'phase', 'Scraping')
set(record, 'percent', 0)
set(record, 'created_at', present)
set(record, 'updated_at', present)
set(record, 'version', 1)
set(record, 'fence', 0)
set(record, 'place', now)
set(record, 'max_crashes', tonumber(ARGV[6]))
if deadline >= 0 then
  set(record, 'deadline', after(deadline))
  call('ZADD', Q .. 'deadlines', record.deadline, id)
end
save(record)
call('SET', key, id)
if not is_known then
  call('HSET', Q .. 'platforms', platform, 0)
end
call('ZADD', waiting(platform), now, id)
wake(0)
return {'created', reply(record)}
