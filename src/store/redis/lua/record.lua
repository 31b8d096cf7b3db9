-- The beginning of every script: the time, the keys, and one job's record.
--
-- KEYS[1] is the prefix followed by `jobs:`, with which every key begins. It also routes the
-- script in a cluster, where the prefix has to be a hash tag. SCHEMA, this build's, stands before this.

local JOBS = KEYS[1]
local Q = JOBS .. 'q:'
local call = redis.call

-- The only clock, in microseconds. It stands still while a script runs.
local time = call('TIME')
local now = time[1] * 1000000 + time[2]

-- Scores are doubles, which hold every integer up to 2^53; this is the year 2096.
local FAR = 4000000000000000

local function after(wait)
  return math.min(now + wait, FAR)
end

-- Redis takes no time to live of zero.
local function milliseconds(microseconds)
  return math.max(math.ceil(microseconds / 1000), 1)
end

-- Notifies those who listen. Nothing depends on it, and an error here (an access rule without the
-- channels) must not leave a transition half done: what is written stays written.
local function notify(channel, text)
  redis.pcall('PUBLISH', Q .. channel, text)
end

-- RFC 3339 in UTC with microseconds. The calendar is H. Hinnant's `civil_from_days`.
local function rfc3339(timestamp)
  local seconds = math.floor(timestamp / 1000000)
  local days = math.floor(seconds / 86400) + 719468
  local era = math.floor(days / 146097)
  local day_of_era = days - era * 146097
  local year_of_era = math.floor((day_of_era - math.floor(day_of_era / 1460)
    + math.floor(day_of_era / 36524) - math.floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era
    - (365 * year_of_era + math.floor(year_of_era / 4) - math.floor(year_of_era / 100))
  local shifted = math.floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - math.floor((153 * shifted + 2) / 5) + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  local clock = seconds % 86400
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, day,
    math.floor(clock / 3600), math.floor(clock / 60) % 60, clock % 60, timestamp % 1000000)
end

local STATUSES = {pending = true, processing = true, completed = true, failed = true}
local PHASES = {Scraping = 1, Analysis = 2, Finalizing = 3}

local NUMBERS = {'percent', 'version', 'attempt', 'failures', 'crashes', 'cancel_requested', 'fence',
  'place', 'deadline', 'max_crashes', 'bytes', 'ended', 'limits_seen', 'probe', 'input', 'ahead',
  'saved', 'state_bytes', 'saves', 'retention', 'notes', 'deliveries'}
local REQUIRED = {'platform', 'handle', 'status', 'phase', 'version', 'percent', 'fence', 'updated_at'}

-- What makes a record that scripts cannot work with, in words; nil if it is sound.
local function damage_of(record)
  for _, name in ipairs(NUMBERS) do
    local text = record[name]
    if text then
      local number = tonumber(text)
      -- Not a number is not equal to itself either.
      if not number or number ~= math.floor(number) or number < 0 or number > FAR then
        return 'the field ' .. name .. ' is not a whole number in its range'
      end
      record[name] = number
    end
  end
  for _, name in ipairs(REQUIRED) do
    if not record[name] then
      return 'the field ' .. name .. ' is missing'
    end
  end
  if record.scope and not record.key then
    return 'a job with a scope lacks its key'
  end
  if (record.status == 'pending' or record.status == 'processing')
    and not (record.place and record.max_crashes) then
    return 'a job that has not ended lacks its position in the queue'
  end
  if record.status == 'processing' and not record.token then
    return 'a held job lacks its token'
  end
  if (record.status == 'completed' or record.status == 'failed') and not record.ended then
    return 'an ended job lacks its end'
  end
  return nil
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
-- build, nil with a reason and what can be read of it, all in text. Fields that this build does not know
-- are kept: `save` writes only what has changed.
local function load(id)
  local fields = redis.pcall('HGETALL', JOBS .. id)
  if fields.err then
    return nil, 'the key is not a hash'
  elseif #fields == 0 then
    return nil
  end
  local record = {}
  for index = 1, #fields, 2 do
    record[fields[index]] = fields[index + 1]
  end
  -- The key is what counts, whatever the fields say.
  record.job_id, record.id, record.changes, record.touched = id, id, {}, false
  if is_newer(record) then
    return nil, 'a newer build has written it', record
  end
  local damage = damage_of(record)
  if damage then
    return nil, damage, is_outdated() and record or nil
  end
  return record
end

-- The reply about a record that `load` does not return.
local function refusal(damage, newer)
  if newer then
    return {'newer', newer.id}
  end
  return {'damaged', damage}
end

-- Changes one field, in the table at once and in Redis with `save`; nil removes it.
local function set(record, name, value)
  if record[name] ~= value then
    record[name] = value
    record.changes[name] = true
  end
end

-- Marks a visible change (promise 7).
local function touch(record)
  set(record, 'version', record.version + 1)
  -- Text of this form sorts as time does. The clock may be set back; what people read may not.
  local present = rfc3339(now)
  if present > record.updated_at then
    set(record, 'updated_at', present)
  end
  record.touched = true
end

-- Writes what has changed, and notifies those who watch the job of a visible change.
local function save(record)
  local written, removed = {}, {}
  for name in pairs(record.changes) do
    if record[name] == nil then
      removed[#removed + 1] = name
    else
      written[#written + 1] = name
      written[#written + 1] = record[name]
    end
  end
  local key = JOBS .. record.id
  if #written > 0 then
    call('HSET', key, unpack(written))
  end
  if #removed > 0 then
    call('HDEL', key, unpack(removed))
  end
  if record.touched then
    notify('job:' .. record.id, record.version)
  end
  record.changes, record.touched = {}, false
end

-- The record as Rust reads it: names and values in turn.
local function reply(record)
  local fields = {}
  for name, value in pairs(record) do
    if type(value) == 'string' or type(value) == 'number' then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  return fields
end
