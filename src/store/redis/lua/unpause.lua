-- unpause: platform
-- Returns ok.

if call('HEXISTS', Q .. 'platforms', ARGV[1]) == 1 then
  open_platform(ARGV[1])
end
return {'ok'}
