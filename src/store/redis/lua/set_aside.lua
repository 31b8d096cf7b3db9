-- set_aside: id
-- Answers ok. For records that a script can work with and Rust cannot read.

set_aside(ARGV[1])
return {'ok'}
