-- claim: token as 16 bytes, token as text, worker (for people who watch what is sent), max, lease, retention, how many platforms are asked for | -1 for all, these
--        platforms, then platform and in-flight limit in turn, the version of the program (empty for
--        none), and last how long a failed job's outputs are kept
-- Returns {claimed, next, damaged}: each claimed job as {record, input, scraping, analysis, saved list,
-- 1 if the list has a state | 0, time left | -1}, or {record, time left | -1} if it has nothing of these; microseconds until, without another event, there may
-- be something, | -1; ids and reasons of records that were quarantined.

local token, program = ARGV[1], ARGV[#ARGV - 1]
local jobs_max, lease, retention = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
-- The ids of the jobs that this claim has taken, for its repetition.
local taken = Q .. 'claim:' .. ARGV[2]
local keep_failed = tonumber(ARGV[#ARGV])
local lease_ends = digits(after(lease))
-- How many jobs that it cannot take one claim looks at.
local DETOURS = 64
-- How many jobs of newer builds one claim passes over in each queue. Further ones are put off.
local PASSED = 32
-- After how many bytes of outputs a claim takes no more jobs. A reply that takes too long is asked
-- for again with its token, would take as long, and its jobs would go from lease to lease.
local LARGE = 1048576

local claimed, ids, damaged, carried = {}, {}, {}, 0
-- What most jobs have: no input, no outputs, and nothing saved.
local NOTHING = {false, false, false, {}}

-- The input, the outputs of earlier attempts, and what they have saved. Nil if they are not what they
-- should be.
local function kept_outputs(record)
  local own = record.own
  if own[BYTES] == 0 and own[PHASE] == SCRAPING and not own[SAVED] then
    return NOTHING
  end
  local kept = try('HMGET', outputs(record.id), 'Input', 'Scraping', 'Analysis')
  local pages = own[SAVED] and try('LRANGE', saved(record.id), 0, -1) or {}
  -- Outputs that are gone are made again; without its input the job would be another one.
  if kept.err or pages.err or (own[INPUT] and not kept[1]) then
    quarantine(record.id, retention)
    damaged[#damaged + 1] = record.id
    damaged[#damaged + 1] = kept.err and "the phases' outputs are not a hash"
      or pages.err and 'what the phase has saved is not a list'
      or 'the input is gone'
    return nil
  end
  kept[4] = pages
  return kept
end

local function hand_out(record, kept)
  local own = record.own
  ids[#ids + 1] = record.id
  local left = own[DEADLINE] and max(own[DEADLINE] - now, 0) or -1
  if kept == NOTHING then
    claimed[#claimed + 1] = {reply(record), left}
    return
  end
  carried = carried + own[BYTES]
  claimed[#claimed + 1] = {reply(record), kept[1], kept[2], kept[3], kept[4],
    own[STATE] and 1 or 0, left}
end

-- A repeated claim gets what it has taken already and still holds, under a new lease.
local function claim_again()
  local before = try('GET', taken)
  for id in string.gmatch(type(before) == 'string' and before or '', '%S+') do
    local record = load(id)
    local is_held = record and record.status == 'processing' and record.own[TOKEN] == token
    local kept = is_held and kept_outputs(record)
    if kept then
      change('ZADD', held(record.platform), lease_ends, id)
      hand_out(record, kept)
    end
  end
end

local wanted, asked_for = nil, tonumber(ARGV[7])
if asked_for >= 0 then
  wanted = {}
  for index = 8, 7 + asked_for do
    wanted[ARGV[index]] = true
  end
end
local limits = {}
for index = 8 + max(asked_for, 0), #ARGV - 2, 2 do
  limits[ARGV[index]] = tonumber(ARGV[index + 1])
end

-- The next job of a platform's queue, behind those that were passed over. The present one must have left the
-- queue, or have been passed over. Jobs are read from the queue some at a time, and more of them each time.
local function look_at_waiting(queue)
  queue.next = queue.next + 2
  if queue.next > #queue.heads and #queue.heads == 2 * queue.read then
    write_indexes()
    local behind, count = queue.passed_waiting, min(4 * max(queue.read, 1), jobs_max)
    queue.heads = call('ZRANGE', waiting(queue.name), behind, behind + count - 1, 'WITHSCORES')
    queue.read, queue.next = count, 1
  end
  queue.first, queue.due = queue.heads[queue.next], tonumber(queue.heads[queue.next + 1])
end

-- The same when jobs have come to the queue.
local function look_at_waiting_again(queue)
  queue.heads, queue.read, queue.next = {}, 0, 1
  look_at_waiting(queue)
end

local function look_at_held(queue)
  write_indexes()
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
local function look_at_queues()
  local names = call('HGETALL', Q .. 'platforms')
  for index = 1, #names, 2 do
    local queue = {name = names[index], paused_until = tonumber(names[index + 1]) or 0,
      passed_waiting = 0, passed_held = 0}
    look_at_waiting_again(queue)
    look_at_held(queue)
    if queue.paused_until > 0 then
      look_at_pause(queue)
    end
    queues[#queues + 1] = queue
  end
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
      if record and not (record.own[DEADLINE] and record.own[DEADLINE] <= queue.paused_until) then
        queue.patient = queue.first
      else
        if record then
          fail_beyond_deadline(record, true, 'the job was not started', retention, keep_failed)
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
    fail_overdue(record, retention, keep_failed)
    return
  end
  local kept = kept_outputs(record)
  if not kept then
    return
  end
  local own = record.own
  own[FENCE], own[TOKEN] = own[FENCE] + 1, token
  own[ATTEMPT] = own[ATTEMPT] + 1
  forget(own, SETTLED)
  forget(own, SAVES)
  keep_or_forget(record, PROGRAM, program ~= '' and program)
  keep_or_forget(record, LIMITS_SEEN, queue.counted)
  forget(own, OLD_LIMITS_SEEN)
  if queue.paused_until > OPEN then
    queue.probing = true
    call('HSET', paused(queue.name), 'probe', record.id)
  end
  keep_or_forget(record, PROBE, queue.probing and 1)
  record.lease_ends = lease_ends
  if record.next_attempt_at then
    drop(record, 'next_attempt_at')
  end
  record.status = 'processing'
  save(record, 'status', 'processing', 'updated_at', touch(record))
  queue.held = queue.held + 1
  if not queue.lease_ends or after(lease) < queue.lease_ends then
    queue.oldest, queue.lease_ends = record.id, after(lease)
  end
  hand_out(record, kept)
end

local function claim()
  look_at_queues()
  local soonest = next_lease_end()
  local known = soonest and soonest.lease_ends
  local requeued = false
  for _ = 1, jobs_max + DETOURS do
    if #claimed == jobs_max or carried >= LARGE then
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
        reclaim(record, retention, keep_failed)
        requeued = true
        -- It may stand before those that were passed over.
        expired.passed_waiting = 0
      end
      look_at_waiting_again(expired)
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
  if requeued then
    wake(0)
  elseif #claimed > 0 and (not known or after(lease) < known) then
    -- Others wait for the leases that they know of; this one may expire sooner.
    wake(lease)
  end
end

-- In how many microseconds there may be something, as far as is known.
local function next_chance()
  local soonest = -1
  for _, queue in ipairs(queues) do
    local times = {queue.lease_ends, false}
    if queue.quota and queue.first and queue.first ~= queue.patient then
      times[2] = now
    elseif queue.due and is_open(queue) then
      times[2] = max(queue.due, queue.paused_until)
    end
    for _, time in pairs(times) do
      if time and (soonest < 0 or time - now < soonest) then
        soonest = max(time - now, 0)
      end
    end
  end
  return soonest
end

local function run()
  claim_again()
  if #claimed == 0 and jobs_max > 0 then
    claim()
  end
  if #ids > 0 then
    call('SET', taken, table.concat(ids, ' '), 'PX', milliseconds(lease + 60000000))
  end
  return {claimed, next_chance(), damaged}
end
