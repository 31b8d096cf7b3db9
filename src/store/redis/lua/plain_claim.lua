-- claim.lua for jobs that nobody has claimed before and that have nothing out of the ordinary, while no lease has expired,
-- no job must fail because of a quota, and no platform has a job for the probe after its pause. It takes none before it has
-- looked at all that it would take.
--
-- Returns {claimed, next, damaged, common, jobs}: the first three as claim.lua, with nothing claimed there; what the records of these jobs
-- have in common (own as far as workers need it, status, phase, percent, updated_at); and of each platform, handle, created_at, id
-- and time left | -1, in a row.

-- How the field `own` of such a job begins, and how long that is with the time of its submit. Behind that comes what
-- claims do not change.
local NEW, KEPT_FROM = pack_own(1, 0, 0, nil, nil, 1, 0, nil, nil), 19

-- A queue's jobs that are due, the first ones.
local function due(name, most, ...)
  return call('ZRANGE', Q .. 'waiting:' .. name, '-inf', present, 'BYSCORE', 'LIMIT', '0', most, ...)
end

-- The ids of the jobs that have been due for longest, and their platforms. The rows have scores behind the ids.
local function oldest_of(queues, most)
  local ids, names = {}, {}
  for number = 1, most do
    local first
    for _, queue in ipairs(queues) do
      queue.due = queue.due or tonumber(queue.rows[queue.at + 1])
      if queue.due and (not first or queue.due < first.due) then
        first = queue
      end
    end
    if not first then
      break
    end
    ids[number], names[number] = first.rows[first.at], first.name
    first.at, first.due = first.at + 2, nil
  end
  return ids, names
end

-- The state of a platform's pause, by its value in `platforms`: when the next one of its jobs may be claimed (FAR while its
-- probe is under way, and for a pause without end), whether that one is the probe, and how many limits were counted. Nil if its
-- next job may have to fail, because it waits for a quota and has a deadline before that.
local function look_at_pause(name, paused_until)
  local counted, probe, quota = unpack(call('HMGET', Q .. 'pause:' .. name, 'counted', 'probe', 'quota'))
  local first = quota == '1' and paused_until > now and call('ZRANGE', Q .. 'waiting:' .. name, '0', '0')[1]
  if first then
    local own, status, phase = unpack(call('HMGET', JOBS .. first, 'own', 'status', 'phase'))
    local deadline = select(15, unpack_own(own))
    if status ~= 'pending' or phase ~= 'Scraping' or deadline and deadline <= paused_until then
      return nil
    end
  end
  if probe and call('ZSCORE', Q .. 'held:' .. name, probe) then
    return FAR
  end
  -- 1 is OPEN, see platforms.lua.
  return math.max(paused_until, now), paused_until > 1, tonumber(counted)
end

-- The ids of the jobs to take, their platforms or the one that all have, the end of the first lease, when there is a
-- job after these, and by platform the limits that were counted; nil if it is not plain.
local function look(most, wanted, limits)
  local platforms, queues, counted, first_end, next_due = call('HGETALL', Q .. 'platforms'), {}, {}, FAR, FAR
  for index = 1, #platforms, 2 do
    local name, paused_until = platforms[index], platforms[index + 1]
    local first = call('ZRANGE', Q .. 'held:' .. name, '0', '0', 'WITHSCORES')[2]
    first_end = math.min(first_end, first and tonumber(first) or FAR)
    if first_end <= now then
      return nil
    end
    local opens, is_probe, room = now, false, most + 1
    if paused_until ~= '0' then
      opens, is_probe, counted[name] = look_at_pause(name, tonumber(paused_until))
      if not opens then
        return nil
      end
    end
    if limits[name] then
      room = math.min(room, limits[name] - call('ZCARD', Q .. 'held:' .. name))
    end
    if opens < FAR and room > 0 and (not wanted or wanted[name]) then
      local rows = opens == now and due(name, room) or {}
      if rows[1] and is_probe then
        return nil
      elseif rows[1] then
        queues[#queues + 1] = {name = name, rows = rows, room = room, at = 1}
      else
        first = call('ZRANGE', Q .. 'waiting:' .. name, '0', '0', 'WITHSCORES')[2]
        next_due = math.min(next_due, first and math.max(tonumber(first), opens) or FAR)
      end
    end
  end
  local ids, names = {}, nil
  if queues[2] then
    for _, queue in ipairs(queues) do
      queue.rows = due(queue.name, queue.room, 'WITHSCORES')
    end
    ids, names = oldest_of(queues, most + 1)
  elseif queues[1] then
    ids, names = queues[1].rows, queues[1].name
  end
  if ids[most + 1] then
    next_due, ids[most + 1] = now, nil
  end
  return ids, names, first_end, next_due, counted
end

-- How the field `own` of a job of one platform begins that this call takes; and what is written there, by what is there, with the time
-- that the job has left | -1. Jobs that were submitted together have the same.
local program, begins, taken_as = ARGV[#ARGV - 1], {}, {}

-- The same for one more; nil if it is not plain.
local function take_as(name, own)
  if string.sub(own, 1, #NEW) ~= NEW then
    return nil
  end
  local updated, place, max_crashes, bytes, version, deadline, more = unpack_own(string.sub(own, #NEW + 1))
  if version or more or bytes ~= 0 or type(updated) ~= 'number' or updated > now or type(place) ~= 'number'
    or type(max_crashes) ~= 'number' or deadline and (type(deadline) ~= 'number' or deadline <= now) then
    return nil
  end
  local new = {own = begins[name] .. string.sub(own, KEPT_FROM), left = deadline and deadline - now or -1}
  if program ~= '' and deadline then
    new.own = begins[name] .. pack_own(place, max_crashes, 0, program, deadline)
  elseif program ~= '' then
    new.own = begins[name] .. pack_own(place, max_crashes, 0, program)
  end
  taken_as[name][own] = new
  return new
end

local function plain()
  local most, lease, asked_for = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
  local taken = Q .. 'claim:' .. ARGV[2]
  if most == 0 or call('EXISTS', taken) == 1 then
    return nil
  end
  local wanted, limits = asked_for >= 0 and {} or nil, {}
  for index = 8, 7 + asked_for do
    wanted[ARGV[index]] = true
  end
  for index = 8 + math.max(asked_for, 0), #ARGV - 2, 2 do
    limits[ARGV[index]] = tonumber(ARGV[index + 1])
  end
  local ids, names, first_end, next_due, counted = look(most, wanted, limits)
  if not ids then
    return nil
  end

  local jobs, news = {}, {}
  for number, id in ipairs(ids) do
    local name = type(names) == 'table' and names[number] or names
    -- In the order in which a submit writes them, with one time in two places. Redis keeps that order unless a value is
    -- long; whatever stands elsewhere then, these are not all where they belong.
    local own, status, updated_at, phase, percent, handle, job_id, platform, created_at, more =
      unpack(call('HVALS', JOBS .. id))
    if more or not created_at or job_id ~= id or platform ~= name or status ~= 'pending' or phase ~= 'Scraping'
      or percent ~= '0' or updated_at ~= created_at then
      return nil
    end
    if not begins[name] then
      begins[name], taken_as[name] = pack_own(2, 1, 1, ARGV[1], nil, 1, 0, nil, counted[name], now), {}
    end
    local new, at = taken_as[name][own] or take_as(name, own), 5 * number
    if not new then
      return nil
    end
    news[number] = new
    jobs[at - 4], jobs[at - 3], jobs[at - 2], jobs[at - 1], jobs[at] = name, handle, created_at, id, new.left
  end

  if ids[1] then
    local ends = math.min(now + lease, FAR)
    local lease_ends, held = format('%d', ends), {}
    for number, id in ipairs(ids) do
      call('HSET', JOBS .. id, 'own', news[number].own, 'status', 'processing', 'updated_at', present_text)
      local name = jobs[5 * number - 4]
      local rows = held[name] or {'ZADD', Q .. 'held:' .. name}
      held[name], rows[#rows + 1], rows[#rows + 2] = rows, lease_ends, id
    end
    for name, rows in pairs(held) do
      -- They are the first of its queue.
      write('ZREMRANGEBYRANK', Q .. 'waiting:' .. name, '0', format('%d', #rows / 2 - 2))
      write(unpack(rows))
    end
    write('SET', taken, table.concat(ids, ' '), 'PX', format('%d', math.ceil(lease / 1000) + 60000))
    if ends < first_end then
      -- Others wait for the leases that they know of; this one may expire sooner.
      try('PUBLISH', Q .. 'wake', format('%d', lease))
      first_end = ends
    end
  end
  local soonest = math.min(first_end, next_due)
  -- What workers read of it is the same for all platforms.
  local _, begin_own = next(begins)
  return {{}, soonest < FAR and soonest - now or -1, {}, {begin_own or '', 'processing', 'Scraping', '0', present_text}, jobs}
end
