-- What is left of jobs whose retention is over. Their keys have expired by themselves.

-- Every submit that made a job, in their order: a stream of their ids as 16 bytes. An entry stays behind when
-- its job goes, and is trimmed later.
local SUBMITS = Q .. 'submits'

local ID = string.gsub('xxxx-xx-xx-xx-xxxxxx', 'x', '%%02x')
local function id_of(bytes)
  return #bytes == 16 and format(ID, string.byte(bytes, 1, 16)) or ''
end

-- Looks at the next `count` entries and takes out those whose jobs are gone. Two for each job that has
-- expired keep the stream below twice the number of jobs, however long some of them stay.
local function trim_submits(count)
  local from = call('HGET', Q .. 'meta', 'trimmed')
  local entries = try('XRANGE', SUBMITS, from and '(' .. from or '-', '+', 'COUNT', count)
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
