-- Which job owns a target.

-- The value at KEY names target and scope as keys do, where that is more than handle and platform.
local function target_key(record)
  return JOBS .. 'handle:' .. (record.own[KEY] or (record.handle .. ':' .. record.platform))
end

-- The id of the job that owns a target. A key of another type names none, and must not end a
-- script halfway.
local function job_of(key)
  local id = try('GET', key)
  return type(id) == 'string' and id or nil
end

-- Frees the target, unless a newer job owns it.
local function free_target(record)
  local key = target_key(record)
  if job_of(key) == record.id then
    call('DEL', key)
  end
end

-- Lets the target's key live as long as the job that owns it, which is this one unless a newer one does.
local function expire_target(record, kept)
  local key = target_key(record)
  local owner = try('GETEX', key, 'PX', kept)
  if type(owner) == 'string' and owner ~= record.id then
    local left = call('PTTL', JOBS .. owner)
    if left > 0 then
      call('PEXPIRE', key, left)
    elseif left == -1 then
      call('PERSIST', key)
    end
  end
end
