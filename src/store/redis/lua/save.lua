-- save: limits: bytes of a value, stored bytes; then for each item id, fence, token, phase, number, 1 for a page | 0
--       for a state, 1 to begin afresh | 0, size, value (empty if it is over the limit anyway)
-- Returns for each continue or cancel; lost; not_reached; {too_large, bytes}; full; or {damaged, reason}.
--
-- What is saved is a list: the state, empty if there is none, and then the pages. The record has its
-- bytes at SAVED, those of the state at STATE, and at SAVES the lease's next number.

local value_max, stored_max = tonumber(ARGV[1]), tonumber(ARGV[2])

local function save_value(id, fence, token, phase, number, is_page, fresh, size, value)
  number, size, is_page = tonumber(number), tonumber(size), is_page == '1'
  local record, refused = load_held(id, fence, token)
  if not record then
    return refused
  end
  local own = record.own
  if PHASES[phase] > own[PHASE] then
    return {'not_reached'}
  end
  -- Otherwise it comes too late, or is a repetition.
  if PHASES[phase] == own[PHASE] and number >= (own[SAVES] or 0) then
    local key, before, state_bytes = saved(id), own[SAVED] or 0, own[STATE] or 0
    local length = fresh == '0' and own[SAVED] and try('LLEN', key)
    -- Also if somebody has deleted the list, or has put something else there.
    local is_fresh = type(length) ~= 'number' or length == 0
    local total = size
    if not is_fresh then
      total = before + size - (is_page and 0 or state_bytes)
    end
    if total > value_max then
      return {'too_large', digits(total)}
    end
    if is_full(total - before, stored_max) then
      return {'full'}
    end
    if is_fresh then
      call('UNLINK', key)
      call('RPUSH', key, '')
      own[STATE] = nil
    end
    if is_page then
      call('RPUSH', key, value)
    else
      call('LSET', key, 0, value)
      keep(record, STATE, size)
    end
    add_bytes(total - before)
    own[SAVED] = total
    own[BYTES] = own[BYTES] + total - before
    keep(record, SAVES, number + 1)
  end
  got_through(record)
  save(record)
  return own[CANCELLED] and CANCEL or CONTINUE
end

local function run()
  local replies = each(3, 9, save_value)
  make_room(stored_max)
  return replies
end
