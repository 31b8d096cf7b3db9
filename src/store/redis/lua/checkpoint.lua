-- checkpoint: id, fence, token, phase, size, output (empty if it is over the limit anyway),
--             limits: bytes of a value, stored bytes
-- Returns continue or cancel; lost; last_phase; not_reached; too_large; full; or {damaged, reason}.

local id, phase, size, output = ARGV[1], ARGV[4], tonumber(ARGV[5]), ARGV[6]
local STARTS = {Analysis = 30, Finalizing = 90}
local NEXT = {Scraping = 'Analysis', Analysis = 'Finalizing'}

local record, damage, newer = load(id)
if damage and not newer then
  return {'damaged', damage}
end
if not record or not is_holder(record, tonumber(ARGV[2]), ARGV[3]) then
  return {'lost'}
end
if not NEXT[phase] then
  return {'last_phase'}
end
if PHASES[phase] > PHASES[record.phase] then
  return {'not_reached'}
end
if size > tonumber(ARGV[7]) then
  return {'too_large'}
end
local replaced = redis.pcall('HSTRLEN', outputs(id), phase)
if type(replaced) ~= 'number' then
  return {'damaged', "the phases' outputs are not a hash"}
end
-- What was saved was made on the way to this output, or from an output that is replaced now.
local growth = size - replaced - (record.saved or 0)
-- What failed jobs have left goes first.
if stored_bytes() - kept_bytes() + growth > tonumber(ARGV[8]) then
  return {'full'}
end

call('HSET', outputs(id), phase, output)
add_bytes(growth)
set(record, 'bytes', (record.bytes or 0) + growth)
if record.saved then
  call('UNLINK', SAVED .. id)
  set(record, 'saved', nil)
  set(record, 'state_bytes', nil)
end
-- Only the output of the present phase moves the job; an older one is replaced in place.
if phase == record.phase then
  set(record, 'phase', NEXT[phase])
  set(record, 'percent', math.max(record.percent, STARTS[record.phase]))
  for _, name in ipairs({'failures', 'error_kind', 'error_message'}) do
    set(record, name, nil)
  end
  touch(record)
end
got_through(record)
save(record)
make_room(tonumber(ARGV[8]))
return {record.cancel_requested and 'cancel' or 'continue'}
