-- How a script does its verb for each item of a call.

-- The reply that says what `pcall` has caught: an error of Redis, or one of a script.
local function error_reply(caught)
  if type(caught) == 'table' then
    return caught
  end
  return {err = string.find(caught, '^%u+ ') and caught or 'ERR ' .. caught}
end

-- Errors that concern one item. Any other, such as that this is a replica, concerns all of them.
local OF_ONE = {ERR = true, WRONGTYPE = true, OOM = true}

-- Runs a step for each item of the call, which has so many arguments from the first on, and returns what each
-- returned. An error in one, such as a key of another type, is its own reply and touches no other.
local function each(first, width, step)
  local replies = {}
  for index = first, #ARGV, width do
    local done, reply = pcall(step, unpack(ARGV, index, index + width - 1))
    if not done then
      reply = error_reply(reply)
      if not OF_ONE[string.match(reply.err, '^%u+')] then
        error(reply.err, 0)
      end
    end
    replies[#replies + 1] = reply
  end
  return replies
end
