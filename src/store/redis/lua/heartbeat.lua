-- heartbeat: id, fence, token, lease, percent | -1
-- Returns continue or cancel; lost; or {damaged, reason}.

local id, lease, percent = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])

local record, damage, newer = load(id)
if damage and not newer then
  return {'damaged', damage}
end
if not record or not is_holder(record, tonumber(ARGV[2]), ARGV[3]) then
  return {'lost'}
end

local lease_ends = after(lease)
local before = call('ZRANGE', held(record.platform), 0, 0, 'WITHSCORES')
call('ZADD', held(record.platform), lease_ends, id)
if not before[2] or lease_ends < tonumber(before[2]) then
  -- Others wait for the leases that they know of; this one may expire sooner.
  wake(lease)
end
-- 100 is for completed jobs, whatever a worker says.
percent = math.min(percent, 99)
if percent > record.percent then
  set(record, 'percent', percent)
  touch(record)
  save(record)
end
return {record.cancel_requested and 'cancel' or 'continue'}
