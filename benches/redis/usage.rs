//! What Redis says it has done.

use std::collections::HashMap;

use report_pipeline_test_support::redis::RedisServer;

/// Totals since the server's start, or figures per job.
pub(crate) struct Usage {
    /// Scripts and plain commands that came over the network.
    pub(crate) calls: f64,
    /// All commands, those inside scripts included.
    pub(crate) commands: f64,
    /// Time spent in scripts, by the clock.
    pub(crate) script_micros: f64,
    /// Processor time of the server.
    pub(crate) processor_micros: f64,
    pub(crate) bytes: f64,
}

impl Usage {
    pub(crate) fn read(server: &RedisServer) -> Self {
        let told = server.run(&["INFO", "everything"]);
        let mut usage = Self {
            calls: 0.0,
            commands: 0.0,
            script_micros: 0.0,
            processor_micros: 0.0,
            bytes: 0.0,
        };
        for line in told.lines() {
            let Some((name, value)) = line.trim().split_once(':') else {
                continue;
            };
            if matches!(name, "used_cpu_user" | "used_cpu_sys") {
                usage.processor_micros += 1e6 * value.parse::<f64>().unwrap();
            }
            if name == "used_memory" {
                usage.bytes = value.parse().unwrap();
            }
            let Some(command) = name.strip_prefix("cmdstat_") else {
                continue;
            };
            let fields: HashMap<&str, &str> = value
                .split(',')
                .filter_map(|field| field.split_once('='))
                .collect();
            let calls: f64 = fields["calls"].parse().unwrap();
            usage.commands += calls;
            if command == "evalsha" {
                usage.calls += calls;
                usage.script_micros += fields["usec"].parse::<f64>().unwrap();
            }
        }
        usage
    }

    pub(crate) fn since(&self, before: &Self, jobs: u32) -> Self {
        let each = |after: f64, before: f64| (after - before) / f64::from(jobs);
        Self {
            calls: each(self.calls, before.calls),
            commands: each(self.commands, before.commands),
            script_micros: each(self.script_micros, before.script_micros),
            processor_micros: each(self.processor_micros, before.processor_micros),
            bytes: each(self.bytes, before.bytes),
        }
    }
}
