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

local function plain(id, fence, token, size, report)
  local key = JOBS .. id
  local fields = try('HMGET', key, 'own', 'handle', 'platform')
  local handle, platform = fields[2], fields[3]
  local read, version, held_fence, attempt, owner, settled, phase, _, ended, _, updated, _, _, bytes, program, deadline, more =
    pcall(unpack_own, fields[1])
  if not read or owner ~= token or held_fence ~= tonumber(fence) or settled or ended or more or not platform or not handle
    or updated > now or tonumber(size) ~= #report or #report - bytes > room or room < 0 then
    return nil
  end
  local target = JOBS .. 'handle:' .. handle .. ':' .. platform
  if try('GET', target) ~= id then
    return nil
  end
  -- First what a full Redis refuses.
  call('SET', key .. ':report', report, 'PXAT', gone)
  call('PEXPIREAT', target, gone)
  room, bytes_added = room + bytes - #report, bytes_added + #report - bytes
  local own = pack_own(version + 1, held_fence, attempt, owner) .. end_own
  if program then
    own = own .. pack_own(nil, nil, nil, nil, program)
  end
  call('HSET', key, 'own', own, 'status', 'completed', 'updated_at', present_text, 'phase', 'Finalizing', 'percent', '100',
    'completed_at', present_text)
  call('PEXPIREAT', key, gone)
  if phase ~= 1 then
    unlinked[#unlinked + 1] = Q .. 'outputs:' .. id
  end
  if deadline then
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
  local is_waiting
  for platform, held in pairs(freed) do
    write(unpack(held))
    is_waiting = is_waiting or call('ZCARD', Q .. 'waiting:' .. platform) > 0
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
  -- A slot in flight is free for other jobs.
  if is_waiting then
    try('PUBLISH', Q .. 'wake', '0')
  end
end
