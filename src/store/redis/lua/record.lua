-- One job's record, `jobs:{id}`.
--
-- What everybody may read are fields by their names. What only the store needs is one field, `own`: values in
-- the order of the places below, as MessagePack. So reading and writing a record takes one command each, and no
-- number becomes text. Later builds may append values, which older ones keep, or add fields. A value of more
-- than 64 bytes makes Redis keep a hash in another way, which takes twice the room: usually `own` has less.

-- The first place is for whether it could be read. What most jobs do not have comes last.
local VERSION, FENCE, ATTEMPT, TOKEN, SETTLED, ENDED, RETENTION, PROGRAM = 2, 3, 4, 5, 6, 7, 8, 9
local WATCHED, PLACE, MAX_CRASHES, DEADLINE, BYTES, FAILURES, CRASHES, CANCELLED = 10, 11, 12, 13, 14, 15, 16, 17
local PROBE, LIMITS_SEEN, INPUT, AHEAD, SAVED, STATE, SAVES = 18, 19, 20, 21, 22, 23, 24
local NOTES, DELIVERIES, DELIVERY, KEY, LAST = 25, 26, 27, 28, 28
local KINDS = {[TOKEN] = 'string', [SETTLED] = 'string', [PROGRAM] = 'string', [DELIVERY] = 'string',
  [KEY] = 'string'}

local STATUSES = {pending = true, processing = true, completed = true, failed = true}
local PHASES = {Scraping = 1, Analysis = 2, Finalizing = 3}

-- How a claim was settled, as records have it: every ended job keeps it.
local SETTLED_AS = {c = 'completed', f = 'failed', p = 'pending'}

local CONTINUE, CANCEL, LOST = 'continue', 'cancel', 'lost'

local pack_own, unpack_own = cmsgpack.pack, cmsgpack.unpack

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
  if not (own[VERSION] and own[FENCE]) then
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
    'created_at', 'scope', 'completed_at', 'next_attempt_at', 'error_kind', 'error_message', 'traceparent',
    'tracestate')
  if fields.err then
    return nil, 'the key is not a hash'
  elseif not fields[1] and not fields[2] and call('EXISTS', key) == 0 then
    return nil
  end
  local own = {pcall(unpack_own, fields[1] or '')}
  -- The key is what counts, whatever the fields say.
  local record = {id = id, own = own, last = #own, packed = fields[1], written = {'HSET', key, 'own', false},
    status = fields[2] or nil, phase = fields[3] or nil, percent = fields[4] or nil, updated_at = fields[5] or nil,
    platform = fields[6] or nil, handle = fields[7] or nil, created_at = fields[8] or nil,
    scope = fields[9] or nil, completed_at = fields[10] or nil, next_attempt_at = fields[11] or nil,
    error_kind = fields[12] or nil, error_message = fields[13] or nil, traceparent = fields[14] or nil,
    tracestate = fields[15] or nil, was = fields[2], held_by = own[TOKEN]}
  if is_newer(record) then
    return nil, 'a newer build has written it', record
  end
  local damage = damage_of(record)
  if damage then
    return nil, damage, is_outdated() and record or nil
  end
  return record
end

-- Reads the record of a job for the worker that holds it: what a worker changes, and no more. Returns nil
-- and a refusal if it does not hold the job, and what there is to say of its end if that was its own. A token is
-- random, so if it stands where it should, the values around it are what the claim has written.
local function load_held(id, fence, token)
  local key = JOBS .. id
  local fields = try('HMGET', key, 'own', 'status', 'phase', 'percent', 'updated_at', 'platform', 'handle',
    'error_kind')
  if fields.err then
    return nil, {'damaged', 'the key is not a hash'}
  end
  local own = {pcall(unpack_own, fields[1] or '')}
  local record = {id = id, own = own, last = #own, written = {'HSET', key, 'own', false}, status = fields[2],
    phase = fields[3], percent = fields[4], updated_at = fields[5], platform = fields[6], handle = fields[7],
    error_kind = fields[8], was = fields[2], held_by = token}
  if own[TOKEN] == token and own[FENCE] == tonumber(fence) and own[VERSION] and record.status == 'processing'
    and PHASES[record.phase] and tonumber(record.percent) and record.updated_at and record.platform
    and record.handle then
    return record
  elseif is_newer(record) or not fields[1] and not fields[2] and call('EXISTS', key) == 0 then
    return nil, LOST
  end
  local damage = damage_of(record)
  if damage then
    return nil, is_outdated() and LOST or {'damaged', damage}
  end
  return nil, LOST, own[TOKEN] == token and own[FENCE] == tonumber(fence) and SETTLED_AS[own[SETTLED]]
end

-- The reply about a record that `load` does not return.
local function refusal(damage, newer)
  if newer then
    return {'newer', newer.id}
  end
  return {'damaged', damage}
end

-- Changes a field that everybody may read, in the table at once and in Redis with `save`.
local function set(record, name, value)
  record[name] = value
  local written = record.written
  local count = #written
  written[count + 1] = name
  written[count + 2] = value
end

-- Takes out a field.
local function drop(record, name)
  record[name] = nil
  record.removed = record.removed or {'HDEL', JOBS .. record.id}
  insert(record.removed, name)
end

-- Changes a value that most jobs do not have.
local function keep(record, place, value)
  record.own[place] = value
  record.last = max(record.last, place)
end

local function set_failure(record, kind, message)
  set(record, 'error_kind', kind)
  set(record, 'error_message', message)
end

local function forget_failure(record)
  if record.error_kind then
    drop(record, 'error_kind')
    drop(record, 'error_message')
  end
end

-- Marks a visible change (promise 7).
local function touch(record)
  local own, time = record.own, present()
  own[VERSION] = own[VERSION] + 1
  -- Text of this form sorts as time does. The clock may be set back; what people read may not.
  if time > record.updated_at then
    set(record, 'updated_at', time)
  end
  record.touched = true
end

local function waiting(platform)
  return Q .. 'waiting:' .. platform
end

local function held(platform)
  return Q .. 'held:' .. platform
end

-- The waiting jobs of a scope, which is the last part of what names it and its target.
local function scoped(key)
  return Q .. 'scope:' .. string.match(key, '[^:]*$')
end

-- The jobs that a claim holds, by its token, which records have as 16 bytes.
local claim_keys = {}
local function claim_key(token)
  local key = claim_keys[token]
  if not key then
    key = Q .. 'claim:' .. string.gsub(token, '.', function(byte)
      return format('%02x', string.byte(byte))
    end)
    claim_keys[token] = key
  end
  return key
end

-- Moves a job between the indexes of those that wait (by its place, when it is due: less its head start) and
-- those that are held (by the end of the lease).
local function index(record)
  local id, was, status = record.id, record.was, record.status
  if was == 'pending' then
    change('ZREM', waiting(record.platform), id)
  elseif was == 'processing' then
    change('ZREM', held(record.platform), id)
    change('SREM', claim_key(record.held_by), id)
  end
  if status == 'pending' then
    change('ZADD', waiting(record.platform), digits(record.own[PLACE]), id)
  elseif status == 'processing' then
    change('ZADD', held(record.platform), record.lease_ends, id)
    change('SADD', claim_key(record.own[TOKEN]), id)
  end
  if record.scope and (was == 'pending' or status == 'pending') then
    change(status == 'pending' and 'SADD' or 'SREM', scoped(record.own[KEY]), id)
  end
  record.was, record.held_by = status, record.own[TOKEN]
end

-- Writes what has changed, and notifies those who watch the job, until the second at WATCHED, of a visible change.
local function save(record)
  local written, own = record.written, record.own
  local watched = record.touched and own[WATCHED]
  if own[ENDED] then
    own[WATCHED] = nil
  end
  record.packed = packed(own, record.last)
  written[4] = record.packed
  call(unpack(written))
  record.written = {'HSET', written[2], 'own', false}
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

-- The record as Rust reads it: the values of the fields in the order of `load`, and the id.
local function reply(record)
  return {record.packed, record.status, record.phase, record.percent, record.updated_at, record.platform,
    record.handle, record.created_at or false, record.scope or false, record.completed_at or false,
    record.next_attempt_at or false, record.error_kind or false, record.error_message or false,
    record.traceparent or false, record.tracestate or false, record.id}
end
