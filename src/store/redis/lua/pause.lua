-- pause: platform, duration
-- Returns ok.

local function run()
  local platform, until_when = ARGV[1], after(tonumber(ARGV[2]))
  local present = tonumber(call('HGET', Q .. 'platforms', platform) or 0) or 0
  if until_when > max(present, now) then
    call('HSET', Q .. 'platforms', platform, format('%.0f', until_when))
    call('HDEL', paused(platform), 'quota')
  end
  return {'ok'}
end
