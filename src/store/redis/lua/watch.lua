-- watch: id, for how many seconds somebody listens
-- Returns the hash of the job; empty if there is none, an error if it cannot be read.

local function run()
  local record, listens_until = load(ARGV[1]), floor(now / 1000000) + tonumber(ARGV[2])
  -- Not each time: several may watch one job.
  if record and not record.own[ENDED] and (record.own[WATCHED] or 0) < listens_until - tonumber(ARGV[2]) / 4 then
    keep(record, WATCHED, listens_until)
    save(record)
  end
  return try('HGETALL', JOBS .. ARGV[1])
end
