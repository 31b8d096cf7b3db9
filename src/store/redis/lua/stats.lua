-- stats
-- Returns {completed, failed, stored bytes, damaged, undelivered, age of the oldest ready job | -1, platforms};
-- of each platform its name, waiting, held, and microseconds of its pause | -1.

local function run()
  local platforms, oldest, undelivered = {}, -1, 0
  local names = call('HGETALL', Q .. 'platforms')
  for index = 1, #names, 2 do
    local name, paused_until = names[index], tonumber(names[index + 1]) or 0
    local first = call('ZRANGE', waiting(name), 0, 0, 'WITHSCORES')
    if first[2] then
      local record = load(first[1])
      oldest = max(oldest, now - tonumber(first[2]) - (record and record.own[AHEAD] or 0))
    end
    undelivered = undelivered + call('ZCARD', outbox(name))
    platforms[#platforms + 1] = {name, call('ZCARD', waiting(name)), call('ZCARD', held(name)),
      paused_until > now and paused_until - now or -1}
  end
  return {call('ZCARD', Q .. 'completed'), call('ZCARD', Q .. 'failed'), stored_bytes(),
    call('ZCARD', Q .. 'damaged'), undelivered, oldest, platforms}
end
