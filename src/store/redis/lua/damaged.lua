-- Records that cannot be read, and those of newer builds.

-- Quarantines a damaged record (promise 17): out of every index, counted, and gone with the end of a
-- retention, or sooner if it was about to go: it holds a handle.
local function quarantine(id, retention)
  write_indexes()
  for _, platform in ipairs(call('HKEYS', Q .. 'platforms')) do
    call('ZREM', waiting(platform), id)
    call('ZREM', held(platform), id)
    call('ZREM', outbox(platform), id)
  end
  call('ZREM', Q .. 'deadlines', id)
  local fields = try('HMGET', JOBS .. id, 'own', 'handle', 'platform')
  local own = {pcall(unpack_own, not fields.err and fields[1] or '')}
  local bytes = 0
  for _, name in ipairs({'Input', 'Scraping', 'Analysis'}) do
    local length = try('HSTRLEN', outputs(id), name)
    bytes = bytes + (tonumber(length) or 0)
  end
  local pages = try('LRANGE', saved(id), 0, -1)
  for _, value in ipairs(pages.err and {} or pages) do
    bytes = bytes + #value
  end
  add_bytes(-bytes)
  forget_kept(id .. ':' .. digits(bytes))
  local listed = not own[ENDED] and try('LRANGE', notes(id), 0, -1)
  for _, entry in ipairs(listed and not listed.err and listed or {}) do
    -- Those of an ended job count until its row goes.
    add_bytes(-note_size(entry))
  end
  call('UNLINK', outputs(id), saved(id), notes(id))
  call('ZADD', Q .. 'damaged', digits(after(retention)), id)
  call('PEXPIRE', JOBS .. id, milliseconds(retention), 'LT')
  -- Its worker may write no more: what it kept from here on would have no end.
  if own[1] and own[TOKEN] then
    local last = #own
    own[TOKEN] = nil
    call('HSET', JOBS .. id, 'own', packed(own, last))
  end
  -- The target is free for a new job, if the record still tells it.
  if fields[2] and fields[3] then
    if type(own[KEY]) ~= 'string' then
      own[KEY] = nil
    else
      call('SREM', scoped(own[KEY]), id)
    end
    free_target({id = id, key = JOBS .. id, handle = fields[2], platform = fields[3], own = own})
  end
end

-- Reads the record of a job that an index names. One that is damaged, or that does not belong
-- there, is quarantined and added to `damaged`, so that it blocks nothing. Returns nil and true for one of
-- a newer build.
local function load_indexed(id, status, platform, damaged, retention)
  local record, damage, newer = load(id)
  if newer then
    return nil, true
  elseif not record then
    damage = damage or 'the record is gone'
  elseif record.status ~= status or (platform and record.platform ~= platform) then
    damage = 'the record contradicts the queue'
  end
  if damage and is_outdated() then
    return nil, true
  elseif damage then
    quarantine(id, retention)
    damaged[#damaged + 1] = id
    damaged[#damaged + 1] = damage
    return nil
  end
  return record
end

-- Lets a job of a newer build wait a little at its index, so that it is not the first there for ever.
local PUT_OFF = 30 * 1000000
local function put_off(index, id)
  call('ZADD', index, 'XX', digits(after(PUT_OFF)), id)
end
