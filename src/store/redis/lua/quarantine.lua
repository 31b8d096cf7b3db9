-- quarantine: id, retention
-- Returns ok. For records that a script can work with and Rust cannot read.

local function run()
  if not is_outdated() then
    quarantine(ARGV[1], tonumber(ARGV[2]))
  end
  return {'ok'}
end
