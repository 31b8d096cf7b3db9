-- Notes: a list of texts, the id of a submit and its note behind that. The record has their bytes at
-- NOTES, and once they were handed out how often at DELIVERIES; at DELIVERY it has the token of the
-- claim whose lease is not over. An ended job with notes is in `ended:{platform}` by the time they are due.

local function notes(id)
  return Q .. 'notes:' .. id
end

local function outbox(platform)
  return Q .. 'ended:' .. platform
end

local function note_submit(entry)
  return string.sub(entry, 1, 36)
end

local function note_size(entry)
  return #entry - 36
end

local function deliver_at(record, due)
  -- A sweep may have forgotten the platform.
  call('HSETNX', Q .. 'platforms', record.platform, 0)
  change('ZADD', outbox(record.platform), digits(due), record.id)
  ended_in = min(ended_in or due - now, due - now)
end

-- The row of an ended job, which counts the bytes of its report and its notes.
local function ended_member(id, bytes)
  return id .. ':' .. digits(bytes)
end

-- Sets how many bytes of notes a job has; nil if it has no notes. The row of an ended job counts them, too.
local function resize_notes(record, size)
  local before, is = record.own[NOTES] or 0, size or 0
  if record.own[ENDED] and before ~= is then
    write_indexes()
    local index, report = Q .. record.status, try('STRLEN', JOBS .. record.id .. ':report')
    report = type(report) == 'number' and report or 0
    local row = ended_member(record.id, report + before)
    local expiry = call('ZSCORE', index, row)
    if expiry then
      call('ZREM', index, row)
      call('ZADD', index, expiry, ended_member(record.id, report + is))
    end
  end
  add_bytes(is - before)
  keep(record, NOTES, size)
end

local function drop_notes(record)
  call('UNLINK', notes(record.id))
  change('ZREM', outbox(record.platform), record.id)
  resize_notes(record, nil)
  record.own[DELIVERIES], record.own[DELIVERY] = nil, nil
end
