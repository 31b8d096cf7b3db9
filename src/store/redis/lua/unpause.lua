-- unpause: platform
-- Returns ok.

local function run()
  if call('HEXISTS', Q .. 'platforms', ARGV[1]) == 1 then
    open_platform(ARGV[1])
  end
  return {'ok'}
end
