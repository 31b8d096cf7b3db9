-- What every plain part begins with. It shares the clock and the keys with the general part, which is one function and costs
-- nothing until it is called.

local ARGV, type = ARGV, type
local present, present_text = format('%d', now), rfc3339(now)

-- Whether the general part has something to do besides items.
local is_due

-- The first error of a command that is left for the end of a call: it must not keep the others from being written.
local failed
local function write(...)
  local reply = try(...)
  if type(reply) == 'table' and reply.err then
    failed = failed or reply
  end
  return reply
end

-- The number that a text tells, read once for all jobs of a call: most of them say the same.
local numbers = setmetatable({}, {__index = function(numbers, text)
  numbers[text] = tonumber(text)
  return numbers[text]
end})

