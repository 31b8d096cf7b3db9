-- What the general part of every script begins with: what is written or said once for all jobs of a call.
-- Functions are made anew with each call of a script, which costs more than many of them do, so the fewer the better.
-- Constants of Rust stand before this: SCHEMA, which is this build's, MAX_NOTES of one job, and MAX_DELIVERIES, after
-- which they are dropped.

local type, tostring, pairs, pcall = type, tostring, pairs, pcall
local min, max, floor, insert = math.min, math.max, math.floor, table.insert

local function after(wait)
  return min(now + wait, FAR)
end

-- A whole number as text, made once for all jobs of a call. Redis writes numbers that scripts pass with a
-- conversion that takes longer, as does `%.0f`.
local texts = {}
local function digits(number)
  local text = texts[number]
  if not text then
    text = format('%d', number)
    texts[number] = text
  end
  return text
end

-- The number that a text tells, read once for all jobs of a call: most of them say the same.
local numbers = {}
local function number_of(text)
  local number = numbers[text]
  if not number then
    number = tonumber(text)
    numbers[text] = number
  end
  return number
end

-- Redis takes no time to live of zero.
local function milliseconds(microseconds)
  return digits(max(math.ceil(microseconds / 1000), 1))
end

-- Notifies those who listen. Nothing depends on it, and an error here (an access rule without the
-- channels) must not leave a transition half done: what is written stays written.
local function notify(channel, text)
  try('PUBLISH', Q .. channel, text)
end

-- In how many microseconds there may be something to claim, or to deliver, because of this script.
local wake_in, ended_in

-- Tells waiting workers in how many microseconds there may be something to claim.
local function wake(delay)
  wake_in = min(wake_in or delay, delay)
end

-- What one call changes in an index is written in one command when the script ends, or before the index is
-- read: commands by the key. So a record is always written before the indexes that follow from it. Between two
-- times a job goes into an index or out of it, not both.
local changes = {ZADD = {}, ZREM = {}, SADD = {}, SREM = {}}

local function change(command, key, first, second)
  local lists = changes[command]
  local list = lists[key]
  if not list then
    list = {command, key}
    lists[key] = list
  end
  local count = #list
  list[count + 1] = first
  if second then
    list[count + 2] = second
  end
end

-- Keys that go, and the change of the number of stored bytes.
local unlinked, bytes_added = {'UNLINK'}, 0

local write_error

-- An error must not keep the other indexes from being written: the first one is raised at the end.
local function write(command)
  local reply = try(unpack(command))
  if type(reply) == 'table' and reply.err then
    write_error = write_error or reply
  end
end

local function write_indexes()
  for _, lists in pairs(changes) do
    for key, command in pairs(lists) do
      write(command)
      lists[key] = nil
    end
  end
end

-- A function that returns the key of what belongs to a name: written once for all jobs of a call.
local function keys_of(prefix)
  local keys = {}
  return function(name)
    local key = keys[name]
    if not key then
      key = Q .. prefix .. name
      keys[name] = key
    end
    return key
  end
end

-- The present time in words: once for all jobs of a call.
local present_text
local function present()
  present_text = present_text or rfc3339(now)
  return present_text
end

local function in_words(timestamp)
  return timestamp == now and present() or rfc3339(timestamp)
end

local SCRAPING, ANALYSIS, FINALIZING = 1, 2, 3
local PHASES = {Scraping = SCRAPING, Analysis = ANALYSIS, Finalizing = FINALIZING}
local PHASE_NAMES = {'Scraping', 'Analysis', 'Finalizing'}
local STARTS = {[ANALYSIS] = 30, [FINALIZING] = 90}

local pack_own, unpack_own = cmsgpack.pack, cmsgpack.unpack

local waiting, held = keys_of('waiting:'), keys_of('held:')

-- Writes what has been left to be written at once.
local function write_rest()
  write_indexes()
  if #unlinked > 1 then
    write(unlinked)
  end
  if bytes_added ~= 0 then
    write({'INCRBY', Q .. 'bytes', digits(bytes_added)})
  end
  if wake_in then
    notify('wake', digits(wake_in))
  end
  if ended_in then
    notify('ended', digits(ended_in))
  end
end
