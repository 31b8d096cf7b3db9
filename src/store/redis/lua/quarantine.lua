-- quarantine: id
-- Returns ok. For records that a script can work with and Rust cannot read.

quarantine(ARGV[1])
return {'ok'}
