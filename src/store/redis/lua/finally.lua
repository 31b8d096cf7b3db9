-- The end of every script: runs the verb, then writes what it has left to be written at once.

local done, reply = pcall(run)
write_indexes()
if #unlinked > 1 then
  write(unlinked)
end
if bytes_added ~= 0 then
  write({'INCRBY', Q .. 'bytes', digits(bytes_added)})
end
if wake_in then
  notify('wake', digits(wake_in))
end
if ended_in then
  notify('ended', digits(ended_in))
end
if not done then
  return error_reply(reply)
elseif write_error then
  return write_error
end
return reply
