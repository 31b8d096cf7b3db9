//! Connections over TLS: how one begins, and what a login on it is bound to.

use std::io;

use rustls::pki_types::ServerName;
use sha2::{Digest, Sha256, Sha384, Sha512};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::LinkError;
use crate::store::StoreTls;

/// The name of PostgreSQL's protocol inside TLS.
const PROTOCOL: &[u8] = b"postgresql";
/// The request to go on over TLS: its length, and its code.
const REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// How to secure a connection.
pub(super) struct Secure {
    connector: TlsConnector,
    /// Whether TLS begins at once, without asking for it.
    is_direct: bool,
}

/// A secured connection, and what a login on it is bound to.
type Secured = (TlsStream<TcpStream>, Option<Vec<u8>>);

impl Secure {
    pub(super) fn new(tls: &StoreTls, is_direct: bool) -> Result<Self, String> {
        Ok(Self {
            connector: tls.connector(&[PROTOCOL])?,
            is_direct,
        })
    }

    /// Secures a connection to a host. `server` names it for people.
    pub(super) async fn secure(
        &self,
        host: &str,
        server: &str,
        mut stream: TcpStream,
    ) -> Result<Secured, LinkError> {
        let failed = |error| LinkError::Tls(server.to_owned(), error);
        if !self.is_direct {
            stream.write_all(&REQUEST).await.map_err(failed)?;
            // Not a byte more: what somebody in between has added would follow it.
            let reply = stream.read_u8().await.map_err(failed)?;
            if reply != b'S' {
                return Err(LinkError::PlainOnly(server.to_owned()));
            }
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
        let stream = self.connector.connect(name, stream).await.map_err(failed)?;
        let certificates = stream.get_ref().1.peer_certificates();
        let bound_to = certificates.and_then(|chain| end_point(chain.first()?));
        Ok((stream, bound_to))
    }
}

/// The hash of a server's certificate, `tls-server-end-point` of RFC 5929, by the algorithm of its signature. The
/// password of a login that is bound to it serves nobody who shows another certificate.
///
/// `None` where that algorithm has no hash of its own, such as Ed25519. Logins are not bound then.
fn end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let (fields, _) = element(certificate)?;
    let (_to_be_signed, rest) = element(fields)?;
    let (algorithm, _) = element(rest)?;
    let (name, _) = element(algorithm)?;
    // The numbers of PKCS #1, and of ANSI X9.62.
    let (rsa, ecdsa) = (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01",
        b"\x2a\x86\x48\xce\x3d\x04",
    );
    let signed_by = match (name.strip_prefix(rsa), name.strip_prefix(ecdsa)) {
        (Some([number]), _) => *number,
        (_, Some([3, number])) => number + 9,
        _ => return None,
    };
    match signed_by {
        11 => Some(Sha256::digest(certificate).to_vec()),
        12 => Some(Sha384::digest(certificate).to_vec()),
        13 => Some(Sha512::digest(certificate).to_vec()),
        _ => None,
    }
}

/// What the first element of some DER holds, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[_kind, length], rest) = der.split_first_chunk()?;
    if length < 0x80 {
        return rest.split_at_checked(length.into());
    }
    let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
    if digits.len() > 4 {
        return None;
    }
    let length = digits
        .iter()
        .fold(0, |length, digit| length << 8 | usize::from(*digit));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate as far as it is read.
    fn signed_by(algorithm: &[u8]) -> Vec<u8> {
        let wrap = |contents: &[u8]| {
            let length = u8::try_from(contents.len()).unwrap();
            let mut der = match length {
                0x80.. => vec![0x30, 0x81, length],
                _ => vec![0x30, length],
            };
            der.extend(contents);
            der
        };
        let name = [&[6, u8::try_from(algorithm.len()).unwrap()], algorithm].concat();
        wrap(&[wrap(&[7; 150]), wrap(&name), vec![3, 1, 0]].concat())
    }

    #[test]
    fn a_login_is_bound_to_the_certificate_by_the_hash_of_its_signature() {
        let (rsa, ecdsa) = (
            b"\x2a\x86\x48\x86\xf7\x0d\x01\x01",
            b"\x2a\x86\x48\xce\x3d\x04",
        );
        for (algorithm, length) in [
            ([&rsa[..], &[11]].concat(), Some(32)),
            ([&rsa[..], &[12]].concat(), Some(48)),
            ([&rsa[..], &[13]].concat(), Some(64)),
            ([&ecdsa[..], &[3, 2]].concat(), Some(32)),
            ([&ecdsa[..], &[3, 3]].concat(), Some(48)),
            ([&ecdsa[..], &[3, 4]].concat(), Some(64)),
            // Ed25519.
            (vec![0x2b, 0x65, 0x70], None),
        ] {
            let bound_to = end_point(&signed_by(&algorithm));
            assert_eq!(bound_to.map(|hash| hash.len()), length, "{algorithm:?}");
        }
        let whole = signed_by(b"\x2a\x86\x48\xce\x3d\x04\x03\x02");
        // The last element is not read.
        for cut in 0..whole.len() - 3 {
            assert_eq!(end_point(&whole[..cut]), None);
        }
        for bytes in [
            &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1][..],
            &[0x30, 0x84, 255, 255, 255, 255],
        ] {
            assert_eq!(end_point(bytes), None);
        }
    }
}
