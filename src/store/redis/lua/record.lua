-- One job's record, `jobs:{id}`.
--
-- What everybody may read are fields by their names. What only the store needs is one field, `own`: values in
-- the order of the places below, as MessagePack. So reading and writing a record takes one command each, and no
-- number becomes text. Later builds may append values, which older ones keep, or add fields. A value of more
-- than 64 bytes makes Redis keep a hash in another way, which takes twice the room: usually `own` has less.

-- The first place is for whether it could be read. What most jobs do not have comes behind MORE, which is there if
-- any of that is, or a field of those that `load` reads only then.
-- RETENTION is of ended jobs. One that was claimed and has not ended has in its place how many limits of its platform had been
-- counted before, if any had; builds of schema 4 and 3 have written that at OLD_LIMITS_SEEN.
local VERSION, FENCE, ATTEMPT, TOKEN, SETTLED, PHASE, PERCENT, ENDED, RETENTION = 2, 3, 4, 5, 6, 7, 8, 9, 10
local LIMITS_SEEN, UPDATED, PLACE, MAX_CRASHES, BYTES, PROGRAM, DEADLINE, MORE = 10, 11, 12, 13, 14, 15, 16, 17
local WATCHED, FAILURES, CRASHES, CANCELLED, ERROR, PROBE, OLD_LIMITS_SEEN, INPUT = 18, 19, 20, 21, 22, 23, 24, 25
local AHEAD, SAVED, STATE, SAVES, NOTES, DELIVERIES, DELIVERY, KEY, LAST = 26, 27, 28, 29, 30, 31, 32, 33, 33
local KINDS = {[TOKEN] = 'string', [SETTLED] = 'string', [PROGRAM] = 'string', [DELIVERY] = 'string',
  [KEY] = 'string'}

local STATUSES = {pending = true, processing = true, completed = true, failed = true}

-- How a claim was settled, as records have it: every ended job keeps it.
local SETTLED_AS = {c = 'completed', f = 'failed', p = 'pending'}

local CONTINUE, CANCEL, LOST = 'continue', 'cancel', 'lost'

-- Writes no absent values at the end: so their number is that of the values that are read.
local function packed(own, last)
  while own[last] == nil do
    last = last - 1
  end
  return pack_own(unpack(own, VERSION, last))
end

-- What makes the values of a record such that scripts cannot work with it, in words; nil if they are sound.
local function damage_of_own(record)
  local own, status = record.own, record.status
  if not own[1] then
    return 'the field own cannot be read'
  end
  for place = VERSION, min(record.last, LAST) do
    local value = own[place]
    if value ~= nil then
      local kind = KINDS[place] or 'number'
      if type(value) ~= kind
        or kind == 'number' and (value % 1 ~= 0 or value < 0 or value > FAR) then
        return 'the field own has another kind of value than it should'
      end
    end
  end
  if not (own[VERSION] and own[FENCE] and own[ATTEMPT] and (own[BYTES] or own[ENDED])) then
    return 'the field own lacks a number'
  end
  if (status == 'pending' or status == 'processing') and not (own[PLACE] and own[MAX_CRASHES]) then
    return 'a job that has not ended lacks its position in the queue'
  elseif status == 'processing' and not own[TOKEN] then
    return 'a held job lacks its token'
  elseif (status == 'completed' or status == 'failed') and not own[ENDED] then
    return 'an ended job lacks its end'
  elseif record.scope and not own[KEY] then
    return 'a job with a scope lacks its key'
  end
  return nil
end

local function damage_of(record)
  local percent = tonumber(record.percent)
  if not (record.status and record.phase and record.handle and record.platform and record.updated_at) then
    return 'a field is missing'
  elseif not percent or percent % 1 ~= 0 or percent < 0 then
    return 'the field percent is not a whole number'
  end
  return damage_of_own(record)
end

-- Whether a newer build has written the record: it is in a status or a phase that this one does not know.
-- Such a record is left to those who do: never claimed, changed, quarantined or removed.
local function is_newer(record)
  return (record.status and not STATUSES[record.status]) or (record.phase and not PHASES[record.phase])
end

-- Whether a newer build writes what this one cannot read, and began to while this one was connected. The
-- next handshake says so.
local function is_outdated()
  local needed = call('HGET', Q .. 'meta', 'min_reader')
  return (tonumber(needed or 0) or 0) > SCHEMA
end

-- Reads a record. Returns nil if there is none; nil with a reason if it is damaged; and if it is of a newer
-- build, nil with a reason and what can be read of it. `save` writes only what has changed, so fields that
-- this build does not know are kept.
local function load(id)
  local key = JOBS .. id
  local fields = try('HMGET', key, 'own', 'status', 'phase', 'percent', 'updated_at', 'platform', 'handle',
    'created_at')
  if fields.err then
    return nil, 'the key is not a hash'
  elseif not fields[1] and not fields[2] and call('EXISTS', key) == 0 then
    return nil
  end
  local own = {pcall(unpack_own, fields[1] or '')}
  -- The key is what counts, whatever the fields say.
  local record = {id = id, key = key, own = own, last = #own, packed = fields[1], status = fields[2] or nil,
    phase = fields[3] or nil, percent = fields[4] or nil, updated_at = fields[5] or nil,
    platform = fields[6] or nil, handle = fields[7] or nil, created_at = fields[8] or nil, was = fields[2]}
  if own[MORE] or record.status ~= 'pending' then
    -- What a job that waits for its first worker has only if its own field says so.
    local more = call('HMGET', key, 'scope', 'completed_at', 'next_attempt_at', 'error_kind', 'error_message',
      'traceparent', 'tracestate')
    record.scope, record.completed_at, record.next_attempt_at = more[1] or nil, more[2] or nil, more[3] or nil
    record.error_kind, record.error_message = more[4] or nil, more[5] or nil
    record.traceparent, record.tracestate = more[6] or nil, more[7] or nil
    record.is_plain = false
  else
    record.is_plain = true
  end
  if is_newer(record) then
    return nil, 'a newer build has written it', record
  end
  local damage = damage_of(record)
  if damage then
    return nil, damage, is_outdated() and record or nil
  end
  own[PHASE], own[PERCENT] = PHASES[record.phase], tonumber(record.percent)
  return record
end

-- Reads the record of a job for the worker that holds it: what the store keeps to itself, and the fields that are
-- asked for as well. Returns nil and a refusal if it does not hold the job, and what there is to say of its end if
-- that was its own. A token is random, so if it stands where it should, the values around it are what the claim
-- has written: whoever takes a job from its worker, of whatever build, raises the fence.
local function load_held(id, fence, token, with_target)
  local key = JOBS .. id
  local packed, platform, handle
  if with_target then
    local fields = try('HMGET', key, 'own', 'platform', 'handle')
    packed, platform, handle = fields[1], fields[2], fields[3]
  else
    packed = try('HGET', key, 'own')
  end
  local own = {pcall(unpack_own, packed)}
  if own[TOKEN] == token and own[FENCE] == number_of(fence) and not own[SETTLED]
    and (not with_target or platform and handle) then
    return {id = id, key = key, own = own, last = #own, platform = platform, handle = handle, status = 'processing',
      was = 'processing', packed = packed, touched = false}
  end
  local record, damage, newer = load(id)
  if not record then
    return nil, damage and not newer and {'damaged', damage} or LOST
  end
  own = record.own
  return nil, LOST, own[TOKEN] == token and own[FENCE] == number_of(fence) and SETTLED_AS[own[SETTLED]]
end

-- The reply about a record that `load` does not return.
local function refusal(damage, newer)
  if newer then
    return {'newer', newer.id}
  end
  return {'damaged', damage}
end

-- Takes out a value. A table grows by what is set to nothing, too.
local function forget(own, place)
  if own[place] then
    own[place] = nil
  end
end

-- Takes out a field.
local function drop(record, name)
  record[name] = nil
  record.removed = record.removed or {'HDEL', record.key}
  insert(record.removed, name)
end

-- Changes a value that most jobs do not have.
local function keep(record, place, value)
  record.own[place] = value
  record.last = max(record.last, place)
  if place > MORE then
    record.own[MORE] = 1
  end
end

local function keep_or_forget(record, place, value)
  if value then
    keep(record, place, value)
  else
    forget(record.own, place)
  end
end

-- Changes a field that everybody may read and that most jobs do not have, in the table at once and in Redis with
-- `save`, and notes that there is one.
local function set_more(record, name, value)
  keep(record, MORE, 1)
  record.is_plain = false
  record[name] = value
  record.changed = record.changed or {'HSET', record.key}
  insert(record.changed, name)
  insert(record.changed, value)
end

local function set_failure(record, kind, message)
  set_more(record, 'error_kind', kind)
  set_more(record, 'error_message', message)
  keep(record, ERROR, 1)
end

local function forget_failure(record)
  if record.own[ERROR] then
    drop(record, 'error_kind')
    drop(record, 'error_message')
    record.own[ERROR] = nil
  end
end

-- Marks a visible change (promise 7). `save` is to write what this returns: when that was, in words.
local function touch(record)
  local own = record.own
  own[VERSION] = own[VERSION] + 1
  -- The clock may be set back; what people read may not.
  own[UPDATED] = max(now, own[UPDATED] or 0)
  record.touched = true
  record.updated_at = in_words(own[UPDATED])
  return record.updated_at
end

-- The waiting jobs of a scope, which is the last part of what names it and its target.
local function scoped(key)
  return Q .. 'scope:' .. string.match(key, '[^:]*$')
end

-- Moves a job between the indexes of those that wait (by its place, when it is due: less its head start) and
-- those that are held (by the end of the lease).
local function index(record)
  local id, was, status = record.id, record.was, record.status
  if was == 'pending' then
    change('ZREM', waiting(record.platform), id)
  elseif was == 'processing' then
    change('ZREM', held(record.platform), id)
  end
  if status == 'pending' then
    change('ZADD', waiting(record.platform), format('%d', record.own[PLACE]), id)
  elseif status == 'processing' then
    change('ZADD', held(record.platform), record.lease_ends, id)
  end
  if record.scope and (was == 'pending' or status == 'pending') then
    change(status == 'pending' and 'SADD' or 'SREM', scoped(record.own[KEY]), id)
  end
  record.was = status
end

-- Writes what has changed: the values of the store's own, the fields whose names and values are given, and those that
-- most jobs do not have. Notifies those who watch the job, until the second at WATCHED, of a visible change.
local function save(record, ...)
  local own, changed = record.own, record.changed
  local watched = record.touched and own[WATCHED]
  if watched and own[ENDED] then
    own[WATCHED] = nil
  end
  record.packed = packed(own, record.last)
  call('HSET', record.key, 'own', record.packed, ...)
  if changed then
    call(unpack(changed))
    record.changed = nil
  end
  if record.removed then
    call(unpack(record.removed))
    record.removed = nil
  end
  if record.status ~= record.was then
    index(record)
  end
  if watched and watched * 1000000 > now then
    notify('job:' .. record.id, '')
  end
  record.touched = false
end

-- The record as Rust reads it: the values of the fields in its order, and at the end those that most jobs do not have.
local function reply(record)
  if record.is_plain then
    return {record.packed, record.status, record.phase, record.percent, record.updated_at, record.platform,
      record.handle, record.created_at, record.id}
  end
  return {record.packed, record.status, record.phase, record.percent, record.updated_at, record.platform,
    record.handle, record.created_at or false, record.id, record.scope or false, record.completed_at or false,
    record.next_attempt_at or false, record.error_kind or false, record.error_message or false,
    record.traceparent or false, record.tracestate or false}
end
