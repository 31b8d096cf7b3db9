-- list: where to begin (empty for the newest), how many to examine, how many to find; status and platform
--       (empty for any), 1 for one scope | 0 for any, the scope, handle (empty for any)
-- Returns {where the next page begins, empty after the last one; ids and records in turn}. A page begins before an entry of
-- the list, `{entry}`, or before its n-th job, `{entry}-{n}`.

local status, platform, handle = ARGV[4], ARGV[5], ARGV[8]
local is_scoped, scope = ARGV[6] == '1', ARGV[7]
local examine, limit = tonumber(ARGV[2]), tonumber(ARGV[3])

local function is_wanted(fields)
  return (status == '' or fields[1] == status) and (platform == '' or fields[2] == platform)
    and (not is_scoped or (fields[3] or '') == scope) and (handle == '' or fields[4] == handle)
end

local function run()
  local entry_id, place = string.match(ARGV[1], '^(%d+%-%d+)%-?(%d*)$')
  place = tonumber(place)
  local from = entry_id and (place and entry_id or '(' .. entry_id) or '+'
  local found, examined = {}, 0
  while true do
    local entries = call('XREVRANGE', SUBMITS, from, '-', 'COUNT', ENTRIES)
    for _, entry in ipairs(entries) do
      local ids = ids_of(entry)
      -- The entry may be gone since the page before.
      local first = place and entry[1] == entry_id and min(place - 1, #ids) or #ids
      for number = first, 1, -1 do
        local id = ids[number]
        local fields = try('HMGET', JOBS .. id, 'status', 'platform', 'scope', 'handle')
        if not fields.err and fields[1] and is_wanted(fields) then
          insert(found, id)
          insert(found, call('HGETALL', JOBS .. id))
        end
        examined = examined + 1
        if #found == 2 * limit or examined == examine then
          return {number > 1 and entry[1] .. '-' .. number or entry[1], found}
        end
      end
    end
    if #entries < ENTRIES then
      return {'', found}
    end
    from = '(' .. entries[ENTRIES][1]
  end
end
