-- How a job waits again, and how it ends: the state machine of src/store/rules/.
--
-- A job that waits is in `waiting:{platform}`, a held one in `held:{platform}`, an ended one in `completed` or
-- `failed` by the end of its retention. One with a scope that waits is in `scope:{scope}`, too. So every
-- count is the size of an index, and none can drift.

local function is_overdue(record)
  local deadline = record.own[DEADLINE]
  return deadline ~= nil and deadline <= now
end

-- Makes a job wait until it is due, at its position in the queue.
local function wait_again(record)
  record.status = 'pending'
  save(record, 'status', 'pending', 'updated_at', touch(record))
end

-- What most jobs do not have, and no ended job needs.
local WHILE_LIVE = {OLD_LIMITS_SEEN, PROBE, AHEAD, SAVED, STATE, SAVES}

-- Ends a job. What only a running job needs goes; every key that stays gets its time to live. The outputs of
-- a failed one are kept for so long.
local function end_as(record, status, retention, report_bytes, keep_failed)
  local id, own = record.id, record.own
  if own[SAVED] then
    insert(unlinked, saved(id))
    add_bytes(-own[SAVED])
    own[BYTES] = own[BYTES] - own[SAVED]
  end
  local kept_for = min(keep_failed, retention)
  if status == 'failed' and own[PHASE] ~= SCRAPING and kept_for > 0 then
    keep_outputs(record, kept_for)
  else
    if own[BYTES] > 0 or own[PHASE] ~= SCRAPING then
      insert(unlinked, outputs(id))
    end
    add_bytes(report_bytes - own[BYTES])
    own[BYTES] = status == 'failed' and 0 or nil
    forget(own, INPUT)
  end
  if own[DEADLINE] then
    change('ZREM', Q .. 'deadlines', id)
  end
  own[PLACE], own[MAX_CRASHES] = nil, nil
  forget(own, DEADLINE)
  if record.last > MORE then
    for _, place in ipairs(WHILE_LIVE) do
      forget(own, place)
    end
  end
  own[ENDED], own[RETENTION] = now, retention
  if record.next_attempt_at then
    drop(record, 'next_attempt_at')
  end
  local time, phase, percent = touch(record), PHASE_NAMES[own[PHASE]], digits(own[PERCENT])
  own[UPDATED] = nil
  record.status = status
  save(record, 'status', status, 'phase', phase, 'percent', percent, 'updated_at', time, 'completed_at', time)
  -- A key lasts to the end of its last millisecond. The row stays until it is gone.
  change('ZADD', Q .. status, digits(after(retention + 1000)), ended_member(id, report_bytes + (own[NOTES] or 0)))
  local kept = milliseconds(retention)
  if own[NOTES] then
    call('PEXPIRE', notes(id), kept)
    deliver_at(record, now)
  end
  call('PEXPIRE', record.key, kept)
  if status == 'failed' then
    free_target(record)
  else
    expire_target(record, kept)
  end
end

local function fail(record, kind, message, retention, keep_failed)
  set_failure(record, kind, message)
  end_as(record, 'failed', retention, 0, keep_failed)
end

local function fail_cancelled(record, retention, keep_failed)
  fail(record, 'cancelled', 'the job was cancelled', retention, keep_failed)
end

local function fail_overdue(record, retention, keep_failed)
  local message = "the job's deadline passed before it was finished"
  if record.error_message then
    message = "the job's deadline passed; last error: " .. record.error_message
  end
  fail(record, 'deadline_exceeded', message, retention, keep_failed)
end

-- The platform does not serve the job before its deadline.
local function fail_beyond_deadline(record, quota, why, retention, keep_failed)
  local kind, what = 'deadline_exceeded', 'the platform is paused'
  if quota then
    kind, what = 'quota_exhausted', "the platform's quota is used up"
  end
  fail(record, kind, what .. " until after the job's deadline: " .. why, retention, keep_failed)
end

-- Reclaims a job whose lease has expired.
local function reclaim(record, retention, keep_failed)
  local own = record.own
  local crashes = (own[CRASHES] or 0) + 1
  -- The next number, so that the late worker's lease is an old one from here on.
  own[FENCE] = own[FENCE] + 1
  keep(record, CRASHES, crashes)
  if own[CANCELLED] then
    fail_cancelled(record, retention, keep_failed)
  elseif crashes >= own[MAX_CRASHES] then
    fail(record, 'crashed',
      "given up: the worker's lease expired " .. crashes .. ' times', retention, keep_failed)
  elseif is_overdue(record) then
    fail_overdue(record, retention, keep_failed)
  else
    set_failure(record, 'crashed', "the worker's lease expired: it crashed or stalled")
    own[TOKEN] = nil
    wait_again(record)
  end
end
