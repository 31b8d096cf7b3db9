-- What every script begins with: the time and the keys.
--
-- KEYS[1] is the prefix followed by `jobs:`, with which every key begins. It also routes the
-- script in a cluster, where the prefix has to be a hash tag.

local JOBS = KEYS[1]
local Q = JOBS .. 'q:'
local call, try, pack_own, unpack_own = redis.call, redis.pcall, cmsgpack.pack, cmsgpack.unpack
local tonumber, ipairs, unpack, format = tonumber, ipairs, unpack, string.format

-- The only clock, in microseconds. It stands still while a script runs.
local time = call('TIME')
local now = time[1] * 1000000 + time[2]

-- Scores are doubles, which hold every integer up to 2^53; this is the year 2096.
local FAR = 4000000000000000

-- RFC 3339 in UTC with microseconds. The calendar is H. Hinnant's `civil_from_days`. What is left of a division is
-- taken away first, because a call of `floor` costs more.
local function rfc3339(timestamp)
  local micros = timestamp % 1000000
  local seconds = (timestamp - micros) / 1000000
  local clock = seconds % 86400
  local days = (seconds - clock) / 86400 + 719468
  local day_of_era = days % 146097
  local years = day_of_era - (day_of_era - day_of_era % 1460) / 1460 + (day_of_era - day_of_era % 36524) / 36524
    - (day_of_era - day_of_era % 146096) / 146096
  local year = (years - years % 365) / 365
  local day_of_year = day_of_era - 365 * year - (year - year % 4) / 4 + (year - year % 100) / 100
  local months = 5 * day_of_year + 2
  local shifted = (months - months % 153) / 153
  local days_before = 153 * shifted + 2
  local day = day_of_year - (days_before - days_before % 5) / 5 + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  year = year + (days - day_of_era) / 146097 * 400 + (month <= 2 and 1 or 0)
  local second, minutes = clock % 60, (clock - clock % 60) / 60
  return format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, day, (minutes - minutes % 60) / 60, minutes % 60,
    second, micros)
end

