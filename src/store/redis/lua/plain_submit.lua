-- submit.lua for a job that has nothing but a target and a deadline, a target that nobody owns, on a platform that has jobs,
-- while no limit is near.

local SHARED, WIDTH, PLAIN_WIDTH = 6, tonumber(ARGV[6]), 7
if WIDTH ~= PLAIN_WIDTH then
  return general(ARGV, (#ARGV - SHARED) / WIDTH)
end

-- How many jobs may come, and what is to be written of the queues.
local pending, jobs, queues = 0, call('ZCARD', Q .. 'completed') + call('ZCARD', Q .. 'failed'), {}
for _, name in ipairs(call('HKEYS', Q .. 'platforms')) do
  local key = Q .. 'waiting:' .. name
  queues[name] = {'ZADD', key}
  pending = pending + call('ZCARD', key)
  jobs = jobs + call('ZCARD', Q .. 'held:' .. name)
end
local room = 0
if (tonumber(call('GET', Q .. 'bytes') or 0) or 0) < tonumber(ARGV[3]) then
  room = math.min(ARGV[1] - pending, ARGV[2] - jobs - pending)
end
for _, name in ipairs({'completed', 'failed', 'kept', 'damaged'}) do
  is_due = is_due or call('ZCOUNT', Q .. name, '-inf', present) > 0
end

-- Who owns the targets: nobody where there is no text.
local targets = {}
for index = SHARED + 3, #ARGV, WIDTH do
  targets[#targets + 1] = JOBS .. 'handle:' .. ARGV[index] .. ':' .. ARGV[index + 1]
end
local owners = call('MGET', unpack(targets))

-- The first new job of each platform: those that are like it are copies of it.
local first_of = {}
local number, owned, deadlines, listed = 0, {'MSET'}, {'ZADD', Q .. 'deadlines'}, {}

local function plain(id, id_bytes, handle, platform, _, max_crashes, deadline)
  number = number + 1
  local target, queue, key, first = targets[number], queues[platform], JOBS .. id, first_of[platform]
  if room < 1 or not queue or owners[number] or owned[target] then
    return nil
  end
  if first and first.max_crashes == max_crashes and first.deadline == deadline then
    if call('COPY', first.key, key) == 0 then
      return nil
    end
    call('HSET', key, 'handle', handle, 'job_id', id)
  elseif call('EXISTS', key) == 1 then
    return nil
  else
    local ends, own = nil, pack_own(1, 0, 0, nil, nil, 1, 0, nil, nil, now, now, tonumber(max_crashes), 0)
    if deadline ~= '-1' then
      ends = math.min(now + deadline, FAR)
      own = own .. pack_own(nil, ends)
    end
    call('HSET', key, 'own', own, 'status', 'pending', 'updated_at', present_text, 'phase', 'Scraping', 'percent', '0',
      'handle', handle, 'job_id', id, 'platform', platform, 'created_at', present_text)
    first = {key = key, max_crashes = max_crashes, deadline = deadline, ends = ends and format('%d', ends)}
    first_of[platform] = first
  end
  room = room - 1
  owned[target], owned[#owned + 1], owned[#owned + 2] = true, target, id
  queue[#queue + 1], queue[#queue + 2] = present, id
  if first.ends then
    deadlines[#deadlines + 1], deadlines[#deadlines + 2] = first.ends, id
  end
  listed[#listed + 1] = id_bytes
  return present_text
end

local function write_rest()
  if not listed[1] then
    return
  end
  write(unpack(owned))
  for _, queue in pairs(queues) do
    if queue[3] then
      write(unpack(queue))
    end
  end
  if deadlines[3] then
    write(unpack(deadlines))
  end
  -- A job that no list shows is better than none.
  try('XADD', Q .. 'submits', '*', 'id', table.concat(listed))
  try('PUBLISH', Q .. 'wake', '0')
end
