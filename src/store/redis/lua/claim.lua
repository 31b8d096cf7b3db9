-- claim: token, worker, max, lease, retention, how many platforms are asked for | -1 for all, these
--        platforms, then platform and in-flight limit in turn, the version of the program (empty for
--        none), and last how long a failed job's outputs are kept
-- Returns {claimed, next, damaged}: each claimed job as {record, input, scraping, analysis, saved list,
-- 1 if the list has a state | 0, time left | -1}; microseconds until, without another event, there may
-- be something, | -1; ids and reasons of records that were quarantined.

local token, worker, program = ARGV[1], ARGV[2], ARGV[#ARGV - 1]
local max, lease, retention = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
-- How many jobs that it cannot take one claim looks at.
local DETOURS = 64
-- How many jobs of newer builds one claim passes over in each queue. Further ones are put off.
local PASSED = 32
-- After how many bytes of outputs a claim takes no more jobs. A reply that takes too long is asked
-- for again with its token, would take as long, and its jobs would go from lease to lease.
local LARGE = 1048576

local claimed, damaged, carried = {}, {}, 0
local claim_key = Q .. 'claim:' .. token

-- The input, the outputs of earlier attempts, and what they have saved. Nil if they are not what they
-- should be.
local function kept_outputs(record)
  if not record.bytes then
    return {false, false, false, {}}
  end
  local kept = redis.pcall('HMGET', outputs(record.id), 'Input', 'Scraping', 'Analysis')
  local saved = record.saved and redis.pcall('LRANGE', SAVED .. record.id, 0, -1) or {}
  -- Outputs that are gone are made again; without its input the job would be another one.
  if kept.err or saved.err or (record.input and not kept[1]) then
    quarantine(record.id, retention)
    damaged[#damaged + 1] = record.id
    damaged[#damaged + 1] = kept.err and "the phases' outputs are not a hash"
      or saved.err and 'what the phase has saved is not a list'
      or 'the input is gone'
    return nil
  end
  kept[4] = saved
  return kept
end

local function hand_out(record, kept)
  carried = carried + (record.bytes or 0)
  local left = record.deadline and math.max(record.deadline - now, 0) or -1
  claimed[#claimed + 1] = {reply(record), kept[1], kept[2], kept[3], kept[4],
    record.state_bytes and 1 or 0, left}
end

-- A repeated claim gets what it has taken already, under a new lease.
for _, id in ipairs(call('SMEMBERS', claim_key)) do
  local record = load_indexed(id, 'processing', nil, damaged, retention)
  local kept = record and record.token == token and kept_outputs(record)
  if kept then
    call('ZADD', held(record.platform), after(lease), id)
    hand_out(record, kept)
  end
end
if #claimed > 0 or max == 0 then
  if #claimed > 0 then
    call('PEXPIRE', claim_key, milliseconds(lease) + 60000)
  end
  return {claimed, -1, damaged}
end

local wanted, asked_for = nil, tonumber(ARGV[6])
if asked_for >= 0 then
  wanted = {}
  for index = 7, 6 + asked_for do
    wanted[ARGV[index]] = true
  end
end
local limits = {}
for index = 7 + math.max(asked_for, 0), #ARGV - 2, 2 do
  limits[ARGV[index]] = tonumber(ARGV[index + 1])
end

-- The heads of one platform's two queues, behind those that were passed over.
local function look_at_waiting(queue)
  local behind = queue.passed_waiting
  local first = call('ZRANGE', waiting(queue.name), behind, behind, 'WITHSCORES')
  queue.first, queue.due = first[1], tonumber(first[2])
end

local function look_at_held(queue)
  local behind = queue.passed_held
  local first = call('ZRANGE', held(queue.name), behind, behind, 'WITHSCORES')
  queue.oldest, queue.lease_ends = first[1], tonumber(first[2])
  -- An expired lease does not block its slot, whoever may reclaim it.
  queue.held = limits[queue.name] and call('ZCARD', held(queue.name)) - behind or 0
end

-- The platform's pause, and whether the probe after it is still held.
local function look_at_pause(queue)
  local state = call('HMGET', paused(queue.name), 'counted', 'probe', 'quota')
  queue.counted, queue.probe = tonumber(state[1]), state[2]
  queue.probing = state[2] and state[2] ~= queue.lost_probe
    and call('ZSCORE', held(queue.name), state[2])
  queue.quota = state[3] == '1' and queue.paused_until > now
end

-- Loads the first job of a queue. One of a newer build stays where it is, for the workers of that build,
-- and this claim looks behind it.
local function load_waiting(queue)
  local record, newer = load_indexed(queue.first, 'pending', queue.name, damaged, retention)
  if newer and queue.passed_waiting < PASSED then
    queue.passed_waiting = queue.passed_waiting + 1
  elseif newer then
    put_off(waiting(queue.name), queue.first)
  end
  return record
end

-- The same for the job whose lease has expired first.
local function load_expired(queue)
  local record, newer = load_indexed(queue.oldest, 'processing', queue.name, damaged, retention)
  if newer then
    if queue.oldest == queue.probe then
      queue.lost_probe, queue.probing = queue.probe, nil
    end
    if queue.passed_held < PASSED then
      queue.passed_held = queue.passed_held + 1
    else
      put_off(held(queue.name), queue.oldest)
    end
  end
  return record
end

local function is_open(queue)
  local limit = limits[queue.name]
  return not queue.probing and (not limit or queue.held < limit)
    and (not wanted or wanted[queue.name])
end

local queues = {}
local names = call('HGETALL', Q .. 'platforms')
for index = 1, #names, 2 do
  local queue = {name = names[index], paused_until = tonumber(names[index + 1]) or 0,
    passed_waiting = 0, passed_held = 0}
  look_at_waiting(queue)
  look_at_held(queue)
  if queue.paused_until > 0 then
    look_at_pause(queue)
  end
  queues[#queues + 1] = queue
end

local function next_lease_end()
  local next
  for _, queue in ipairs(queues) do
    if queue.lease_ends and (not next or queue.lease_ends < next.lease_ends) then
      next = queue
    end
  end
  return next
end

-- The platform with the job that has been due for longest, of those that are open.
local function next_ready()
  local next
  for _, queue in ipairs(queues) do
    if queue.due and queue.due <= now and queue.paused_until <= now and is_open(queue)
      and (not next or queue.due < next.due) then
      next = queue
    end
  end
  return next
end

-- Fails the first job of a queue that waits for a quota if its deadline comes first, and returns
-- whether there was one.
local function fail_without_quota()
  for _, queue in ipairs(queues) do
    if queue.quota and queue.first and queue.first ~= queue.patient then
      local record = load_waiting(queue)
      if record and not (record.deadline and record.deadline <= queue.paused_until) then
        queue.patient = queue.first
      else
        if record then
          fail_beyond_deadline(record, true, 'the job was not started', retention)
        end
        look_at_waiting(queue)
        return true
      end
    end
  end
  return false
end

local function take(record, queue)
  if is_overdue(record) then
    fail_overdue(record, retention)
    return
  end
  local kept = kept_outputs(record)
  if not kept then
    return
  end
  leave(record)
  set(record, 'status', 'processing')
  set(record, 'fence', record.fence + 1)
  set(record, 'token', token)
  set(record, 'worker', worker)
  set(record, 'program', program ~= '' and program or nil)
  set(record, 'attempt', (record.attempt or 0) + 1)
  set(record, 'settled', nil)
  set(record, 'saves', nil)
  set(record, 'next_attempt_at', nil)
  set(record, 'limits_seen', queue.counted)
  if queue.paused_until > OPEN then
    queue.probing = true
    call('HSET', paused(queue.name), 'probe', record.id)
  end
  set(record, 'probe', queue.probing and 1 or nil)
  touch(record)
  save(record)
  call('ZADD', held(record.platform), after(lease), record.id)
  call('SADD', claim_key, record.id)
  queue.held = queue.held + 1
  if not queue.lease_ends or after(lease) < queue.lease_ends then
    queue.oldest, queue.lease_ends = record.id, after(lease)
  end
  hand_out(record, kept)
end

local soonest = next_lease_end()
local known = soonest and soonest.lease_ends
local requeued = false
for _ = 1, max + DETOURS do
  if #claimed == max or carried >= LARGE then
    break
  end
  -- One lease for each job wanted: a lease that nobody wants stays valid. A job that is reclaimed
  -- keeps its position, before newer jobs.
  local expired = next_lease_end()
  if expired and expired.lease_ends > now then
    expired = nil
  end
  if expired then
    local record = load_expired(expired)
    if record then
      reclaim(record, retention)
      requeued = true
      -- It may stand before those that were passed over.
      expired.passed_waiting = 0
    end
    look_at_waiting(expired)
    look_at_held(expired)
    if expired.paused_until > 0 then
      look_at_pause(expired)
    end
  end
  local failed = fail_without_quota()
  local ready = next_ready()
  if ready then
    local record = load_waiting(ready)
    if record then
      take(record, ready)
    end
    look_at_waiting(ready)
  elseif not expired and not failed then
    break
  end
end

if #claimed > 0 then
  call('PEXPIRE', claim_key, milliseconds(lease) + 60000)
end
if requeued then
  wake(0)
elseif #claimed > 0 and (not known or after(lease) < known) then
  -- Others wait for the leases that they know of; this one may expire sooner.
  wake(lease)
end

local next = -1
for _, queue in ipairs(queues) do
  local times = {queue.lease_ends, false}
  if queue.quota and queue.first and queue.first ~= queue.patient then
    times[2] = now
  elseif queue.due and is_open(queue) then
    times[2] = math.max(queue.due, queue.paused_until)
  end
  for _, time in pairs(times) do
    if time and (next < 0 or time - now < next) then
      next = math.max(time - now, 0)
    end
  end
end
return {claimed, next, damaged}
