-- find: handle, platform, scope (empty for none), what names target and scope in keys
-- Returns {found, record}, or none.

local handle, platform, scope = ARGV[1], ARGV[2], ARGV[3]
local id = job_of(JOBS .. 'handle:' .. ARGV[4])
-- A record that cannot be read, or that somebody has changed by hand, owns no target.
local record = id and load(id)
if record and record.handle == handle and record.platform == platform
  and (record.scope or '') == scope then
  return {'found', reply(record)}
end
return {'none'}
