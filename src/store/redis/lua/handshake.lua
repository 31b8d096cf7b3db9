-- handshake: schema version
-- Returns the version of what is kept under this prefix, which is this one's if there is nothing.

-- Without the right to the channels a fleet would work without notifications, and nobody would know.
redis.call('PUBLISH', KEYS[1] .. 'q:handshake', ARGV[1])

local meta = KEYS[1] .. 'q:meta'
local schema = redis.call('HGET', meta, 'schema')
if not schema then
  redis.call('HSET', meta, 'schema', ARGV[1])
  schema = ARGV[1]
end
return schema
