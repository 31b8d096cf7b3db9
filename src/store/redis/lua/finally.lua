-- The end of every script: runs the verb, then writes what it has left to be written at once.

local done, reply = pcall(run)
write_rest()
if not done then
  return error_reply(reply)
elseif write_error then
  return write_error
end
return reply
