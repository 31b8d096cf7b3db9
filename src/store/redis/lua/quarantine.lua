-- quarantine: id, retention
-- Returns ok. For records that a script can work with and Rust cannot read.

quarantine(ARGV[1], tonumber(ARGV[2]))
return {'ok'}
