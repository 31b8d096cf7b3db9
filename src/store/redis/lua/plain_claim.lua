-- claim.lua for jobs that nobody has claimed before and that have nothing out of the ordinary, on platforms without a
-- pause or a limit, while no lease has expired. It takes none before it has looked at all that it would take.

-- How the field `own` of such a job begins, and how long that is with the time of its submit. Behind that comes what
-- claims do not change.
local NEW, KEPT_FROM = pack_own(1, 0, 0, nil, nil, SCRAPING, 0, nil, nil), 19

-- The platforms with jobs that are due, the end of the first lease, and when the next job is due; nil if it is not plain.
local function look(most, wanted)
  local names, queues, first_end, next_due = call('HGETALL', Q .. 'platforms'), {}, FAR, FAR
  for index = 1, #names, 2 do
    local name = names[index]
    local lease = call('ZRANGE', held(name), 0, 0, 'WITHSCORES')
    first_end = min(first_end, tonumber(lease[2]) or FAR)
    if names[index + 1] ~= '0' or first_end <= now then
      return nil
    end
    if not wanted or wanted[name] then
      local due = tonumber(call('ZRANGE', waiting(name), 0, 0, 'WITHSCORES')[2]) or FAR
      if due <= now then
        local rows = call('ZRANGE', waiting(name), '-inf', now, 'BYSCORE', 'LIMIT', 0, most, 'WITHSCORES')
        queues[#queues + 1] = {name = name, rows = rows, at = 1, due = due}
      else
        next_due = min(next_due, due)
      end
    end
  end
  return queues, first_end, next_due
end

-- The queue with the job that has been due for longest.
local function first_of(queues)
  local first
  for _, queue in ipairs(queues) do
    if queue.due and (not first or queue.due < first.due) then
      first = queue
    end
  end
  return first
end

local function plain()
  local most, lease, asked_for = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
  local program, taken = ARGV[#ARGV - 1], Q .. 'claim:' .. ARGV[2]
  if most == 0 or #ARGV ~= 9 + max(asked_for, 0) or call('EXISTS', taken) == 1 then
    return nil
  end
  local wanted = asked_for >= 0 and {} or nil
  for index = 8, 7 + asked_for do
    wanted[ARGV[index]] = true
  end
  local queues, first_end, next_due = look(most, wanted)
  if not queues then
    return nil
  end
  local time, begin_own = present(), pack_own(2, 1, 1, ARGV[1], nil, SCRAPING, 0, nil, nil, now)
  local claimed, ids = {}, {}
  for number = 1, most do
    local queue = first_of(queues)
    if not queue then
      break
    end
    local id, name = queue.rows[queue.at], queue.name
    queue.at = queue.at + 2
    queue.due = tonumber(queue.rows[queue.at + 1])
    local fields = try('HMGET', JOBS .. id, 'own', 'status', 'phase', 'percent', 'updated_at', 'platform', 'handle',
      'created_at')
    local own, created_at, handle = fields[1], fields[8], fields[7]
    if not own or string.sub(own, 1, #NEW) ~= NEW or fields[2] ~= 'pending' or fields[3] ~= 'Scraping'
      or fields[4] ~= '0' or not fields[5] or fields[6] ~= name or not handle or not created_at then
      return nil
    end
    local read, updated, place, max_crashes, bytes, version, deadline, more = pcall(unpack_own, string.sub(own, #NEW + 1))
    if not read or version or more or bytes ~= 0 or type(updated) ~= 'number' or updated > now or type(place) ~= 'number'
      or type(max_crashes) ~= 'number' or deadline and (type(deadline) ~= 'number' or deadline <= now) then
      return nil
    end
    ids[number] = id
    if program == '' then
      own = begin_own .. string.sub(own, KEPT_FROM)
    elseif deadline then
      own = begin_own .. pack_own(place, max_crashes, 0, program, deadline)
    else
      own = begin_own .. pack_own(place, max_crashes, 0, program)
    end
    claimed[number] = {{own, 'processing', 'Scraping', '0', time, name, handle, created_at, id},
      deadline and deadline - now or -1}
  end
  if #ids > 0 then
    local lease_ends = digits(after(lease))
    for number, id in ipairs(ids) do
      local record = claimed[number][1]
      call('HSET', JOBS .. id, 'own', record[1], 'status', 'processing', 'updated_at', time)
      change('ZREM', waiting(record[6]), id)
      change('ZADD', held(record[6]), lease_ends, id)
    end
    call('SET', taken, table.concat(ids, ' '), 'PX', milliseconds(lease + 60000000))
    if after(lease) < first_end then
      -- Others wait for the leases that they know of; this one may expire sooner.
      wake(lease)
      first_end = after(lease)
    end
  end
  local soonest = min(first_end, next_due, first_of(queues) and now or FAR)
  return {claimed, soonest < FAR and soonest - now or -1, {}}
end
