-- submit: limits: pending jobs, jobs, stored bytes, pending jobs of one scope (empty for none); retention; how many
--         arguments an item has; then for each item id, the id as 16 bytes, handle, platform, max_age | -1, max_crashes,
--         deadline | -1; and only if one of these is anything else what names target and scope in keys (empty if that is handle
--         and platform), scope (empty for none), head start, input, failed job to continue (empty for none), traceparent and
--         tracestate (empty for none), note (behind a letter; empty for none), version of the program (empty for any)
-- Returns for each the time of the submit if the job is new; or {what, record}: created, joined, served; taken; or {full, limit}; or
-- {not_continuable, why}; or {damaged, reason}; or {newer, id}.

local pending_max, jobs_max, stored_max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local scope_max, retention = tonumber(ARGV[4]), tonumber(ARGV[5])
local FIRST, WIDTH = 7, tonumber(ARGV[6])

-- How long a held job that is in no index is left to its worker: 30 s, the usual lease.
local ORPHANED = 30 * 1000000
-- A report is served only if it is kept for as long as this, a minute, or for a tenth of its retention.
local SERVED = 60 * 1000000

-- Adds the note of a submit, unless the job has it. Returns the limit that refuses it.
local function add_note(record, id, note)
  if note == '' then
    return nil
  end
  note = string.sub(note, 2)
  local own = record.own
  local known = own[NOTES] and try('LRANGE', notes(record.id), 0, -1) or {}
  for _, entry in ipairs(known) do
    if note_submit(entry) == id then
      return nil
    end
  end
  if #known >= MAX_NOTES then
    return 'notes'
  elseif is_full(#note, stored_max) then
    return 'stored_bytes'
  end
  if known.err or not own[NOTES] then
    -- Somebody may have put something else there.
    call('UNLINK', notes(record.id))
  end
  call('RPUSH', notes(record.id), id .. note)
  resize_notes(record, (own[NOTES] or 0) + #note)
  if own[ENDED] then
    call('PEXPIRE', notes(record.id), max(call('PTTL', JOBS .. record.id), 1))
    -- It has all its tries before it, and waits only for those who are delivering others now.
    own[DELIVERIES] = nil
    if not own[DELIVERY] then
      deliver_at(record, now)
    end
  end
  return nil
end

-- Joins the live job of a target.
local function join(record, ahead)
  local id, platform, own = record.id, record.platform, record.own
  write_indexes()
  -- A longer head start moves a job forward that is ready.
  if record.status == 'pending' and ahead > (own[AHEAD] or 0)
    and own[PLACE] + (own[AHEAD] or 0) <= now then
    own[PLACE] = own[PLACE] + (own[AHEAD] or 0) - ahead
    keep(record, AHEAD, ahead)
    save(record)
    call('ZADD', waiting(platform), 'XX', digits(own[PLACE]), id)
  end
  -- An index that somebody has deleted must not keep the target waiting for ever. Its worker, if
  -- there is one, renews the lease with its next heartbeat.
  local index, score = waiting(platform), own[PLACE]
  if record.status == 'processing' then
    index, score = held(platform), after(ORPHANED)
  end
  if call('ZADD', index, 'NX', digits(score), id) == 1 then
    call('HSETNX', Q .. 'platforms', platform, 0)
    wake(0)
  end
  return {'joined', reply(record)}
end

local function scope_is_full(name)
  local jobs = scoped(name)
  write_indexes()
  if call('SCARD', jobs) < scope_max then
    return false
  end
  -- A record that somebody has deleted must not count for ever.
  for _, other in ipairs(call('SRANDMEMBER', jobs, 16)) do
    if call('EXISTS', JOBS .. other) == 0 then
      call('SREM', jobs, other)
    end
  end
  return call('SCARD', jobs) >= scope_max
end

-- How many jobs there are, with those that this call has made.
local pending, jobs, known
local function count_jobs()
  if known then
    return
  end
  pending, jobs, known = 0, 0, {}
  for _, name in ipairs(call('HKEYS', Q .. 'platforms')) do
    known[name] = true
    pending = pending + call('ZCARD', waiting(name))
    jobs = jobs + call('ZCARD', held(name))
  end
  jobs = jobs + pending + call('ZCARD', Q .. 'completed') + call('ZCARD', Q .. 'failed')
end

-- The limit that refuses a new job with so many bytes.
local function refused(bytes, scope, name)
  count_jobs()
  if jobs >= jobs_max then
    return 'jobs'
  elseif pending >= pending_max then
    return 'pending_jobs'
  elseif stored_bytes() - kept_bytes() >= stored_max then
    return 'stored_bytes'
  elseif scope ~= '' and scope_max and scope_is_full(name) then
    return 'pending_jobs_per_scope'
  elseif is_full(bytes, stored_max) then
    return 'stored_bytes'
  end
  return nil
end

-- The new jobs of this call, each as 16 bytes.
local listed = {}

local function is_for(record, handle, platform, scope)
  return record.handle == handle and record.platform == platform and (record.scope or '') == scope
end

local function submit(id, id_bytes, handle, platform, max_age, max_crashes, deadline, name, scope, ahead, input,
    continued, traceparent, tracestate, note, program)
  local is_plain, job_key = not name, JOBS .. id
  if is_plain then
    name, scope, ahead, input, continued, traceparent, tracestate, note, program = '', '', '0', '', '', '', '', '', ''
  end
  deadline, ahead = number_of(deadline), number_of(ahead)
  max_age, max_crashes = number_of(max_age), number_of(max_crashes)
  if call('EXISTS', job_key) == 1 then
    local own, damage, newer = load(id)
    if not own then
      return refusal(damage, newer)
    end
    return is_for(own, handle, platform, scope) and {'created', reply(own)} or {'taken'}
  end

  local key = name ~= '' and JOBS .. 'handle:' .. name or JOBS .. 'handle:' .. handle .. ':' .. platform
  local full = refused(#input + max(#note - 1, 0), scope, name)
  local other_id, owns_target
  if full or continued ~= '' then
    other_id = job_of(key)
  else
    -- If nobody owns the target, this job does from now on. A full Redis refuses to look in this way.
    local owner = try('SET', key, id, 'NX', 'GET')
    owns_target = owner == false
    other_id = type(owner) == 'string' and owner or not owns_target and job_of(key) or nil
  end
  if other_id then
    local other, broken, newer = load(other_id)
    -- Somebody may have changed the record by hand: one of another target does not own this one.
    local owns = other and is_for(other, handle, platform, scope)
    if newer then
      if is_for(newer, handle, platform, scope) then
        return refusal(broken, newer)
      end
    elseif broken then
      quarantine(other_id, retention)
    elseif owns and other.status == 'completed' then
      local age, kept = now - other.own[ENDED], other.own[RETENTION]
      -- Not if it is about to expire: its reader would find nothing.
      if (max_age < 0 or age < max_age) and (program == '' or program == other.own[PROGRAM])
        and not (kept and kept - age < min(SERVED, kept / 10)) then
        local no_room = add_note(other, id, note)
        if no_room then
          return {'full', no_room}
        end
        if note ~= '' then
          save(other)
        end
        return {'served', reply(other)}
      end
    elseif owns then
      local no_room = add_note(other, id, note)
      if no_room then
        return {'full', no_room}
      end
      if note ~= '' then
        save(other)
      end
      return join(other, ahead)
    end
  end

  local failed
  if continued ~= '' then
    local damage, newer, why
    failed, damage, newer = load(continued)
    if newer then
      return refusal(damage, newer)
    elseif not failed then
      why = 'unknown'
    elseif not is_for(failed, handle, platform, scope) then
      why = 'other_target'
    elseif failed.status ~= 'failed' then
      why = 'not_failed'
    elseif (tonumber(call('ZSCORE', Q .. 'kept', kept_member(failed)) or 0)) <= now
      or call('EXISTS', outputs(failed.id)) == 0 then
      why = 'no_checkpoints'
    end
    if why then
      return {'not_continuable', why}
    end
  end

  if failed then
    full = refused(failed.own[BYTES] + max(#note - 1, 0), scope, name)
  end
  if full then
    return {'full', full}
  end

  local place = now - ahead
  local time, phase, percent = present(), SCRAPING, 0
  if failed then
    phase, percent = failed.own[PHASE], failed.own[PHASE] == ANALYSIS and 30 or 90
  end
  local own = {true, 1, 0, 0, nil, nil, phase, percent, nil, nil, now, place, max_crashes, 0}
  local record = {id = id, key = job_key, own = own, last = BYTES, status = 'pending',
    phase = PHASE_NAMES[phase], percent = digits(percent), handle = handle, platform = platform, created_at = time,
    updated_at = time, is_plain = true}
  if deadline >= 0 then
    keep(record, DEADLINE, after(deadline))
  end
  if ahead > 0 then
    keep(record, AHEAD, ahead)
  end
  if name ~= '' then
    keep(record, KEY, name)
  end
  if scope ~= '' then
    set_more(record, 'scope', scope)
  end
  if traceparent ~= '' then
    set_more(record, 'traceparent', traceparent)
  end
  if tracestate ~= '' then
    set_more(record, 'tracestate', tracestate)
  end
  if failed then
    -- What it has left moves to the new job. First what may be refused to this user.
    call('PERSIST', outputs(failed.id))
    call('RENAME', outputs(failed.id), outputs(id))
    forget_kept(kept_member(failed))
    own[BYTES] = failed.own[BYTES]
    keep_or_forget(record, INPUT, failed.own[INPUT])
    failed.own[BYTES] = 0
    forget(failed.own, INPUT)
    save(failed)
  elseif input ~= '' then
    keep(record, INPUT, #input)
    own[BYTES] = #input
    call('HSET', outputs(id), 'Input', input)
    add_bytes(#input)
  end
  add_note(record, id, note)
  -- In the order that claims expect: what workers read and write stands first.
  save(record, 'status', 'pending', 'updated_at', time, 'phase', record.phase, 'percent', record.percent,
    'handle', handle, 'job_id', id, 'platform', platform, 'created_at', time)
  if own[DEADLINE] then
    change('ZADD', Q .. 'deadlines', digits(own[DEADLINE]), id)
  end
  if not owns_target then
    call('SET', key, id)
  end
  insert(listed, id_bytes)
  if not known[platform] then
    known[platform] = true
    call('HSET', Q .. 'platforms', platform, 0)
  end
  pending, jobs = pending + 1, jobs + 1
  wake(0)
  if failed then
    return {'created', reply(record)}
  end
  return present()
end

local function run()
  -- So that a store without a sweeper does not grow for ever either.
  expire(min(8 * items, 100))
  local ok, replies = pcall(each, FIRST, WIDTH, submit)
  if listed[1] then
    -- A job that no list shows is better than none.
    try('XADD', SUBMITS, '*', 'id', table.concat(listed))
  end
  if not ok then
    error(replies, 0)
  end
  make_room(stored_max)
  return replies
end
