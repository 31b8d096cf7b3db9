//! An authority of a test's own, and what it signs, made by the program `openssl`.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::program::required;

/// Hands an address to a process that [`Certificates::run_where_it_is_trusted`] starts.
const ADDRESS: &str = "TEST_TLS_ADDRESS";

/// Returns the address that this process was started with; `None` if it was started otherwise.
#[must_use]
pub fn trusted_address() -> Option<String> {
    env::var(ADDRESS).ok()
}

/// Files in PEM form, removed when dropped: an authority, and a certificate with its key for a server and for a
/// client.
#[derive(Debug)]
pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// Makes an authority, a certificate for `localhost` and 127.0.0.1, and one for a client.
    ///
    /// # Panics
    /// If `openssl` is missing or fails.
    #[must_use]
    pub fn make() -> Self {
        Self::make_for("DNS:localhost,IP:127.0.0.1")
    }

    /// The same with other names of the server, such as `DNS:elsewhere`.
    ///
    /// # Panics
    /// If `openssl` is missing or fails.
    #[must_use]
    pub fn make_for(names: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("certificates-").tempdir();
        let made = Self {
            folder: folder.expect("there is room for a folder"),
        };
        made.request("ca", &["-addext", "keyUsage=critical,keyCertSign"]);
        let (ca, ca_key) = (made.file("ca.pem"), made.file("ca.key"));
        let names = format!("subjectAltName={names}");
        for (name, extension) in [
            ("server", &*names),
            ("client", "extendedKeyUsage=clientAuth"),
        ] {
            let signed = [
                "-CA",
                ca.to_str().expect("a plain path"),
                "-CAkey",
                ca_key.to_str().expect("a plain path"),
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                extension,
            ];
            made.request(name, &signed);
        }
        made
    }

    /// Returns the path of a file: `ca.pem`, `server.pem`, `server.key`, `client.pem` or `client.key`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns what a file holds.
    ///
    /// # Panics
    /// If there is no such file.
    #[must_use]
    pub fn text(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Returns the options of a Redis server that speaks TLS on `port`, and asks clients for a certificate if `clients`
    /// is `yes`, not if it is `no`.
    ///
    /// # Panics
    /// If the path of the files is no text.
    #[must_use]
    pub fn redis_options(&self, port: u16, clients: &str) -> Vec<String> {
        let file = |name| {
            let path = self.file(name).into_os_string().into_string();
            path.expect("a plain path")
        };
        [
            ("--tls-port", port.to_string()),
            ("--tls-ca-cert-file", file("ca.pem")),
            ("--tls-cert-file", file("server.pem")),
            ("--tls-key-file", file("server.key")),
            ("--tls-auth-clients", clients.to_owned()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }

    /// Runs an ignored test of this program in a process of its own, whose system trusts the authority. It asks
    /// [`trusted_address`] for the address.
    ///
    /// # Panics
    /// If the test does not pass.
    pub fn run_where_it_is_trusted(&self, test: &str, address: &str) {
        let inner = Command::new(env::current_exe().expect("it runs"))
            .args(["--ignored", "--exact", test])
            .env("SSL_CERT_FILE", self.file("ca.pem"))
            .env_remove("SSL_CERT_DIR")
            .env(ADDRESS, address)
            .output()
            .expect("it runs");
        let output = String::from_utf8_lossy(&inner.stdout);
        assert!(
            inner.status.success() && output.contains("1 passed"),
            "{output}"
        );
    }

    fn request(&self, name: &str, more: &[&str]) {
        let program = required("openssl", "OPENSSL", &["openssl"]);
        let made = Command::new(program)
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
            .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", &format!("/CN=test {name}")])
            .arg("-out")
            .arg(self.file(&format!("{name}.pem")))
            .arg("-keyout")
            .arg(self.file(&format!("{name}.key")))
            .args(more)
            .output()
            .expect("openssl runs");
        let errors = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "openssl: {errors}");
    }
}
