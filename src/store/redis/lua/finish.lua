-- finish, for what is no report: retention, how long a failed job's outputs are kept; then for each item
--         id, fence, token, outcome, five numbers, kind, message; of these
--         retry:        its wait
--         rate_limited: floor, base, cap, jitter in millionths, 1 for a quota | 0
-- Returns for each the new status; lost; or {damaged, reason}.

local retention, keep_failed = tonumber(ARGV[1]), tonumber(ARGV[2])
-- By platform, how many jobs wait because of this call.
local freed = {}

-- What a limit says of the platform holds whatever becomes of the job. Returns when the pause ends.
local function limit(record, wait, base, cap, jitter, quota)
  local platform, state = record.platform, paused(record.platform)
  local counted = tonumber(call('HGET', state, 'counted') or 0)
  -- Jobs that were claimed before the last limit report the same one again.
  if (record.own[LIMITS_SEEN] or record.own[OLD_LIMITS_SEEN] or 0) >= counted then
    local limits = call('HINCRBY', state, 'limits', 1)
    call('HSET', state, 'counted', counted + 1)
    local above = min(tonumber(base) * 2 ^ min(limits - 1, 60), tonumber(cap))
    wait = wait + floor(above * tonumber(jitter) / 1000000)
  end
  local paused_until = tonumber(call('HGET', Q .. 'platforms', platform) or 0)
  if after(wait) > paused_until then
    paused_until = after(wait)
    call('HSET', Q .. 'platforms', platform, digits(paused_until))
    call('HSET', state, 'quota', quota)
  end
  return paused_until
end

local function finish(id, fence, token, outcome, wait, base, cap, jitter, quota, kind, message)
  local record, damage, newer = load(id)
  if damage and not newer then
    return {'damaged', damage}
  end
  local own = record and record.own
  if not record or own[FENCE] ~= number_of(fence) or own[TOKEN] ~= token then
    return LOST
  end
  -- A repetition gets the first result, until another worker claims the job.
  if own[SETTLED] then
    return {SETTLED_AS[own[SETTLED]]}
  end
  if record.status ~= 'processing' then
    return LOST
  end
  wait = tonumber(wait)
  local platform = record.platform
  freed[platform] = freed[platform] or 0
  local paused_until = outcome == 'rate_limited' and limit(record, wait, base, cap, jitter, quota)
  own[SETTLED] = 'f'
  if own[CANCELLED] then
    fail_cancelled(record, retention, keep_failed)
    return {'failed'}
  elseif outcome == 'failed' then
    fail(record, kind, message, retention, keep_failed)
    return {'failed'}
  elseif outcome == 'rate_limited' and own[DEADLINE] and own[DEADLINE] <= paused_until then
    fail_beyond_deadline(record, quota == '1', message, retention, keep_failed)
    return {'failed'}
  elseif outcome == 'retry' then
    keep(record, FAILURES, (own[FAILURES] or 0) + 1)
    set_failure(record, kind, message)
  elseif outcome == 'released' then
    -- The attempt does not count, and the job keeps its position.
    own[ATTEMPT] = max(own[ATTEMPT] - 1, 0)
  end
  if outcome ~= 'rate_limited' and is_overdue(record) then
    fail_overdue(record, retention, keep_failed)
    return {'failed'}
  end
  own[SETTLED] = 'p'
  local delay = 0
  if outcome == 'retry' then
    delay = wait
    own[PLACE], own[AHEAD] = after(wait), nil
  elseif outcome == 'rate_limited' then
    set_failure(record, kind, message)
    delay = paused_until - now
  end
  if delay > 0 then
    set_more(record, 'next_attempt_at', rfc3339(after(delay)))
  end
  wait_again(record)
  freed[platform] = freed[platform] + 1
  wake(max(delay, 0))
  return {'pending'}
end

local function run()
  local replies = each(3, 11, finish)
  -- A slot in flight is free for other jobs.
  write_indexes()
  for platform, themselves in pairs(freed) do
    if call('ZCARD', waiting(platform)) > themselves then
      wake(0)
    end
  end
  return replies
end
