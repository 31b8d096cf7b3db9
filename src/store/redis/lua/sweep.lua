-- sweep: limit, retention, how long a failed job's outputs are kept
-- Returns {removed, requeued, failed, more, damaged}; more is 1 or 0, damaged as for claim.

local limit, retention, keep_failed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local removed, requeued, failed, damaged = 0, 0, 0, {}
local left = limit

local function due(index, count)
  write_indexes()
  return call('ZRANGE', index, '-inf', now, 'BYSCORE', 'LIMIT', 0, count)
end

-- Takes out the first rows of an outbox whose jobs have expired; nobody may come to claim them.
local function trim_outbox(platform)
  for _ = 1, 100 do
    local first = call('ZRANGE', outbox(platform), 0, 0)[1]
    if not first or call('EXISTS', JOBS .. first) == 1 then
      return
    end
    call('ZREM', outbox(platform), first)
  end
end

local function run()
  local platforms = call('HGETALL', Q .. 'platforms')
  for index = 1, #platforms, 2 do
    local platform = platforms[index]
    if left > 0 then
      for _, id in ipairs(due(held(platform), left)) do
        left = left - 1
        local record, newer = load_indexed(id, 'processing', platform, damaged, retention)
        if newer then
          put_off(held(platform), id)
        elseif record then
          reclaim(record, retention, keep_failed)
          if record.status == 'failed' then
            failed = failed + 1
          else
            requeued = requeued + 1
          end
        end
      end
    end
  end
  if requeued > 0 then
    wake(0)
  end

  if left > 0 then
    for _, id in ipairs(due(Q .. 'deadlines', left)) do
      left = left - 1
      local record, damage, newer = load(id)
      if newer then
        put_off(Q .. 'deadlines', id)
      else
        -- A held job leaves the index too: its deadline is checked when its lease ends.
        call('ZREM', Q .. 'deadlines', id)
        if damage then
          quarantine(id, retention)
          damaged[#damaged + 1] = id
          damaged[#damaged + 1] = damage
        elseif record and record.status == 'pending' then
          fail_overdue(record, retention, keep_failed)
          failed = failed + 1
        end
      end
    end
  end

  if left > 0 then
    removed = expire(left)
  end

  write_indexes()
  local more = 0
  local indexes = {Q .. 'deadlines', Q .. 'completed', Q .. 'failed', Q .. 'kept'}
  for index = 1, #platforms, 2 do
    local platform = platforms[index]
    trim_outbox(platform)
    -- A pause that is over is forgotten with the last job, a platform when it has no notes to deliver either. At the
    -- end: its last job may just have failed.
    if (tonumber(platforms[index + 1]) or 0) <= now and call('ZCARD', waiting(platform)) == 0
      and call('ZCARD', held(platform)) == 0 then
      call('DEL', paused(platform))
      if call('EXISTS', outbox(platform)) == 1 then
        call('HSET', Q .. 'platforms', platform, 0)
      else
        call('HDEL', Q .. 'platforms', platform)
      end
    else
      indexes[#indexes + 1] = held(platform)
    end
  end
  for _, index in ipairs(indexes) do
    if #due(index, 1) > 0 then
      more = 1
      break
    end
  end
  return {removed, requeued, failed, more, damaged}
end
