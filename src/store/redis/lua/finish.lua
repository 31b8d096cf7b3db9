-- finish: id, fence, token, retention, outcome, then of the outcome
--         completed: size, report (empty if it is over the limit anyway),
--                    limits: bytes of a value, stored bytes
--         retry:     wait, kind, message
--         rate_limited: floor, base, cap, jitter in millionths, 1 for a quota | 0, kind, message
--         failed:    kind, message
--         released:  nothing
--         and last, how long a failed job's outputs are kept
-- Returns the new status; lost; too_large; full; or {damaged, reason}.

local id, fence, token = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local retention, outcome = tonumber(ARGV[4]), ARGV[5]

local record, damage, newer = load(id)
if damage and not newer then
  return {'damaged', damage}
end
if not record then
  return {'lost'}
end
-- A repetition gets the first result, until another worker claims the job.
if record.settled and record.fence == fence and record.token == token then
  return {record.settled}
end
if not is_holder(record, fence, token) then
  return {'lost'}
end

local function settle(status)
  set(record, 'settled', status)
end

-- What a limit says of the platform holds whatever becomes of the job.
local paused_until, is_quota = 0, ARGV[10] == '1'
if outcome == 'rate_limited' then
  local platform, state = record.platform, paused(record.platform)
  local wait = tonumber(ARGV[6])
  local counted = tonumber(call('HGET', state, 'counted') or 0)
  -- Jobs that were claimed before the last limit report the same one again.
  if (record.limits_seen or 0) >= counted then
    local limits = call('HINCRBY', state, 'limits', 1)
    call('HSET', state, 'counted', counted + 1)
    local above = math.min(tonumber(ARGV[7]) * 2 ^ math.min(limits - 1, 60), tonumber(ARGV[8]))
    wait = wait + math.floor(above * tonumber(ARGV[9]) / 1000000)
  end
  paused_until = tonumber(call('HGET', Q .. 'platforms', platform) or 0)
  if after(wait) > paused_until then
    paused_until = after(wait)
    call('HSET', Q .. 'platforms', platform, string.format('%.0f', paused_until))
    call('HSET', state, 'quota', is_quota and 1 or 0)
  end
end

if record.cancel_requested then
  settle('failed')
  fail_cancelled(record, retention)
elseif outcome == 'completed' then
  local size, report = tonumber(ARGV[6]), ARGV[7]
  if size > tonumber(ARGV[8]) then
    return {'too_large'}
  end
  -- The report replaces the checkpoints.
  if stored_bytes() - kept_bytes() - (record.bytes or 0) + size > tonumber(ARGV[9]) then
    return {'full'}
  end
  settle('completed')
  set(record, 'percent', 100)
  set(record, 'phase', 'Finalizing')
  set_failure(record, nil, nil)
  got_through(record)
  call('SET', JOBS .. id .. ':report', report, 'PX', milliseconds(retention))
  end_as(record, 'completed', retention, size)
  make_room(tonumber(ARGV[9]))
elseif outcome == 'failed' then
  settle('failed')
  fail(record, ARGV[6], ARGV[7], retention)
elseif outcome == 'retry' then
  local wait = tonumber(ARGV[6])
  set(record, 'failures', (record.failures or 0) + 1)
  set_failure(record, ARGV[7], ARGV[8])
  if is_overdue(record) then
    settle('failed')
    fail_overdue(record, retention)
  else
    settle('pending')
    if wait > 0 then
      set(record, 'next_attempt_at', rfc3339(after(wait)))
    end
    set(record, 'place', after(wait))
    set(record, 'ahead', nil)
    wait_at(record, record.place)
    save(record)
    wake(wait)
  end
elseif outcome == 'rate_limited' then
  if record.deadline and record.deadline <= paused_until then
    settle('failed')
    fail_beyond_deadline(record, is_quota, ARGV[12], retention)
  else
    settle('pending')
    set_failure(record, ARGV[11], ARGV[12])
    if paused_until > now then
      set(record, 'next_attempt_at', rfc3339(paused_until))
    end
    wait_at(record, record.place)
    save(record)
    wake(paused_until - now)
  end
else
  -- Released: the attempt does not count, and the job keeps its position.
  set(record, 'attempt', math.max((record.attempt or 0) - 1, 0))
  if is_overdue(record) then
    settle('failed')
    fail_overdue(record, retention)
  else
    settle('pending')
    wait_at(record, record.place)
    save(record)
    wake(0)
  end
end

-- A slot in flight is free for other jobs.
local itself = record.status == 'pending' and 1 or 0
if call('ZCARD', waiting(record.platform)) > itself then
  wake(0)
end
return {record.settled}
