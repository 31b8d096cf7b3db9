-- greet: schema version
-- Answers the version of what is kept under this prefix, which is this one's if there is nothing.

local meta = KEYS[1] .. 'q:meta'
local schema = redis.call('HGET', meta, 'schema')
if not schema then
  redis.call('HSET', meta, 'schema', ARGV[1])
  schema = ARGV[1]
end
return schema
