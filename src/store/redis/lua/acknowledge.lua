-- acknowledge: id, token, microseconds until the next try | -1 if the notes were delivered, the ids of
--              the submits whose notes were handed out
-- Returns ok, also if there is nothing to acknowledge; {damaged, reason}; or {newer, id}.

local token, wait = ARGV[2], tonumber(ARGV[3])

local function run()
  local record, damage, newer = load(ARGV[1])
  if damage then
    return refusal(damage, newer)
  end
  if not record or not record.own[NOTES] then
    return {'ok'}
  end
  local is_latest = record.own[DELIVERY] == token
  if wait >= 0 and not is_latest then
    return {'ok'}
  end
  if wait < 0 or (record.own[DELIVERIES] or 0) >= MAX_DELIVERIES then
    -- An old receipt, too, tells what was delivered.
    local handed_out = {}
    for index = 4, #ARGV do
      handed_out[ARGV[index]] = true
    end
    local left = 0
    for _, entry in ipairs(call('LRANGE', notes(record.id), 0, -1)) do
      if handed_out[note_submit(entry)] then
        call('LREM', notes(record.id), 1, entry)
      else
        left = left + note_size(entry)
      end
    end
    if call('EXISTS', notes(record.id)) == 0 then
      drop_notes(record)
      save(record)
      return {'ok'}
    end
    resize_notes(record, left)
    wait = 0
  end
  if is_latest then
    record.own[DELIVERY] = nil
    deliver_at(record, after(wait))
  end
  save(record)
  return {'ok'}
end
