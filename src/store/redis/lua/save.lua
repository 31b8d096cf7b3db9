-- save: id, fence, token, phase, number, 1 for a page | 0 for a state, 1 to begin afresh | 0, size,
--       value (empty if it is over the limit anyway), limits: bytes of a value, stored bytes
-- Returns continue or cancel; lost; not_reached; {too_large, bytes}; full; or {damaged, reason}.
--
-- What is saved is a list: the state, empty if there is none, and then the pages. The record has its
-- bytes in `saved`, those of the state in `state_bytes`, and in `saves` the lease's next number.

local id, phase, number = ARGV[1], ARGV[4], tonumber(ARGV[5])
local is_page, size, value = ARGV[6] == '1', tonumber(ARGV[8]), ARGV[9]

local record, damage, newer = load(id)
if damage and not newer then
  return {'damaged', damage}
end
if not record or not is_holder(record, tonumber(ARGV[2]), ARGV[3]) then
  return {'lost'}
end
if PHASES[phase] > PHASES[record.phase] then
  return {'not_reached'}
end

-- Otherwise it comes too late, or is a repetition.
if phase == record.phase and number >= (record.saves or 0) then
  local key, before, state_bytes = SAVED .. id, record.saved or 0, record.state_bytes or 0
  local length = ARGV[7] == '0' and record.saved and redis.pcall('LLEN', key)
  -- Also if somebody has deleted the list, or has put something else there.
  local is_fresh = type(length) ~= 'number' or length == 0
  local total = size
  if not is_fresh then
    total = before + size - (is_page and 0 or state_bytes)
  end
  if total > tonumber(ARGV[10]) then
    return {'too_large', string.format('%.0f', total)}
  end
  -- What failed jobs have left goes first.
  if stored_bytes() - kept_bytes() + total - before > tonumber(ARGV[11]) then
    return {'full'}
  end
  if is_fresh then
    call('UNLINK', key)
    call('RPUSH', key, '')
    set(record, 'state_bytes', nil)
  end
  if is_page then
    call('RPUSH', key, value)
  else
    call('LSET', key, 0, value)
    set(record, 'state_bytes', size)
  end
  add_bytes(total - before)
  set(record, 'bytes', (record.bytes or 0) + total - before)
  set(record, 'saved', total)
  set(record, 'saves', number + 1)
  make_room(tonumber(ARGV[11]))
end
got_through(record)
save(record)
return {record.cancel_requested and 'cancel' or 'continue'}
