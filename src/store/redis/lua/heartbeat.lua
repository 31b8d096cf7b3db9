-- heartbeat: for each item id, fence, token, lease, percent | -1
-- Returns for each continue or cancel; lost; or {damaged, reason}.

-- When the first lease of each platform ends.
local first_ends = {}

local function heartbeat(id, fence, token, lease, percent)
  lease, percent = number_of(lease), number_of(percent)
  local record, refused = load_held(id, fence, token, true)
  if not record then
    return refused
  end
  local platform, lease_ends = record.platform, after(lease)
  if not first_ends[platform] then
    first_ends[platform] = tonumber(call('ZRANGE', held(platform), 0, 0, 'WITHSCORES')[2]) or FAR
  end
  change('ZADD', held(platform), digits(lease_ends), id)
  if lease_ends < first_ends[platform] then
    -- Others wait for the leases that they know of; this one may expire sooner.
    wake(lease)
  end
  -- 100 is for completed jobs, whatever a worker says.
  percent = min(percent, 99)
  if percent > record.own[PERCENT] then
    record.own[PERCENT] = percent
    save(record, 'percent', digits(percent), 'updated_at', touch(record))
  end
  return record.own[CANCELLED] and CANCEL or CONTINUE
end

local function run()
  return each(1, 5, heartbeat)
end
