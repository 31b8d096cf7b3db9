-- list: where to begin (empty for the newest), how many to examine, how many to find; status and platform
--       (empty for any), 1 for one scope | 0 for any, the scope, handle (empty for any)
-- Returns {where the next page begins, empty after the last one; ids and records in turn}.

local status, platform, handle = ARGV[4], ARGV[5], ARGV[8]
local is_scoped, scope = ARGV[6] == '1', ARGV[7]
local examine, limit = tonumber(ARGV[2]), tonumber(ARGV[3])

local function is_wanted(fields)
  return (status == '' or fields[1] == status) and (platform == '' or fields[2] == platform)
    and (not is_scoped or (fields[3] or '') == scope) and (handle == '' or fields[4] == handle)
end

local function run()
  local from = ARGV[1] == '' and '+' or '(' .. ARGV[1]
  local entries = call('XREVRANGE', SUBMITS, from, '-', 'COUNT', examine)
  local found, last = {}, ''
  for _, entry in ipairs(entries) do
    last = entry[1]
    local id = id_of(entry[2][2])
    local fields = try('HMGET', JOBS .. id, 'status', 'platform', 'scope', 'handle')
    if not fields.err and fields[1] and is_wanted(fields) then
      found[#found + 1] = id
      found[#found + 1] = call('HGETALL', JOBS .. id)
      if #found == 2 * limit then
        return {last, found}
      end
    end
  end
  return {#entries == examine and last or '', found}
end
