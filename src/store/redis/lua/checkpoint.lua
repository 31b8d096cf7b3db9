-- checkpoint: limits: bytes of a value, stored bytes; then for each item
--             id, fence, token, phase, size, output (empty if it is over the limit anyway)
-- Returns for each continue or cancel; lost; last_phase; not_reached; too_large; full; or {damaged, reason}.

local value_max, stored_max = tonumber(ARGV[1]), tonumber(ARGV[2])

local function checkpoint(id, fence, token, name, size, output)
  size = number_of(size)
  local record, refused = load_held(id, fence, token)
  if not record then
    return refused
  end
  local own, phase = record.own, PHASES[name]
  if phase == FINALIZING then
    return 'last_phase'
  end
  if phase > own[PHASE] then
    return 'not_reached'
  end
  if size > value_max then
    return 'too_large'
  end
  local key, is_present, replaced = outputs(id), phase == own[PHASE], 0
  -- The present phase has no output yet.
  if not is_present then
    replaced = try('HSTRLEN', key, name)
    if type(replaced) ~= 'number' then
      return {'damaged', "the phases' outputs are not a hash"}
    end
  end
  -- What was saved was made on the way to this output, or from an output that is replaced now.
  local growth = size - replaced - (own[SAVED] or 0)
  if is_full(growth, stored_max) then
    return 'full'
  end
  local kept = try('HSET', key, name, output)
  if type(kept) ~= 'number' then
    if string.find(kept.err, 'WRONGTYPE', 1, true) then
      return {'damaged', "the phases' outputs are not a hash"}
    end
    error(kept.err, 0)
  end
  add_bytes(growth)
  own[BYTES] = own[BYTES] + growth
  if own[SAVED] then
    insert(unlinked, saved(id))
    own[SAVED], own[STATE] = nil, nil
  end
  -- Only the output of the present phase moves the job; an older one is replaced in place.
  if is_present then
    phase = phase + 1
    own[PHASE], own[PERCENT] = phase, max(own[PERCENT], STARTS[phase])
    forget(own, FAILURES)
    forget_failure(record)
    got_through(record)
    save(record, 'phase', PHASE_NAMES[phase], 'percent', digits(own[PERCENT]), 'updated_at', touch(record))
  else
    got_through(record)
    save(record)
  end
  return own[CANCELLED] and CANCEL or CONTINUE
end

local function run()
  local replies = each(3, 6, checkpoint)
  make_room(stored_max)
  return replies
end
