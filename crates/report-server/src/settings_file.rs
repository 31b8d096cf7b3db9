//! Settings from a TOML file, as the defaults of flags.

use std::path::Path;

use clap::Command;
use clap::builder::OsStr;
use clap::error::ErrorKind;
use toml::{Table, Value};

/// Gives the flags of `command` the values in a file as their defaults: what is on the command line or in the
/// environment wins over them.
///
/// # Errors
/// If the file cannot be read, or names a setting that there is not.
pub(crate) fn with_defaults_of(path: &Path, mut command: Command) -> Result<Command, clap::Error> {
    let fail = |command: &mut Command, what: String| {
        command.error(ErrorKind::Io, format!("{}: {what}", path.display()))
    };
    let table = std::fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| text.parse::<Table>().map_err(|error| error.to_string()))
        .map_err(|what| fail(&mut command, what))?;
    for (name, value) in table {
        let argument = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(&name) && name != "config");
        let Some(id) = argument.map(|argument| argument.get_id().clone()) else {
            let what = format!("there is no setting `{name}`; --help lists them");
            return Err(fail(&mut command, what));
        };
        let Some(values) = texts(value) else {
            let what =
                format!("`{name}` must be a text, a number, true or false, or a list of texts");
            return Err(fail(&mut command, what));
        };
        command = command.mut_arg(id, |argument| argument.default_values(values));
    }
    Ok(command)
}

/// The value as it would be typed.
fn texts(value: Value) -> Option<Vec<OsStr>> {
    let text = match value {
        Value::String(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Boolean(is_set) => is_set.to_string(),
        Value::Array(values) => {
            let values = values.into_iter().map(texts);
            return Some(values.collect::<Option<Vec<_>>>()?.concat());
        }
        _ => return None,
    };
    Some(vec![OsStr::from(text)])
}
