-- handshake: this build's schema, the oldest schema whose builds can read what it writes, the oldest that it reads
-- Returns the schema of what is kept under this prefix, and the oldest one whose builds can read that:
-- this build's if nothing is kept. docs/operations.md says what both are for.

-- Without the right to the channels a fleet would work without notifications, and nobody would know.
redis.call('PUBLISH', KEYS[1] .. 'q:handshake', ARGV[1])

local meta = KEYS[1] .. 'q:meta'
local kept = redis.call('HMGET', meta, 'schema', 'min_reader')
-- The first builds kept the schema alone, and read no other one.
local schema, min_reader = kept[1] or '0', kept[2] or kept[1] or '0'
local older, needed = tonumber(schema), tonumber(min_reader)
if older and needed and needed <= tonumber(ARGV[1]) and (older == 0 or older >= tonumber(ARGV[3])) then
  -- Neither ever falls: what a newer build has written is still there when an older one comes back.
  if older < tonumber(ARGV[1]) or needed < tonumber(ARGV[2]) then
    schema = older < tonumber(ARGV[1]) and ARGV[1] or schema
    min_reader = needed < tonumber(ARGV[2]) and ARGV[2] or min_reader
    redis.call('HSET', meta, 'schema', schema, 'min_reader', min_reader)
  end
end
return {schema, min_reader}
