-- The job's state machine, as src/store/rules/ has it, and the indexes that follow it.
--
-- A job that waits is in `waiting:{platform}` by the time it is due (`place`: less its head start, `ahead`), a held one in
-- `held:{platform}` by the end of its lease, an ended one in `completed` or `failed` by the end of
-- its retention. One with a scope that waits is in `scope:{scope}`, too. So every count is the size of an index, and none can drift.

-- Tells waiting workers in how many microseconds there may be something to claim.
local function wake(delay)
  notify('wake', delay)
end

local function waiting(platform)
  return Q .. 'waiting:' .. platform
end

local function held(platform)
  return Q .. 'held:' .. platform
end

-- A platform is in the hash `platforms` with the time at which its pause ends: 0 if it never had
-- one, OPEN if it had one that a probe or an operator has ended. After a pause one job is claimed, the
-- probe. What else there is to a pause is in a hash of its own: `limits` in a row, limits that were
-- `counted`, the `probe`'s id, and `quota` if that is what the platform waits for. A probe that is no
-- longer held counts as none, so nobody has to take it out.
local OPEN = 1
local function paused(platform)
  return Q .. 'pause:' .. platform
end

local function open_platform(platform)
  call('HSET', Q .. 'platforms', platform, OPEN)
  call('HDEL', paused(platform), 'limits', 'probe', 'quota')
  wake(0)
end

-- The job got something from its platform. If it is the probe, the pause and its limits are forgotten.
local function got_through(record)
  if record.probe and tonumber(call('HGET', Q .. 'platforms', record.platform) or 0) <= now
    and call('HGET', paused(record.platform), 'probe') == record.id then
    open_platform(record.platform)
  end
  set(record, 'probe', nil)
end

-- What the store keeps of a job without reading it: its input, and the outputs of its phases. The field
-- `bytes` of the record is their size; without it there are none.
local function outputs(id)
  return Q .. 'outputs:' .. id
end

-- What a job's phase has saved: see save.lua.
local SAVED = Q .. 'saved:'

-- A failed job's outputs are kept for a while for a job that continues it: in `kept` by the time until
-- which, each as `{id}:{bytes}`, with the sum in `kept_bytes`. They are the first to go when room is needed.
-- How long they are kept is the last argument of every script that ends jobs.
local function kept_member(record)
  return record.id .. ':' .. string.format('%.0f', record.bytes)
end

-- Every submit that made a job, in their order: a stream of their ids as 16 bytes. An entry stays behind when
-- its job goes, and is trimmed later.
local SUBMITS = Q .. 'submits'

local function id_of(bytes)
  local hex = string.gsub(bytes, '.', function(byte)
    return string.format('%02x', string.byte(byte))
  end)
  return (string.gsub(hex, '^(%x%x%x%x%x%x%x%x)(%x%x%x%x)(%x%x%x%x)(%x%x%x%x)', '%1-%2-%3-%4-'))
end

-- Looks at the next `count` entries and takes out those whose jobs are gone. Two for each job that has
-- expired keep the stream below twice the number of jobs, however long some of them stay.
local function trim_submits(count)
  local from = redis.call('HGET', Q .. 'meta', 'trimmed')
  local entries = redis.pcall('XRANGE', SUBMITS, from and '(' .. from or '-', '+', 'COUNT', count)
  local last = false
  for _, entry in ipairs(entries.err and {} or entries) do
    last = entry[1]
    if call('EXISTS', JOBS .. id_of(entry[2][2])) == 0 then
      call('XDEL', SUBMITS, last)
    end
  end
  if last and #entries == count then
    call('HSET', Q .. 'meta', 'trimmed', last)
  else
    call('HDEL', Q .. 'meta', 'trimmed')
  end
  if last and call('XLEN', SUBMITS) == 0 then
    call('DEL', SUBMITS)
  end
end

local function add_bytes(bytes)
  if bytes ~= 0 then
    call('INCRBY', Q .. 'bytes', bytes)
  end
end

local function stored_bytes()
  -- Somebody may have deleted the counter: less than nothing is not stored.
  return math.max(tonumber(call('GET', Q .. 'bytes') or 0), 0)
end

-- Notes: a list of texts, the id of a submit and its note behind that. The record has their bytes in
-- `notes`, and once they were handed out how often in `deliveries`; in `delivery` it has the token of the
-- claim whose lease is not over. An ended job with notes is in `ended:{platform}` by the time they are due.
local function notes(id)
  return Q .. 'notes:' .. id
end

local function outbox(platform)
  return Q .. 'ended:' .. platform
end

local function note_submit(entry)
  return string.sub(entry, 1, 36)
end

local function note_size(entry)
  return #entry - 36
end

local function deliver_at(record, due)
  -- A sweep may have forgotten the platform.
  call('HSETNX', Q .. 'platforms', record.platform, 0)
  call('ZADD', outbox(record.platform), due, record.id)
  notify('ended', due - now)
end

local function ended_member(id, bytes)
  return id .. ':' .. string.format('%.0f', bytes)
end

-- Sets how many bytes of notes a job has; nil if it has no notes. The row of an ended job counts them, too.
local function resize_notes(record, size)
  local before, is = record.notes or 0, size or 0
  if record.ended and before ~= is then
    local index, report = Q .. record.status, redis.pcall('STRLEN', JOBS .. record.id .. ':report')
    report = type(report) == 'number' and report or 0
    local row = ended_member(record.id, report + before)
    local expiry = call('ZSCORE', index, row)
    if expiry then
      call('ZREM', index, row)
      call('ZADD', index, expiry, ended_member(record.id, report + is))
    end
  end
  add_bytes(is - before)
  set(record, 'notes', size)
end

local function drop_notes(record)
  call('UNLINK', notes(record.id))
  call('ZREM', outbox(record.platform), record.id)
  resize_notes(record, nil)
  set(record, 'deliveries', nil)
  set(record, 'delivery', nil)
end

-- The field `key` names target and scope as keys do, where that is more than handle and platform.
local function target_key(record)
  return JOBS .. 'handle:' .. (record.key or (record.handle .. ':' .. record.platform))
end

-- The waiting jobs of a scope, which is the last part of what names it and its target.
local function scoped(key)
  return Q .. 'scope:' .. string.match(key, '[^:]*$')
end

local function kept_bytes()
  return math.max(tonumber(call('GET', Q .. 'kept_bytes') or 0), 0)
end

local function forget_kept(member)
  local id, bytes = string.match(member, '^(.*):(%d+)$')
  if call('ZREM', Q .. 'kept', member) == 1 and bytes
    and call('DECRBY', Q .. 'kept_bytes', bytes) <= 0 then
    call('DEL', Q .. 'kept_bytes')
  end
  return id, tonumber(bytes) or 0
end

local function drop_kept(member)
  local id, bytes = forget_kept(member)
  add_bytes(-bytes)
  if id then
    call('UNLINK', outputs(id))
  end
end

-- Drops what failed jobs have left, the oldest first, until no more than `most` bytes are stored; of very
-- small ones the rest with the next call.
local function make_room(most)
  for _ = 1, 1000 do
    local first = stored_bytes() > most and call('ZRANGE', Q .. 'kept', 0, 0)[1]
    if not first then
      return
    end
    drop_kept(first)
  end
end

-- The id of the job that owns a target. A key of another type names none, and must not end a
-- script halfway.
local function job_of(key)
  local id = redis.pcall('GET', key)
  return type(id) == 'string' and id or nil
end

-- Frees the target, unless a newer job owns it.
local function free_target(record)
  local key = target_key(record)
  if job_of(key) == record.id then
    call('DEL', key)
  end
end

-- Takes a job out of the index in which it is.
local function leave(record)
  if record.status == 'pending' then
    call('ZREM', waiting(record.platform), record.id)
    if record.scope then
      call('SREM', scoped(record.key), record.id)
    end
  elseif record.status == 'processing' then
    call('ZREM', held(record.platform), record.id)
    call('SREM', Q .. 'claim:' .. record.token, record.id)
    set(record, 'worker', nil)
  end
end

local function is_overdue(record)
  return record.deadline ~= nil and record.deadline <= now
end

local function set_failure(record, kind, message)
  set(record, 'error_kind', kind)
  set(record, 'error_message', message)
end

-- Makes a job wait until it is due, at its position in the queue.
local function wait_at(record, due)
  leave(record)
  set(record, 'status', 'pending')
  touch(record)
  call('ZADD', waiting(record.platform), due, record.id)
  if record.scope then
    call('SADD', scoped(record.key), record.id)
  end
end

-- Ends a job. What only a running job needs goes; every key that stays gets its time to live.
local function end_as(record, status, retention, report_bytes)
  leave(record)
  if record.saved then
    call('UNLINK', SAVED .. record.id)
    add_bytes(-record.saved)
    set(record, 'bytes', record.bytes - record.saved)
  end
  local kept_for = math.min(tonumber(ARGV[#ARGV]), retention)
  local is_kept = status == 'failed' and record.bytes and record.phase ~= 'Scraping' and kept_for > 0
  if is_kept then
    call('ZADD', Q .. 'kept', after(kept_for), kept_member(record))
    call('INCRBY', Q .. 'kept_bytes', record.bytes)
    call('PEXPIRE', outputs(record.id), milliseconds(kept_for))
  else
    if record.bytes then
      call('UNLINK', outputs(record.id))
    end
    add_bytes(report_bytes - (record.bytes or 0))
    set(record, 'bytes', nil)
    set(record, 'input', nil)
  end
  if record.deadline then
    call('ZREM', Q .. 'deadlines', record.id)
  end
  for _, name in ipairs({'next_attempt_at', 'place', 'deadline', 'max_crashes',
    'limits_seen', 'probe', 'ahead', 'saved', 'state_bytes', 'saves'}) do
    set(record, name, nil)
  end
  set(record, 'status', status)
  set(record, 'ended', now)
  set(record, 'retention', retention)
  touch(record)
  set(record, 'completed_at', record.updated_at)
  call('ZADD', Q .. status, after(retention), ended_member(record.id, report_bytes + (record.notes or 0)))
  save(record)
  local kept = milliseconds(retention)
  if record.notes then
    call('PEXPIRE', notes(record.id), kept)
    deliver_at(record, now)
  end
  call('PEXPIRE', JOBS .. record.id, kept)
  if status == 'failed' then
    free_target(record)
  elseif job_of(target_key(record)) == record.id then
    call('PEXPIRE', target_key(record), kept)
  end
end

local function fail(record, kind, message, retention)
  set_failure(record, kind, message)
  end_as(record, 'failed', retention, 0)
end

local function fail_cancelled(record, retention)
  fail(record, 'cancelled', 'the job was cancelled', retention)
end

local function fail_overdue(record, retention)
  local message = "the job's deadline passed before it was finished"
  if record.error_message then
    message = "the job's deadline passed; last error: " .. record.error_message
  end
  fail(record, 'deadline_exceeded', message, retention)
end

-- The platform does not serve the job before its deadline.
local function fail_beyond_deadline(record, quota, why, retention)
  local kind, what = 'deadline_exceeded', 'the platform is paused'
  if quota then
    kind, what = 'quota_exhausted', "the platform's quota is used up"
  end
  fail(record, kind, what .. " until after the job's deadline: " .. why, retention)
end

-- Reclaims a job whose lease has expired.
local function reclaim(record, retention)
  -- The next number, so that the late worker's lease is an old one from here on.
  set(record, 'fence', record.fence + 1)
  set(record, 'crashes', (record.crashes or 0) + 1)
  if record.cancel_requested then
    fail_cancelled(record, retention)
  elseif record.crashes >= record.max_crashes then
    fail(record, 'crashed',
      "given up: the worker's lease expired " .. record.crashes .. ' times', retention)
  elseif is_overdue(record) then
    fail_overdue(record, retention)
  else
    set_failure(record, 'crashed', "the worker's lease expired: it crashed or stalled")
    wait_at(record, record.place)
    set(record, 'token', nil)
    save(record)
  end
end

local function is_holder(record, fence, token)
  return record.status == 'processing' and record.fence == fence and record.token == token
end

-- Quarantines a damaged record (promise 17): out of every index, counted, and gone with the end of a
-- retention, or sooner if it was about to go: it holds a handle.
local function quarantine(id, retention)
  for _, platform in ipairs(call('HKEYS', Q .. 'platforms')) do
    call('ZREM', waiting(platform), id)
    call('ZREM', held(platform), id)
    call('ZREM', outbox(platform), id)
  end
  call('ZREM', Q .. 'deadlines', id)
  -- Otherwise a repetition of the claim that found it would get it again.
  local token = redis.pcall('HGET', JOBS .. id, 'token')
  if type(token) == 'string' then
    call('SREM', Q .. 'claim:' .. token, id)
  end
  local bytes = 0
  for _, name in ipairs({'Input', 'Scraping', 'Analysis'}) do
    local length = redis.pcall('HSTRLEN', outputs(id), name)
    bytes = bytes + (tonumber(length) or 0)
  end
  local saved = redis.pcall('LRANGE', SAVED .. id, 0, -1)
  for _, value in ipairs(saved.err and {} or saved) do
    bytes = bytes + #value
  end
  add_bytes(-bytes)
  forget_kept(kept_member({id = id, bytes = bytes}))
  local is_ended = redis.pcall('HEXISTS', JOBS .. id, 'ended') == 1
  local listed = not is_ended and redis.pcall('LRANGE', notes(id), 0, -1)
  for _, entry in ipairs(listed and not listed.err and listed or {}) do
    -- Those of an ended job count until its row goes.
    add_bytes(-note_size(entry))
  end
  call('UNLINK', outputs(id), SAVED .. id, notes(id))
  call('ZADD', Q .. 'damaged', after(retention), id)
  call('PEXPIRE', JOBS .. id, milliseconds(retention), 'LT')
  -- Its worker may write no more: what it kept from here on would have no end.
  redis.pcall('HDEL', JOBS .. id, 'token')
  -- The target is free for a new job, if the record still tells it.
  local target = redis.pcall('HMGET', JOBS .. id, 'handle', 'platform', 'key')
  if not target.err and target[1] and target[2] then
    free_target({id = id, handle = target[1], platform = target[2], key = target[3] or nil})
    if target[3] then
      call('SREM', scoped(target[3]), id)
    end
  end
end

-- Reads the record of a job that an index names. One that is damaged, or that does not belong
-- there, is quarantined and added to `damaged`, so that it blocks nothing. Returns nil and true for one of
-- a newer build.
local function load_indexed(id, status, platform, damaged, retention)
  local record, damage, newer = load(id)
  if newer then
    return nil, true
  elseif not record then
    damage = damage or 'the record is gone'
  elseif record.status ~= status or (platform and record.platform ~= platform) then
    damage = 'the record contradicts the queue'
  end
  if damage and is_outdated() then
    return nil, true
  elseif damage then
    quarantine(id, retention)
    damaged[#damaged + 1] = id
    damaged[#damaged + 1] = damage
    return nil
  end
  return record
end

-- Lets a job of a newer build wait a little at its index, so that it is not the first there for ever.
local PUT_OFF = 30 * 1000000
local function put_off(index, id)
  call('ZADD', index, 'XX', after(PUT_OFF), id)
end

-- Removes what is left of up to `limit` jobs whose retention is over, and returns how many. Their
-- keys have expired by themselves.
local function expire(limit)
  for _, member in ipairs(call('ZRANGE', Q .. 'kept', '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)) do
    drop_kept(member)
  end
  local removed = 0
  for _, status in ipairs({'completed', 'failed'}) do
    local due = call('ZRANGE', Q .. status, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit - removed)
    for _, member in ipairs(due) do
      add_bytes(-(tonumber(string.match(member, ':(%d+)$')) or 0))
      call('ZREM', Q .. status, member)
      removed = removed + 1
    end
    if removed >= limit then
      break
    end
  end
  if removed > 0 then
    trim_submits(2 * removed + 1)
  end
  return removed
end
