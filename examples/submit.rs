//! The service in a terminal: submit an account, watch the bar, read the report.
//!
//! ```sh
//! cargo run --example server
//! cargo run --example submit -- @nasa --platform tiktok
//! cargo run --example submit -- @nasa --json | jq .score
//! ```

#[path = "submit/service.rs"]
mod service;
#[path = "submit/summary.rs"]
mod summary;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use service::{Service, Trouble};
use tokio::sync::oneshot;

const EXIT_CODES: &str = "Exit codes:
    0  the report is printed
    1  the job failed or was cancelled: there is no report
    2  the service refuses the request, or the command line is wrong
    3  the service cannot be reached, or takes no jobs at the moment
  130  interrupted; the job goes on unless you said otherwise";

/// Makes a report on an account and prints it.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
struct Options {
    /// A name such as `@nasa`, or the address of a profile.
    handle: String,
    /// The platform: instagram, tiktok or youtube. An address says it itself.
    #[arg(long)]
    platform: Option<String>,
    /// How old a finished report may be to be shown again, such as `1h`; `0s` always makes a new one.
    #[arg(long, value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,
    /// The address of the service.
    #[arg(long, env = "REPORT_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// Prints the report as JSON, as the service has it, and draws no bar.
    #[arg(long)]
    json: bool,
}

/// How it ends if not with a report.
enum End {
    Failed(String),
    Trouble(Trouble),
    Interrupted(&'static str),
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let (code, message) = match run(&options).await {
        Ok(text) => {
            // Whoever reads the output may have gone.
            return match std::io::stdout().write_all(text.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        Err(End::Failed(why)) => (1, why),
        Err(End::Trouble(trouble @ Trouble::Refused(_))) => (2, trouble.to_string()),
        Err(End::Trouble(trouble @ Trouble::Away(_))) => (3, trouble.to_string()),
        Err(End::Interrupted(what)) => (130, what.to_owned()),
    };
    eprintln!("{}", summary::plain(&message));
    ExitCode::from(code)
}

async fn run(options: &Options) -> Result<String, End> {
    let service = Service::new(&options.server)?;
    let mut body = serde_json::json!({ "handle": options.handle });
    if let Some(platform) = &options.platform {
        body["platform"] = platform.as_str().into();
    }
    if let Some(age) = options.max_age {
        body["max_age"] = age.as_secs_f64().into();
    }
    let id = service.submit(&body).await?;
    let bar = bar(options.json);
    let status = tokio::select! {
        last = service.follow(&id, |status| show(&bar, status)) => last?,
        _ = tokio::signal::ctrl_c() => {
            bar.finish_and_clear();
            return Err(interrupted(&service, &id).await?);
        }
    };
    bar.finish_and_clear();
    if status["status"] != "completed" {
        let why = status["error_message"]
            .as_str()
            .unwrap_or("no reason was given");
        return Err(End::Failed(format!("there is no report: {why}")));
    }
    let report = service.report(&id).await?;
    Ok(if options.json {
        report + "\n"
    } else {
        summary::of(&report)
    })
}

fn bar(hidden: bool) -> ProgressBar {
    let target = if hidden {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}");
    ProgressBar::with_draw_target(Some(100), target)
        .with_style(style.expect("the template is well-formed"))
}

fn show(bar: &ProgressBar, status: &Value) {
    let text = |name: &str| status[name].as_str().map(summary::plain);
    let waiting = status["status"] == "pending";
    let message = match (text("error_message"), text("next_attempt_at")) {
        (Some(why), Some(at)) if waiting => format!("waits until {at}: {why}"),
        _ if waiting => "waits for a worker".to_owned(),
        _ => text("phase").unwrap_or_default(),
    };
    bar.set_message(message.clone());
    bar.set_position(status["percent"].as_u64().unwrap_or_default());
    if bar.is_hidden() && !std::io::stderr().is_terminal() {
        // In a log a line for each change is of more use than a bar.
        eprintln!("{:>3} %  {message}", status["percent"]);
    }
}

/// Asks whether the job is to be cancelled, too.
async fn interrupted(service: &Service, id: &str) -> Result<End, End> {
    eprint!("Cancel the job, too? Others may be waiting for it. [y/N] ");
    let (answered, answer) = oneshot::channel();
    // A thread of its own: one that waits for the keyboard does not hold up the exit.
    std::thread::spawn(move || {
        let mut line = String::new();
        _ = std::io::stdin().read_line(&mut line);
        _ = answered.send(line);
    });
    let yes = tokio::select! {
        line = answer => line.is_ok_and(|line| line.trim().eq_ignore_ascii_case("y")),
        _ = tokio::signal::ctrl_c() => false,
    };
    if !yes {
        return Ok(End::Interrupted(
            "the job goes on; the same command joins it again",
        ));
    }
    service.cancel(id).await?;
    Ok(End::Interrupted("the job is cancelled"))
}
