-- cancel: id, retention, how long a failed job's outputs are kept
-- Returns the status after that; unknown; {damaged, reason}; or {newer, id}.

local function run()
  local record, damage, newer = load(ARGV[1])
  if damage then
    return refusal(damage, newer)
  end
  if not record then
    return {'unknown'}
  end
  if record.status == 'pending' then
    fail_cancelled(record, tonumber(ARGV[2]), tonumber(ARGV[3]))
  elseif record.status == 'processing' and not record.own[CANCELLED] then
    keep(record, CANCELLED, 1)
    save(record, 'updated_at', touch(record))
    -- From now on no report of it will come: a new job may be submitted for the target.
    free_target(record)
  end
  return {record.status}
end
