-- What the store keeps of jobs without reading it, and how many bytes that is.

-- A job's input, and the outputs of its phases. The record has their size, with what is saved, in BYTES;
-- without it there are none.
local function outputs(id)
  return Q .. 'outputs:' .. id
end

-- What a job's phase has saved: see save.lua.
local function saved(id)
  return Q .. 'saved:' .. id
end

local function add_bytes(bytes)
  bytes_added = bytes_added + bytes
end

local bytes_before
local function stored_bytes()
  bytes_before = bytes_before or tonumber(call('GET', Q .. 'bytes') or 0)
  -- Somebody may have deleted the counter: less than nothing is not stored.
  return max(bytes_before + bytes_added, 0)
end

-- A failed job's outputs are kept for a while for a job that continues it: in `kept` by the time until
-- which, each as `{id}:{bytes}`, with the sum in `kept_bytes`. They are the first to go when room is needed.
local function kept_member(record)
  return record.id .. ':' .. digits(record.own[BYTES])
end

local kept_sum
local function kept_bytes()
  kept_sum = kept_sum or max(tonumber(call('GET', Q .. 'kept_bytes') or 0), 0)
  return kept_sum
end

local function keep_outputs(record, duration)
  call('ZADD', Q .. 'kept', digits(after(duration)), kept_member(record))
  call('INCRBY', Q .. 'kept_bytes', digits(record.own[BYTES]))
  call('PEXPIRE', outputs(record.id), milliseconds(duration))
  kept_sum = nil
end

local function forget_kept(member)
  local id, bytes = string.match(member, '^(.*):(%d+)$')
  if call('ZREM', Q .. 'kept', member) == 1 and bytes
    and call('DECRBY', Q .. 'kept_bytes', bytes) <= 0 then
    call('DEL', Q .. 'kept_bytes')
  end
  kept_sum = nil
  return id, tonumber(bytes) or 0
end

local function drop_kept(member)
  local id, bytes = forget_kept(member)
  add_bytes(-bytes)
  if id then
    call('UNLINK', outputs(id))
  end
end

-- Whether so many bytes more have no room. What failed jobs have left goes first.
local function is_full(growth, most)
  return stored_bytes() - kept_bytes() + growth > most
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
