-- find: handle, platform, scope (empty for none), what names target and scope in keys
-- Returns {found, record}; none; or {newer, id}.

local function run()
  local handle, platform, scope = ARGV[1], ARGV[2], ARGV[3]
  local id = job_of(JOBS .. 'handle:' .. ARGV[4])
  local record, _, newer
  if id then
    record, _, newer = load(id)
  end
  -- A record that cannot be read, or that somebody has changed by hand, owns no target.
  local owner = record or newer
  if owner and owner.handle == handle and owner.platform == platform
    and (owner.scope or '') == scope then
    return newer and refusal(nil, newer) or {'found', reply(record)}
  end
  return {'none'}
end
