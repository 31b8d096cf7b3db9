-- Does a call that is plain at once. Any other, and one that fails, is for the general part.

local done, reply = pcall(plain)
if done and reply then
  return failed or reply
end
return general(ARGV)
