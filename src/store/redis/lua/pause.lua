-- pause: platform, duration
-- Returns ok.

local platform, until_when = ARGV[1], after(tonumber(ARGV[2]))
local present = tonumber(call('HGET', Q .. 'platforms', platform) or 0) or 0
call('HSET', Q .. 'platforms', platform, math.max(present, until_when))
return {'ok'}
