-- What is left of jobs whose retention is over. Their keys have expired by themselves.

-- Every submit that made a job, in their order: a stream, with an entry for each call, which holds the ids of its jobs, each
-- as 16 bytes. An entry stays behind when its jobs go, and is trimmed later.
local SUBMITS = Q .. 'submits'

-- How many entries are read at once.
local ENTRIES = 8

local ID = string.gsub('xxxx-xx-xx-xx-xxxxxx', 'x', '%%02x')

-- The ids of an entry.
local function ids_of(entry)
  local ids, bytes = {}, entry[2][2]
  for from = 1, #bytes - 15, 16 do
    insert(ids, format(ID, string.byte(bytes, from, from + 15)))
  end
  return ids
end

-- Looks at the next entries, of `count` jobs or a few more, and takes out those whose jobs are all gone. Two jobs are looked
-- at for each that has expired, so the looking keeps up with the submits. An entry stays as long as the last of its jobs.
local function trim_submits(count)
  local last = call('HGET', Q .. 'meta', 'trimmed')
  local is_behind_first, looked, found_one = last, 0, false
  while looked < count do
    local entries = try('XRANGE', SUBMITS, last and '(' .. last or '-', '+', 'COUNT', ENTRIES)
    if entries.err or #entries == 0 then
      -- Behind the last one comes the first one, once.
      last = false
      if not is_behind_first then
        break
      end
      is_behind_first = false
    else
      found_one = true
    end
    for _, entry in ipairs(entries) do
      local keys = {}
      for _, id in ipairs(ids_of(entry)) do
        insert(keys, JOBS .. id)
      end
      last, looked = entry[1], looked + max(#keys, 1)
      if #keys == 0 or call('EXISTS', unpack(keys)) == 0 then
        call('XDEL', SUBMITS, last)
      end
      if looked >= count then
        break
      end
    end
  end
  if last then
    call('HSET', Q .. 'meta', 'trimmed', last)
  else
    call('HDEL', Q .. 'meta', 'trimmed')
  end
  if found_one and call('XLEN', SUBMITS) == 0 then
    call('DEL', SUBMITS)
  end
end

-- Removes what is left of up to `limit` jobs, and returns of how many.
local function expire(limit)
  for _, member in ipairs(call('ZRANGE', Q .. 'kept', '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)) do
    drop_kept(member)
  end
  local removed = 0
  for _, status in ipairs({'completed', 'failed'}) do
    local due = call('ZRANGE', Q .. status, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit - removed)
    for _, member in ipairs(due) do
      add_bytes(-(tonumber(string.match(member, ':(%d+)$')) or 0))
    end
    if #due > 0 then
      call('ZREM', Q .. status, unpack(due))
      removed = removed + #due
    end
    if removed >= limit then
      break
    end
  end
  if removed > 0 then
    trim_submits(2 * removed + 1)
  end
  -- Looks first: after a write Redis would let a script write on although its memory is full.
  if #call('ZRANGE', Q .. 'damaged', '-inf', now, 'BYSCORE', 'LIMIT', 0, 1) > 0 then
    call('ZREMRANGEBYSCORE', Q .. 'damaged', '-inf', now)
  end
  return removed
end
