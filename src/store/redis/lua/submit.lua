-- submit: id, handle, platform, max_age | -1, deadline | -1, max_crashes,
--         limits: pending jobs, jobs, stored bytes; input; what names target and scope in keys;
--         scope (empty for none), head start, failed job to continue (empty for none),
--         traceparent and tracestate (empty for none), retention, the id as 16 bytes, note (behind a letter;
--         empty for none), version of the program (empty for any), limit of the scope's pending jobs
--         (absent for none)
-- Returns {what, record}: created, joined, served, taken, damaged; or {full, limit}; or {not_continuable,
-- why}; or {newer, id}.

-- How long a held job that is in no index is left to its worker: 30 s, the usual lease.
local ORPHANED = 30 * 1000000

-- A report is served only if it is kept for as long as this, a minute, or for a tenth of its retention.
local SERVED = 60 * 1000000

local id, handle, platform = ARGV[1], ARGV[2], ARGV[3]
local max_age, deadline = tonumber(ARGV[4]), tonumber(ARGV[5])
local input, name, scope, ahead = ARGV[10], ARGV[11], ARGV[12], tonumber(ARGV[13])

-- So that a store without a sweeper does not grow for ever either.
expire(8)

local own, damage, newer = load(id)
if damage then
  return refusal(damage, newer)
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

-- Adds the note of this submit, unless the job has it. Returns the limit that refuses it.
local function add_note(record)
  if ARGV[19] == '' then
    return nil
  end
  local note, known = string.sub(ARGV[19], 2), {}
  if record.notes then
    known = redis.pcall('LRANGE', notes(record.id), 0, -1)
  end
  for _, entry in ipairs(known) do
    if note_submit(entry) == id then
      return nil
    end
  end
  if #known >= 16 then
    return 'notes'
  elseif stored_bytes() - kept_bytes() + #note > tonumber(ARGV[9]) then
    return 'stored_bytes'
  end
  if known.err or not record.notes then
    -- Somebody may have put something else there.
    call('UNLINK', notes(record.id))
  end
  call('RPUSH', notes(record.id), id .. note)
  resize_notes(record, (record.notes or 0) + #note)
  if record.ended then
    call('PEXPIRE', notes(record.id), math.max(call('PTTL', JOBS .. record.id), 1))
    -- It has all its tries before it, and waits only for those who are delivering others now.
    set(record, 'deliveries', nil)
    if not record.delivery then
      deliver_at(record, now)
    end
  end
  save(record)
  return nil
end

local key = JOBS .. 'handle:' .. name
local other_id = job_of(key)
if other_id then
  local other, broken, newer_owner = load(other_id)
  -- Somebody may have changed the record by hand: one of another target does not own this one.
  local owns = other and is_for_this(other)
  if newer_owner then
    if is_for_this(newer_owner) then
      return refusal(broken, newer_owner)
    end
  elseif broken then
    quarantine(other_id, tonumber(ARGV[17]))
  elseif owns and other.status == 'completed' then
    local age, kept = now - other.ended, other.retention
    -- Not if it is about to expire: its reader would find nothing.
    if (max_age < 0 or age < max_age) and (ARGV[20] == '' or ARGV[20] == other.program)
      and not (kept and kept - age < math.min(SERVED, kept / 10)) then
      local full = add_note(other)
      if full then
        return {'full', full}
      end
      return {'served', reply(other)}
    end
  elseif owns then
    local full = add_note(other)
    if full then
      return {'full', full}
    end
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

local failed
if ARGV[14] ~= '' then
  failed, damage, newer = load(ARGV[14])
  if newer then
    return refusal(damage, newer)
  end
  local refused
  if not failed then
    refused = 'unknown'
  elseif not is_for_this(failed) then
    refused = 'other_target'
  elseif failed.status ~= 'failed' then
    refused = 'not_failed'
  elseif not failed.bytes or (tonumber(call('ZSCORE', Q .. 'kept', kept_member(failed)) or 0)) <= now
    or call('EXISTS', outputs(failed.id)) == 0 then
    refused = 'no_checkpoints'
  end
  if refused then
    return {'not_continuable', refused}
  end
end

local function scope_is_full(limit)
  local jobs = scoped(name)
  if call('SCARD', jobs) < limit then
    return false
  end
  -- A record that somebody has deleted must not count for ever.
  for _, other in ipairs(call('SRANDMEMBER', jobs, 16)) do
    if call('EXISTS', JOBS .. other) == 0 then
      call('SREM', jobs, other)
    end
  end
  return call('SCARD', jobs) >= limit
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
end
local stored, bytes_max = stored_bytes() - kept_bytes(), tonumber(ARGV[9])
if stored >= bytes_max then
  return {'full', 'stored_bytes'}
elseif scope ~= '' and ARGV[21] and scope_is_full(tonumber(ARGV[21])) then
  return {'full', 'pending_jobs_per_scope'}
elseif stored + (failed and failed.bytes or #input) + math.max(#ARGV[19] - 1, 0) > bytes_max then
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
if failed then
  -- What it has left moves to the new job. First what may be refused to this user.
  call('PERSIST', outputs(failed.id))
  call('RENAME', outputs(failed.id), outputs(id))
  forget_kept(kept_member(failed))
  set(record, 'phase', failed.phase)
  set(record, 'percent', failed.phase == 'Analysis' and 30 or 90)
  set(record, 'bytes', failed.bytes)
  set(record, 'input', failed.input)
  set(failed, 'bytes', nil)
  set(failed, 'input', nil)
  save(failed)
elseif input ~= '' then
  set(record, 'input', #input)
  set(record, 'bytes', #input)
  call('HSET', outputs(id), 'Input', input)
  add_bytes(#input)
end
if ARGV[15] ~= '' then
  set(record, 'traceparent', ARGV[15])
  if ARGV[16] ~= '' then
    set(record, 'tracestate', ARGV[16])
  end
end
if scope ~= '' then
  set(record, 'scope', scope)
  call('SADD', scoped(name), id)
end
record.id = id
add_note(record)
save(record)
call('SET', key, id)
-- A job that no list shows is better than none.
redis.pcall('XADD', SUBMITS, '*', 'id', ARGV[18])
if not is_known then
  call('HSET', Q .. 'platforms', platform, 0)
end
call('ZADD', waiting(platform), record.place, id)
make_room(bytes_max)
wake(0)
return {'created', reply(record)}
