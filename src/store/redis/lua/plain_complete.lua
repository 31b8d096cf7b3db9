-- complete.lua for a job that has nothing out of the ordinary and whose target is its own.

local SHARED, WIDTH = 4, 5
local retention = tonumber(ARGV[1])
local room = tonumber(ARGV[4]) - (tonumber(call('GET', Q .. 'bytes') or 0) or 0)
local kept, expires = milliseconds(retention), digits(after(retention + 1000))
local freed = {}

local function plain(id, fence, token, size, report)
  local key = JOBS .. id
  local fields = try('HMGET', key, 'own', 'platform', 'handle')
  local platform, handle = fields[2], fields[3]
  local read, version, held_fence, attempt, owner, settled, phase, _, ended, _, updated, _, _, bytes, program, deadline, more =
    pcall(unpack_own, fields[1])
  if not read or owner ~= token or held_fence ~= number_of(fence) or settled or ended or more or not platform or not handle
    or updated > now or size ~= digits(#report) or #report - bytes > room or room < 0 then
    return nil
  end
  -- First what a full Redis refuses.
  call('SET', key .. ':report', report, 'PX', kept)
  local target_owner = try('GETEX', JOBS .. 'handle:' .. handle .. ':' .. platform, 'PX', kept)
  if type(target_owner) == 'string' and target_owner ~= id then
    return nil
  end
  room, bytes_added = room + bytes - #report, bytes_added + #report - bytes
  local time = present()
  local own = pack_own(version + 1, held_fence, attempt, owner, 'c', FINALIZING, 100, now, retention)
  if program then
    own = own .. pack_own(nil, nil, nil, nil, program)
  end
  call('HSET', key, 'own', own, 'status', 'completed', 'phase', 'Finalizing', 'percent', '100', 'updated_at', time,
    'completed_at', time)
  call('PEXPIRE', key, kept)
  if phase ~= SCRAPING then
    insert(unlinked, Q .. 'outputs:' .. id)
  end
  change('ZREM', held(platform), id)
  if deadline then
    change('ZREM', Q .. 'deadlines', id)
  end
  change('ZADD', Q .. 'completed', expires, id .. ':' .. size)
  freed[platform] = true
  return 'completed'
end

function after_plain()
  for platform in pairs(freed) do
    if call('ZCARD', waiting(platform)) > 0 then
      wake(0)
    end
  end
end
