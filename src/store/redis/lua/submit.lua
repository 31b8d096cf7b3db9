-- submit: id, handle, platform, max_age | -1, deadline | -1, max_crashes,
--         limits: pending jobs, jobs, stored bytes; input; what names target and scope in keys;
--         scope (empty for none), head start, limit of the scope's pending jobs (absent for none)
-- Returns {what, record}: created, joined, served, taken, damaged; or {full, limit}.

-- How long a held job that is in no index is left to its worker: 30 s, the usual lease.
local ORPHANED = 30 * 1000000

local id, handle, platform = ARGV[1], ARGV[2], ARGV[3]
local max_age, deadline = tonumber(ARGV[4]), tonumber(ARGV[5])
local input, name, scope, ahead = ARGV[10], ARGV[11], ARGV[12], tonumber(ARGV[13])

-- So that a store without a sweeper does not grow for ever either.
expire(8)

local own, damage = load(id)
if damage then
  return {'damaged', damage}
end
local function is_for_this(record)
  return record.handle == handle and record.platform == platform and (record.scope or '') == scope
end
if own then
  if is_for_this(own) then
    return {'created', reply(own)}
  end
  return {'taken'}
end

local key = JOBS .. 'handle:' .. name
local other_id = job_of(key)
if other_id then
  local other, broken = load(other_id)
  -- Somebody may have changed the record by hand: one of another target does not own this one.
  local owns = other and is_for_this(other)
  if broken then
    quarantine(other_id)
  elseif owns and other.status == 'completed' then
    if max_age < 0 or now - other.ended < max_age then
      return {'served', reply(other)}
    end
  elseif owns then
    -- A longer head start moves a job forward that is ready.
    if other.status == 'pending' and ahead > (other.ahead or 0)
      and other.place + (other.ahead or 0) <= now then
      set(other, 'place', other.place + (other.ahead or 0) - ahead)
      set(other, 'ahead', ahead)
      save(other)
      call('ZADD', waiting(platform), 'XX', other.place, other_id)
    end
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
elseif scope ~= '' and ARGV[14] and call('SCARD', scoped(name)) >= tonumber(ARGV[14]) then
  return {'full', 'pending_jobs_per_scope'}
end
local stored, bytes_max = stored_bytes(), tonumber(ARGV[9])
if stored >= bytes_max or stored + #input > bytes_max then
  return {'full', 'stored_bytes'}
end

local present = rfc3339(now)
local record = {id = id, changes = {}}
set(record, 'job_id', id)
set(record, 'handle', handle)
set(record, 'platform', platform)
if name ~= handle .. ':' .. platform then
  set(record, 'key', name)
end
set(record, 'status', 'pending')
set(record, 'phase', 'Scraping')
set(record, 'percent', 0)
set(record, 'created_at', present)
set(record, 'updated_at', present)
set(record, 'version', 1)
set(record, 'fence', 0)
set(record, 'place', now - ahead)
if ahead > 0 then
  set(record, 'ahead', ahead)
end
set(record, 'max_crashes', tonumber(ARGV[6]))
if deadline >= 0 then
  set(record, 'deadline', after(deadline))
  call('ZADD', Q .. 'deadlines', record.deadline, id)
end
if input ~= '' then
  set(record, 'input', #input)
  set(record, 'bytes', #input)
  call('HSET', outputs(id), 'Input', input)
  add_bytes(#input)
end
if scope ~= '' then
  set(record, 'scope', scope)
  call('SADD', scoped(name), id)
end
save(record)
call('SET', key, id)
if not is_known then
  call('HSET', Q .. 'platforms', platform, 0)
end
call('ZADD', waiting(platform), record.place, id)
wake(0)
return {'created', reply(record)}
