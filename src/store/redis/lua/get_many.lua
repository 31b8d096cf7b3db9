-- get_many: ids
-- Returns the hash of each: empty if there is none, an error's text if it cannot be read.

local function run()
  local found = {}
  for index, id in ipairs(ARGV) do
    local fields = try('HGETALL', JOBS .. id)
    found[index] = fields.err or fields
  end
  return found
end
