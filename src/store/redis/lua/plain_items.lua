-- Does the items that are plain at once. All others go to the general part, from one that fails on all that follow;
-- their replies go where they belong. Items of one call have no order among them.

local replies, index = {}, SHARED + 1
pcall(function()
  while index < #ARGV do
    replies[#replies + 1] = plain(unpack(ARGV, index, index + WIDTH - 1)) or false
    index = index + WIDTH
  end
end)
write_rest()
local rest, places, items = {unpack(ARGV, 1, SHARED)}, {}, (#ARGV - SHARED) / WIDTH
for number = 1, items do
  if not replies[number] then
    for argument = SHARED + (number - 1) * WIDTH + 1, SHARED + number * WIDTH do
      rest[#rest + 1] = ARGV[argument]
    end
    places[#places + 1] = number
  end
end
if failed or not (is_due or places[1]) then
  return failed or replies
end
local others = general(rest, items)
if others.err then
  return others
end
for number, place in ipairs(places) do
  replies[place] = others[number]
end
return replies
