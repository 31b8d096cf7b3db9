//! What the same server does for `redis-benchmark`, and what the keys and fields that the store promises take alone.

use std::process::Command;

use report_pipeline_test_support::redis::RedisServer;

use crate::takes::REPORT_BYTES;
use crate::usage::Usage;

const CALLS: usize = 100_000;

/// Writes finished jobs with the keys and fields that the store promises, each key with a time to live, and one row of an
/// index by the end of that.
const PROMISED: &str = r"
local hex = function() return string.format('%04x', math.random(0, 65535)) end
local at, report = '2026-11-28T00:16:28.297726Z', string.rep('x', ARGV[2])
for i = 1, ARGV[1] do
  local id = table.concat({hex() .. hex(), hex(), hex(), hex(), hex() .. hex() .. hex()}, '-')
  local job, handle = 'jobs:' .. id, 'user' .. i
  local target = 'jobs:handle:' .. handle .. ':instagram'
  redis.call('HSET', job, 'job_id', id, 'status', 'completed', 'phase', 'Finalizing', 'percent', '100', 'handle', handle,
    'platform', 'instagram', 'created_at', at, 'updated_at', at, 'completed_at', at)
  redis.call('SET', job .. ':report', report)
  redis.call('SET', target, id)
  for _, key in ipairs({job, job .. ':report', target}) do
    redis.call('EXPIRE', key, 86400)
  end
  redis.call('ZADD', 'jobs:completed', 1800000000000000 + i, id)
end";

/// Bytes for a finished job beyond its report in the promised keys, and nothing else.
pub(crate) fn bytes(jobs: u32) -> f64 {
    let server = RedisServer::start();
    let before = Usage::read(&server);
    let (count, report) = (jobs.to_string(), REPORT_BYTES.to_string());
    server.run(&["EVAL", PROMISED, "0", &count, &report]);
    Usage::read(&server).since(&before, jobs).bytes - f64::from(REPORT_BYTES)
}

/// Calls per second of scripts that do nothing, and of scripts with as many commands as ours.
pub(crate) fn run(server: &RedisServer, calls: f64, commands: f64) -> Vec<(String, f64)> {
    // The call itself is one of the commands.
    let inner = (commands / calls - 1.0).round().max(1.0);
    let empty = "return ARGV[1]".to_owned();
    let like_ours =
        format!("for i = 1, {inner} do redis.call('HSET', KEYS[1], 'field', i) end return ARGV[1]");
    vec![
        (
            "EVALSHA of an empty script".to_owned(),
            benchmark(server, &empty),
        ),
        (
            format!("EVALSHA of a script of {inner} HSETs"),
            benchmark(server, &like_ours),
        ),
    ]
}

fn benchmark(server: &RedisServer, script: &str) -> f64 {
    let sha = server.run(&["SCRIPT", "LOAD", script]);
    let argument = "x".repeat(300);
    let output = Command::new("redis-benchmark")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &server.address().port().to_string(),
        ])
        .args(["-n", &CALLS.to_string(), "-c", "64", "--csv"])
        .args(["EVALSHA", &sha, "1", "floor", &argument])
        .output()
        .expect("redis-benchmark comes with redis-tools");
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = table.lines().last().expect("a line for the test");
    // The test's name holds the arguments, and may hold commas.
    let figures: Vec<&str> = last.rsplit(',').take(7).collect();
    let per_second = figures.last().expect("seven figures").trim_matches('"');
    per_second
        .parse()
        .unwrap_or_else(|_| panic!("not a rate: {table}"))
}
