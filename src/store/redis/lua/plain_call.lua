-- Does a call that is plain at once. Any other, and one that fails, is for the general part, whose functions are made
-- only then.

local done, reply = pcall(plain)
if done and reply then
  write_rest()
  return write_error or reply
end
return general(ARGV)
