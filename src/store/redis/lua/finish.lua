-- finish: id, fence, token, retention, outcome, then of the outcome
--         completed: size, report (empty if it is over the limit anyway),
--                    limits: bytes of a value, stored bytes
--         retry:     wait, kind, message
--         failed:    kind, message
--         released:  nothing
-- Returns the new status; lost; too_large; full; or {damaged, reason}.

local id, fence, token = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local retention, outcome = tonumber(ARGV[4]), ARGV[5]

local record, damage = load(id)
if damage then
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

if record.cancel_requested then
  settle('failed')
  fail_cancelled(record, retention)
elseif outcome == 'completed' then
  local size, report = tonumber(ARGV[6]), ARGV[7]
  if size > tonumber(ARGV[8]) then
    return {'too_large'}
  end
  -- The report replaces the checkpoints.
  if stored_bytes() - (record.bytes or 0) + size > tonumber(ARGV[9]) then
    return {'full'}
  end
  settle('completed')
  set(record, 'percent', 100)
  set(record, 'phase', 'Finalizing')
  set_failure(record, nil, nil)
  call('SET', JOBS .. id .. ':report', report, 'PX', milliseconds(retention))
  end_as(record, 'completed', retention, size)
elseif outcome == 'failed' then
  settle('failed')
  fail(record, ARGV[6], ARGV[7], retention)
elseif outcome == 'retry' then
  local wait, kind = tonumber(ARGV[6]), ARGV[7]
  -- A rate limit is not a failure.
  if kind ~= 'rate_limited' then
    set(record, 'failures', (record.failures or 0) + 1)
  end
  set_failure(record, kind, ARGV[8])
  if is_overdue(record) then
    settle('failed')
    fail_overdue(record, retention)
  else
    settle('pending')
    if wait > 0 then
      set(record, 'next_attempt_at', rfc3339(after(wait)))
    end
    set(record, 'place', after(wait))
    wait_at(record, record.place)
    save(record)
    wake(wait)
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
