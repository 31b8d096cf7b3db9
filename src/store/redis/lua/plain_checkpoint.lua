-- checkpoint.lua for the output of the present phase of a job that has nothing out of the ordinary.

local SHARED, WIDTH = 2, 6
local room, bytes_added = tonumber(ARGV[2]) - (tonumber(call('GET', Q .. 'bytes') or 0) or 0), 0

local function plain(id, fence, token, name, size, output)
  local key = JOBS .. id
  local own = try('HGET', key, 'own')
  if type(own) ~= 'string' then
    return nil
  end
  local version, held_fence, attempt, owner, settled, phase, percent, ended, limits_seen, updated, place, max_crashes, bytes,
    program, deadline, more = unpack_own(own)
  if owner ~= token or held_fence ~= numbers[fence] or settled or ended or more or updated > now
    or numbers[size] ~= #output or #output > room then
    return nil
  end
  local next, starts
  if phase == 1 and name == 'Scraping' then
    next, starts = 'Analysis', 30
  elseif phase == 2 and name == 'Analysis' then
    next, starts = 'Finalizing', 90
  else
    return nil
  end
  if type(try('HSET', Q .. 'outputs:' .. id, name, output)) ~= 'number' then
    return nil
  end
  room, bytes_added = room - #output, bytes_added + #output
  percent = math.max(percent, starts)
  own = pack_own(version + 1, held_fence, attempt, owner, nil, phase + 1, percent, nil, limits_seen, now, place,
    max_crashes, bytes + #output)
  -- An absent value must not be the last one.
  if deadline then
    own = own .. pack_own(program, deadline)
  elseif program then
    own = own .. pack_own(program)
  end
  call('HSET', key, 'own', own, 'updated_at', present_text, 'phase', next, 'percent', format('%d', percent))
  return 'continue'
end

local function write_rest()
  if bytes_added ~= 0 then
    write('INCRBY', Q .. 'bytes', format('%d', bytes_added))
  end
end
