-- checkpoint: limits: bytes of a value, stored bytes; then for each item
--             id, fence, token, phase, size, output (empty if it is over the limit anyway)
-- Returns for each continue or cancel; lost; last_phase; not_reached; too_large; full; or {damaged, reason}.

local value_max, stored_max = tonumber(ARGV[1]), tonumber(ARGV[2])
local STARTS = {Analysis = 30, Finalizing = 90}
local NEXT = {Scraping = 'Analysis', Analysis = 'Finalizing'}

local function checkpoint(id, fence, token, phase, size, output)
  size = tonumber(size)
  local record, refused = load_held(id, fence, token)
  if not record then
    return refused
  end
  local following = NEXT[phase]
  if not following then
    return 'last_phase'
  end
  if PHASES[phase] > PHASES[record.phase] then
    return 'not_reached'
  end
  if size > value_max then
    return 'too_large'
  end
  -- The present phase has no output yet.
  local replaced = phase == record.phase and 0 or try('HSTRLEN', outputs(id), phase)
  if type(replaced) ~= 'number' then
    return {'damaged', "the phases' outputs are not a hash"}
  end
  -- What was saved was made on the way to this output, or from an output that is replaced now.
  local own = record.own
  local growth = size - replaced - (own[SAVED] or 0)
  if is_full(growth, stored_max) then
    return 'full'
  end
  local kept = try('HSET', outputs(id), phase, output)
  if type(kept) ~= 'number' then
    if string.find(kept.err, 'WRONGTYPE', 1, true) then
      return {'damaged', "the phases' outputs are not a hash"}
    end
    error(kept.err, 0)
  end
  add_bytes(growth)
  keep(record, BYTES, (own[BYTES] or 0) + growth)
  if own[SAVED] then
    insert(unlinked, saved(id))
    own[SAVED], own[STATE] = nil, nil
  end
  -- Only the output of the present phase moves the job; an older one is replaced in place.
  if phase == record.phase then
    set(record, 'phase', following)
    if tonumber(record.percent) < STARTS[following] then
      set(record, 'percent', tostring(STARTS[following]))
    end
    own[FAILURES] = nil
    forget_failure(record)
    touch(record)
  end
  got_through(record)
  save(record)
  return own[CANCELLED] and CANCEL or CONTINUE
end

local function run()
  local replies = each(3, 6, checkpoint)
  make_room(stored_max)
  return replies
end
