//! The part of Redis' protocol that a test needs to send commands.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The maximum time that a reply may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends one command on a connection of its own. The inner result is the server's.
pub(super) fn ask(address: SocketAddr, command: &[&str]) -> io::Result<Result<String, String>> {
    ask_after(address, &[], command)
}

/// The same after another command, unless that is empty.
pub(super) fn ask_after(
    address: SocketAddr,
    first: &[&str],
    command: &[&str],
) -> io::Result<Result<String, String>> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut replies = BufReader::new(&stream);
    if !first.is_empty() {
        send(&stream, first)?;
        if let Err(error) = reply(&mut replies)? {
            return Ok(Err(error));
        }
    }
    send(&stream, command)?;
    reply(&mut replies)
}

fn send(mut stream: &TcpStream, command: &[&str]) -> io::Result<()> {
    let mut request = Vec::new();
    write!(request, "*{}\r\n", command.len())?;
    for word in command {
        write!(request, "${}\r\n{word}\r\n", word.len())?;
    }
    stream.write_all(&request)
}

fn reply(stream: &mut impl BufRead) -> io::Result<Result<String, String>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.trim_end();
    let (kind, rest) = line.split_at_checked(1).ok_or(io::ErrorKind::InvalidData)?;
    match kind {
        "-" => Ok(Err(rest.to_owned())),
        "$" => {
            // A length of -1 is no value.
            let Ok(length) = rest.parse::<usize>() else {
                return Ok(Ok(String::new()));
            };
            let mut value = vec![0; length + 2];
            stream.read_exact(&mut value)?;
            value.truncate(length);
            Ok(Ok(String::from_utf8_lossy(&value).into_owned()))
        }
        "*" => {
            let mut elements = Vec::new();
            for _ in 0..rest.parse().unwrap_or(0) {
                match reply(stream)? {
                    Ok(element) => elements.push(element),
                    Err(error) => return Ok(Err(error)),
                }
            }
            Ok(Ok(elements.join("\n")))
        }
        _ => Ok(Ok(rest.to_owned())),
    }
}
