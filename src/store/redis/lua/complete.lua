-- complete: retention, how long a failed job's outputs are kept, limits: bytes of a value, stored bytes; then for
--           each item id, fence, token, size, report (empty if it is over the limit anyway)
-- Returns for each the new status; lost; too_large; full; or {damaged, reason}.

local retention, keep_failed = tonumber(ARGV[1]), tonumber(ARGV[2])
local value_max, stored_max = tonumber(ARGV[3]), tonumber(ARGV[4])
local time_to_live = milliseconds(retention)
local freed = {}

local function complete(id, fence, token, size, report)
  size = number_of(size)
  local record, refused, ended = load_held(id, fence, token, true)
  if not record then
    -- A repetition gets the first result, until another worker claims the job.
    return ended or refused
  end
  local own = record.own
  freed[record.platform] = true
  if own[CANCELLED] then
    own[SETTLED] = 'f'
    fail_cancelled(record, retention, keep_failed)
    return 'failed'
  end
  if size > value_max then
    return 'too_large'
  end
  -- The report replaces the checkpoints.
  if is_full(size - own[BYTES], stored_max) then
    return 'full'
  end
  call('SET', record.key .. ':report', report, 'PX', time_to_live)
  own[SETTLED] = 'c'
  own[PHASE], own[PERCENT] = FINALIZING, 100
  forget_failure(record)
  got_through(record)
  end_as(record, 'completed', retention, size, keep_failed)
  return 'completed'
end

local function run()
  local replies = each(5, 5, complete)
  make_room(stored_max)
  -- A slot in flight is free for other jobs.
  for platform in pairs(freed) do
    if call('ZCARD', waiting(platform)) > 0 then
      wake(0)
    end
  end
  return replies
end
