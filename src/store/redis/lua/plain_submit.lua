-- submit.lua for a job that has nothing but a target and a deadline, a target that nobody owns, on a platform that has jobs, while no limit is
-- near.

local SHARED, WIDTH, PLAIN_WIDTH = 6, tonumber(ARGV[6]), 7
local items = (#ARGV - SHARED) / WIDTH
local behind = items

-- How many jobs may come, and whether there is something to expire.
local known, room = {}, 0
if WIDTH == PLAIN_WIDTH then
  local pending, jobs = 0, call('ZCARD', Q .. 'completed') + call('ZCARD', Q .. 'failed')
  for _, name in ipairs(call('HKEYS', Q .. 'platforms')) do
    known[name] = true
    pending = pending + call('ZCARD', waiting(name))
    jobs = jobs + call('ZCARD', held(name))
  end
  if (tonumber(call('GET', Q .. 'bytes') or 0) or 0) < tonumber(ARGV[3]) then
    room = min(tonumber(ARGV[1]) - pending, tonumber(ARGV[2]) - jobs - pending)
  end
  for _, name in ipairs({'completed', 'failed', 'kept', 'damaged'}) do
    is_due = is_due or #call('ZRANGE', Q .. name, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1) > 0
  end
end

-- How the field `own` of a new job begins: the same for all of a call.
local begin_own = pack_own(1, 0, 0, nil, nil, SCRAPING, 0, nil, nil, now)

local function plain(id, id_bytes, handle, platform, _, max_crashes, deadline)
  behind = behind - 1
  if room < 1 or not known[platform] then
    return nil
  end
  local key = JOBS .. id
  if call('EXISTS', key) == 1
    or call('SET', JOBS .. 'handle:' .. handle .. ':' .. platform, id, 'NX', 'GET') ~= false then
    return nil
  end
  room = room - 1
  local time, place, end_own = present(), now - behind, ''
  local ends = deadline ~= '-1' and after(number_of(deadline))
  if ends then
    end_own = pack_own(nil, ends)
  end
  call('HSET', key, 'own', begin_own .. pack_own(place, number_of(max_crashes), 0) .. end_own, 'status', 'pending', 'phase', 'Scraping',
    'percent', '0', 'updated_at', time, 'platform', platform, 'handle', handle, 'created_at', time, 'job_id', id)
  change('ZADD', waiting(platform), format('%d', place), id)
  if ends then
    change('ZADD', Q .. 'deadlines', digits(ends), id)
  end
  -- A job that no list shows is better than none.
  try('XADD', Q .. 'submits', '*', 'id', id_bytes)
  wake(0)
  return time
end
