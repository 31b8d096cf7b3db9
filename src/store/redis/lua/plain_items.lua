-- Does the items that are plain at once. All others, and those that fail, go to the general part, whose functions
-- are made only then; their replies go where they belong. Items of one call have no order among them.

local replies, places, rest = {}, {}, nil
for index = SHARED + 1, #ARGV, WIDTH do
  local done, reply = pcall(plain, unpack(ARGV, index, index + WIDTH - 1))
  local place = #replies + 1
  replies[place] = done and reply or false
  if not replies[place] then
    rest = rest or {unpack(ARGV, 1, SHARED)}
    for argument = index, index + WIDTH - 1 do
      rest[#rest + 1] = ARGV[argument]
    end
    places[#places + 1] = place
  end
end
if after_plain then
  write_indexes()
  after_plain()
end
if not rest and not is_due then
  write_rest()
  return write_error or replies
end
write_indexes()
local others = general(rest or {unpack(ARGV, 1, SHARED)})
if others.err then
  return others
end
for number, place in ipairs(places) do
  replies[place] = others[number]
end
return replies
