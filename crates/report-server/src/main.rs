//! A report service to deploy: see the README.

mod access;
mod app;
mod callbacks;
mod docs;
mod fields;
mod gate;

mod logs;
mod metrics;
mod openapi;
mod problem;
mod routes;
mod run;
mod scraper;
mod settings;
mod settings_file;
mod store;
mod submit;

use std::process::ExitCode;

use settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::of_process() {
        Ok(settings) => settings,
        Err(error) => error.exit(),
    };
    logs::start(settings.log_format);
    match run::run(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
