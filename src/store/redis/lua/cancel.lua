-- cancel: id, retention, how long a failed job's outputs are kept
-- Returns the status after that; unknown; {damaged, reason}; or {newer, id}.

local id, retention = ARGV[1], tonumber(ARGV[2])

local record, damage, newer = load(id)
if damage then
  return refusal(damage, newer)
end
if not record then
  return {'unknown'}
end
if record.status == 'pending' then
  fail_cancelled(record, retention)
elseif record.status == 'processing' and not record.cancel_requested then
  set(record, 'cancel_requested', 1)
  touch(record)
  save(record)
  -- From now on no report of it will come: a new job may be submitted for the target.
  free_target(record)
end
return {record.status}
