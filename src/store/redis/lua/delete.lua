-- delete: id
-- Returns ok, also if there is no such job; live; {damaged, reason}; or {newer, id}.

local function run()
  local id = ARGV[1]

  local record, damage, newer = load(id)
  if damage then
    return refusal(damage, newer)
  end
  if not record then
    return {'ok'}
  end
  if record.status == 'pending' or record.status == 'processing' then
    return {'live'}
  end
  local report = JOBS .. id .. ':report'
  local length = try('STRLEN', report)
  local bytes = (type(length) == 'number' and length or 0) + (record.own[NOTES] or 0)
  -- Otherwise somebody has changed the report: its row goes with the sweep, and the bytes that it counts.
  if call('ZREM', Q .. record.status, ended_member(id, bytes)) == 1 then
    add_bytes(-bytes)
  end
  -- And what a failed job has left for one that continues it, if it is still there.
  local kept = record.status == 'failed' and kept_member(record)
  if kept and call('ZSCORE', Q .. 'kept', kept) then
    drop_kept(kept)
  end
  free_target(record)
  call('ZREM', outbox(record.platform), id)
  call('UNLINK', JOBS .. id, report, notes(id))
  return {'ok'}
end
