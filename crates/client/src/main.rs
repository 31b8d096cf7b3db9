//! A `report-pipeline` service in the terminal: submit an account, watch the bar, read the report.
//!
//! ```sh
//! report-client @nasa --platform tiktok
//! report-client @nasa --json | jq .score
//! report-client @nasa @esa tiktok.com/@jaxa
//! ```

mod service;
mod summary;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use futures::future::join_all;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use service::{Service, Trouble};
use tokio::sync::oneshot;

const EXIT_CODES: &str = "Exit codes, of several accounts that of the first without a report:
    0  the report is printed
    1  there is no report: the job failed, was cancelled, or is not known any more
    2  the service refuses the request, or the command line is wrong
    3  the service cannot be reached, or takes no jobs at the moment
    4  the report could not be written
  130  interrupted; the job goes on unless you said otherwise";

const GOES_ON: &str = "the job goes on; the same command joins it again";

/// Makes reports on accounts and prints them.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
struct Options {
    /// Names such as `@nasa`, or addresses of profiles.
    #[arg(required = true)]
    handle: Vec<String>,
    /// The platform: instagram, tiktok or youtube. An address says it itself.
    #[arg(long)]
    platform: Option<String>,
    /// How old a finished report may be to be shown again, such as `1h`; `0s` always makes a new one.
    #[arg(long, value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,
    /// The address of the service.
    #[arg(long, env = "REPORT_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// The key that the service gave you. In the variable it is not seen by others on this machine.
    #[arg(long, env = "REPORT_KEY", hide_env_values = true)]
    key: Option<String>,
    /// Prints the report as JSON, as the service has it, and draws no bar. Of several accounts each is a line.
    #[arg(long)]
    json: bool,
}

/// How it ends if not with a report.
enum End {
    Failed(String),
    Trouble(Trouble),
    Unwritten(std::io::Error),
    Interrupted(&'static str),
    /// Of several accounts: what went wrong has been said, and this is the exit code.
    Said(u8),
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(End::Said(code)) => ExitCode::from(code),
        Err(end) => {
            let (code, message) = told(end);
            say(&summary::plain(&message));
            ExitCode::from(code)
        }
    }
}

/// The exit code of an end, and what is said of it.
fn told(end: End) -> (u8, String) {
    match end {
        End::Failed(why) => (1, why),
        End::Trouble(Trouble::Refused(why) | Trouble::Missing(why)) => (2, why),
        End::Trouble(Trouble::Away(why)) => (3, why),
        End::Unwritten(error) => (4, format!("the report could not be written: {error}")),
        End::Interrupted(what) => (130, what.to_owned()),
        End::Said(code) => (code, String::new()),
    }
}

async fn run(options: &Options) -> Result<(), End> {
    let service = Service::new(&options.server, options.key.as_deref())?;
    let [handle] = &*options.handle else {
        return run_several(options, &service).await;
    };
    let id = service.submit(&body(options, handle)).await?;
    let bar = bar(options.json);
    let made = tokio::select! {
        report = make(&service, &id, &bar, None, options.json) => Some(report),
        _ = tokio::signal::ctrl_c() => None,
    };
    bar.finish_and_clear();
    let Some(report) = made else {
        return Err(interrupted(&service, &id).await);
    };
    let report = report?;
    print(if !options.json {
        summary::of(&report)
    } else if std::io::stdout().is_terminal() {
        summary::plain_lines(&report)
    } else {
        report + "\n"
    })
    .await
}

/// Makes all reports at the same time, and prints them in the order in which they were asked for.
async fn run_several(options: &Options, service: &Service) -> Result<(), End> {
    let bars = MultiProgress::with_draw_target(target(options.json));
    let making = options.handle.iter().map(async |handle| {
        let bar = bars.add(
            ProgressBar::new(100).with_style(style("{percent:>3} %  {prefix:14!} {wide_msg}")),
        );
        bar.set_prefix(summary::plain(handle));
        let made = async {
            let id = service.submit(&body(options, handle)).await?;
            make(service, &id, &bar, Some(handle), options.json).await
        };
        let made = made.await;
        bar.finish_and_clear();
        made
    });
    let made = tokio::select! {
        made = join_all(making) => made,
        _ = tokio::signal::ctrl_c() => {
            return Err(End::Interrupted("the jobs go on; the same command joins them again"));
        }
    };
    let mut first = None;
    for (at, (handle, made)) in options.handle.iter().zip(made).enumerate() {
        match made {
            Ok(report) if options.json => print(one_line(&report)).await?,
            Ok(report) => {
                let gap = if at == 0 { "" } else { "\n" };
                print(format!("{gap}{}", summary::of(&report))).await?;
            }
            Err(end) => {
                let (code, message) = told(end);
                say(&summary::plain(&format!("{handle}: {message}")));
                first.get_or_insert(code);
            }
        }
    }
    match first {
        None => Ok(()),
        Some(code) => Err(End::Said(code)),
    }
}

/// A report as a line of JSON, so that the lines of several can be told apart.
fn one_line(report: &str) -> String {
    let report = serde_json::from_str::<Value>(report);
    report.map_or_else(|_| "null\n".to_owned(), |report| format!("{report}\n"))
}

fn body(options: &Options, handle: &str) -> Value {
    let mut body = serde_json::json!({ "handle": handle });
    if let Some(platform) = &options.platform {
        body["platform"] = platform.as_str().into();
    }
    if let Some(age) = options.max_age {
        body["max_age"] = age.as_secs_f64().into();
    }
    body
}

/// Follows the job to its end and fetches the report.
async fn make(
    service: &Service,
    id: &str,
    bar: &ProgressBar,
    name: Option<&str>,
    json: bool,
) -> Result<String, End> {
    loop {
        let status = service
            .follow(id, |status| show(bar, name, json, status))
            .await;
        let status = status.map_err(later)?;
        if status["status"] != "completed" {
            let why = status["error_message"].as_str();
            let why = why.unwrap_or("no reason was given");
            return Err(End::Failed(format!("there is no report: {why}")));
        }
        // A store that failed over may have set the job back: then it is made once more.
        if let Some(report) = service.report(id).await.map_err(later)? {
            return Ok(report);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// What a trouble means once there is a job.
fn later(trouble: Trouble) -> End {
    match trouble {
        Trouble::Away(why) => Trouble::Away(format!("{why}; {GOES_ON}")).into(),
        Trouble::Missing(_) => End::Failed(
            "there is no report: the service does not know the job any more; \
             the same command makes a new one"
                .to_owned(),
        ),
        refused @ Trouble::Refused(_) => refused.into(),
    }
}

/// What is told of one account: the percent and the phase come whole at 40 columns, too.
fn bar(hidden: bool) -> ProgressBar {
    ProgressBar::with_draw_target(Some(100), target(hidden))
        .with_style(style("{percent:>3} %  {bar:16} {wide_msg}"))
}

fn target(hidden: bool) -> ProgressDrawTarget {
    if hidden {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well-formed")
}

fn show(bar: &ProgressBar, name: Option<&str>, json: bool, status: &Value) {
    let text = |name: &str| status[name].as_str().map(summary::plain);
    let waiting = status["status"] == "pending";
    let message = match (text("error_message"), text("next_attempt_at")) {
        (Some(why), Some(at)) if waiting => format!("waits until {at}: {why}"),
        _ if waiting => "waits for a worker".to_owned(),
        _ => text("phase").unwrap_or_default(),
    };
    let percent = status["percent"].as_u64().unwrap_or_default();
    bar.set_message(message.clone());
    bar.set_position(percent);
    // In a log a line for each change is of more use than a bar, and where no bar can be drawn.
    if !std::io::stderr().is_terminal() || (bar.is_hidden() && !json) {
        let name = name.map_or_else(String::new, |name| format!("{}: ", summary::plain(name)));
        say(&format!("{percent:>3} %  {name}{message}"));
    }
}

/// Asks whether the job is to be cancelled, too, if there is somebody to ask.
async fn interrupted(service: &Service, id: &str) -> End {
    if !std::io::stdin().is_terminal() {
        return End::Interrupted(GOES_ON);
    }
    _ = write!(
        std::io::stderr(),
        "Cancel the job, too? Others may be waiting for it. [y/N] "
    );
    let line = in_background(|| {
        let mut line = String::new();
        _ = std::io::stdin().read_line(&mut line);
        line
    });
    let yes = tokio::select! {
        line = line => line.trim().eq_ignore_ascii_case("y"),
        _ = tokio::signal::ctrl_c() => false,
    };
    if !yes {
        return End::Interrupted(GOES_ON);
    }
    tokio::select! {
        cancelled = service.cancel(id) => match cancelled {
            Ok(true) => End::Interrupted("the job is cancelled"),
            Ok(false) => End::Interrupted("the job had ended already"),
            Err(trouble) => later(trouble),
        },
        _ = tokio::signal::ctrl_c() => {
            End::Interrupted("it is not known whether the job was cancelled")
        }
    }
}

async fn print(text: String) -> Result<(), End> {
    let written = in_background(move || {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    });
    tokio::select! {
        written = written => match written {
            // Whoever reads the output has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(End::Unwritten),
        },
        _ = tokio::signal::ctrl_c() => Err(End::Interrupted("the report is not printed whole")),
    }
}

/// Waits for what may never come on a thread of its own, which does not hold up the exit.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = oneshot::channel();
    std::thread::spawn(move || done.send(work()));
    result.await.expect("the thread answers")
}

/// Writes a line for people, if anybody is there to read it.
fn say(line: &str) {
    _ = writeln!(std::io::stderr(), "{line}");
}
