-- checkpoint.lua for the output of the present phase of a job that has nothing out of the ordinary.

local SHARED, WIDTH = 2, 6
local room = tonumber(ARGV[2]) - (tonumber(call('GET', Q .. 'bytes') or 0) or 0)

local function plain(id, fence, token, name, size, output)
  local key, started = JOBS .. id, PHASES[name]
  local read, version, held_fence, attempt, owner, settled, phase, percent, ended, _, updated, place, max_crashes, bytes, program,
    deadline, more = pcall(unpack_own, try('HGET', key, 'own'))
  if not read or owner ~= token or held_fence ~= number_of(fence) or settled or ended or more or phase ~= started
    or phase == FINALIZING or updated > now or size ~= digits(#output) or #output > room then
    return nil
  end
  if type(try('HSET', Q .. 'outputs:' .. id, name, output)) ~= 'number' then
    return nil
  end
  room, bytes_added = room - #output, bytes_added + #output
  phase = phase + 1
  percent = max(percent, STARTS[phase])
  local own = pack_own(version + 1, held_fence, attempt, owner, nil, phase, percent, nil, nil, now, place, max_crashes,
    bytes + #output)
  -- An absent value must not be the last one.
  if deadline then
    own = own .. pack_own(program, deadline)
  elseif program then
    own = own .. pack_own(program)
  end
  call('HSET', key, 'own', own, 'phase', PHASE_NAMES[phase], 'percent', digits(percent), 'updated_at', present())
  return 'continue'
end
