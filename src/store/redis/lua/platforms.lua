-- Platforms and their pauses.

-- A platform is in the hash `platforms` with the time at which its pause ends: 0 if it never had
-- one, OPEN if it had one that a probe or an operator has ended. After a pause one job is claimed, the
-- probe. What else there is to a pause is in a hash of its own: `limits` in a row, limits that were
-- `counted`, the `probe`'s id, and `quota` if that is what the platform waits for. A probe that is no
-- longer held counts as none, so nobody has to take it out.
local OPEN = 1
local function paused(platform)
  return Q .. 'pause:' .. platform
end

local function open_platform(platform)
  call('HSET', Q .. 'platforms', platform, OPEN)
  call('HDEL', paused(platform), 'limits', 'probe', 'quota')
  wake(0)
end

-- The job got something from its platform. If it is the probe, the pause and its limits are forgotten.
local function got_through(record)
  if not record.own[PROBE] then
    return
  end
  record.platform = record.platform or call('HGET', record.key, 'platform')
  if tonumber(call('HGET', Q .. 'platforms', record.platform) or 0) <= now
    and call('HGET', paused(record.platform), 'probe') == record.id then
    open_platform(record.platform)
  end
  record.own[PROBE] = nil
end
