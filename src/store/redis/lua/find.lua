-- find: handle, platform
-- Returns {found, record}, or none.

local handle, platform = ARGV[1], ARGV[2]
local id = job_of(JOBS .. 'handle:' .. handle .. ':' .. platform)
-- A record that cannot be read, or that somebody has changed by hand, owns no target.
local record = id and load(id)
if record and record.handle == handle and record.platform == platform then
  return {'found', reply(record)}
end
return {'none'}
