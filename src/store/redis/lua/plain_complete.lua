-- complete.lua for a job that has nothing out of the ordinary and whose target is its own.

local SHARED, WIDTH = 4, 5
local retention = tonumber(ARGV[1])
local room, bytes_added = tonumber(ARGV[4]) - (tonumber(call('GET', Q .. 'bytes') or 0) or 0), 0
-- As a time, which Redis takes as it is. Where it is told how long, it writes the command anew for its followers.
local gone = format('%d', math.floor(now / 1000) + math.max(math.ceil(retention / 1000), 1))
-- A key lasts to the end of its last millisecond. The row stays until it is gone.
local expires = format('%d', math.min(now + retention + 1000, FAR))
local freed, unlinked, deadlines, completed = {}, {'UNLINK'}, {'ZREM', Q .. 'deadlines'}, {'ZADD', Q .. 'completed'}
-- How the field `own` of a completed job ends: the same for all of a call.
local end_own = pack_own('c', 3, 100, now, retention)

-- What `own` says of a job, and what becomes of it. Jobs that were submitted and claimed together have the same.
local read = setmetatable({}, {__index = function(read, own)
  local version, fence, attempt, token, settled, phase, _, ended, _, updated, _, _, bytes, program, deadline, more =
    unpack_own(own)
  local is_plain = token and not settled and not ended and not more and updated <= now
  local new = is_plain and pack_own(version + 1, fence, attempt, token) .. end_own
  if new and program then
    new = new .. pack_own(nil, nil, nil, nil, program)
  end
  read[own] = {new = new, token = token, fence = fence, bytes = bytes, deadline = deadline, has_outputs = phase ~= 1}
  return read[own]
end})

local function plain(id, fence, token, size, report)
  local key = JOBS .. id
  local fields = try('HMGET', key, 'own', 'handle', 'platform')
  local own, handle, platform = fields[1], fields[2], fields[3]
  if not (own and handle and platform) then
    return nil
  end
  local job = read[own]
  if not job.new or job.token ~= token or job.fence ~= numbers[fence] or numbers[size] ~= #report
    or #report - job.bytes > room or room < 0 then
    return nil
  end
  local target = JOBS .. 'handle:' .. handle .. ':' .. platform
  if try('GET', target) ~= id then
    return nil
  end
  -- First what a full Redis refuses.
  call('SET', key .. ':report', report, 'PXAT', gone)
  call('PEXPIREAT', target, gone)
  local growth = #report - job.bytes
  room, bytes_added = room - growth, bytes_added + growth
  call('HSET', key, 'own', job.new, 'status', 'completed', 'updated_at', present_text, 'phase', 'Finalizing', 'percent', '100',
    'completed_at', present_text)
  call('PEXPIREAT', key, gone)
  if job.has_outputs then
    unlinked[#unlinked + 1] = Q .. 'outputs:' .. id
  end
  if job.deadline then
    deadlines[#deadlines + 1] = id
  end
  completed[#completed + 1], completed[#completed + 2] = expires, id .. ':' .. size
  local held = freed[platform] or {'ZREM', Q .. 'held:' .. platform}
  freed[platform], held[#held + 1] = held, id
  return 'completed'
end

local function write_rest()
  if not completed[3] then
    return
  end
  for _, held in pairs(freed) do
    write(unpack(held))
  end
  write(unpack(completed))
  if deadlines[3] then
    write(unpack(deadlines))
  end
  if unlinked[2] then
    write(unpack(unlinked))
  end
  if bytes_added ~= 0 then
    write('INCRBY', Q .. 'bytes', format('%d', bytes_added))
  end
  for platform in pairs(freed) do
    -- A slot in flight is free for other jobs. Last, because a key of another type is an error, and counts as some.
    if try('ZCARD', Q .. 'waiting:' .. platform) ~= 0 then
      try('PUBLISH', Q .. 'wake', '0')
      break
    end
  end
end
