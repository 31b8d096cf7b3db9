-- claim_ended: token, max, lease, retention, how many platforms are asked for | -1 for all, these
--              platforms
-- Returns {claimed, next, damaged}: each ended job as {record, delivery, notes}; microseconds until, without
-- another event, there may be something, | -1; ids and reasons of records that were quarantined.

local token, jobs_max = ARGV[1], tonumber(ARGV[2])
local lease, retention = tonumber(ARGV[3]), tonumber(ARGV[4])
-- How many entries that are of no use one claim looks at.
local DETOURS = 64

local platforms = {}
if tonumber(ARGV[5]) < 0 then
  platforms = call('HKEYS', Q .. 'platforms')
else
  for index = 6, #ARGV do
    platforms[#platforms + 1] = ARGV[index]
  end
end

-- The platform with the notes that are due first.
local function next_due()
  write_indexes()
  local first
  for _, platform in ipairs(platforms) do
    local head = call('ZRANGE', outbox(platform), 0, 0, 'WITHSCORES')
    local due = tonumber(head[2])
    -- Those that are due at once are in the order of their ids, whatever their platforms.
    if due and (not first or due < first.due or due == first.due and head[1] < first.id) then
      first = {platform = platform, id = head[1], due = due}
    end
  end
  return first
end

local function run()
  local claimed, damaged = {}, {}
  local next = next_due()
  for _ = 1, jobs_max + DETOURS do
    if not next or next.due > now or #claimed == jobs_max then
      break
    end
    local record, damage, newer = load(next.id)
    local listed = record and record.own[ENDED] and try('LRANGE', notes(next.id), 0, -1)
    if newer then
      put_off(outbox(next.platform), next.id)
    elseif damage then
      quarantine(next.id, retention)
      damaged[#damaged + 1] = next.id
      damaged[#damaged + 1] = damage
    elseif not listed or listed.err or #listed == 0 or record.platform ~= next.platform then
      -- Its retention is over, or somebody has taken the notes away.
      call('ZREM', outbox(next.platform), next.id)
    elseif (record.own[DELIVERIES] or 0) >= MAX_DELIVERIES then
      drop_notes(record)
      save(record)
    else
      keep(record, DELIVERIES, (record.own[DELIVERIES] or 0) + 1)
      keep(record, DELIVERY, token)
      save(record)
      call('ZADD', outbox(next.platform), digits(after(lease)), next.id)
      claimed[#claimed + 1] = {reply(record), record.own[DELIVERIES], listed}
    end
    next = next_due()
  end
  return {claimed, next and max(next.due - now, 0) or -1, damaged}
end
