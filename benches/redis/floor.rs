//! What the same server does for `redis-benchmark`.

use std::process::Command;

use report_pipeline_test_support::redis::RedisServer;

const CALLS: usize = 100_000;

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
