//! A server that offers TLS.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{PostgresServer, own};
use crate::certificates::Certificates;

impl PostgresServer {
    /// Starts the server again with a certificate, so that it offers TLS. Certificates of clients are believed if the same
    /// authority has signed them. `rules` say who may connect, and how: the lines of `pg_hba.conf`.
    ///
    /// # Panics
    /// If it does not start with them.
    pub fn offer_tls(&mut self, certificates: &Certificates, rules: &[&str]) {
        for (name, setting) in [
            ("ca.pem", "ssl_ca_file"),
            ("server.pem", "ssl_cert_file"),
            ("server.key", "ssl_key_file"),
        ] {
            let file = self.folder.path().join(name);
            fs::write(&file, certificates.text(name)).expect("there is room for a file");
            // It refuses a key that others may read.
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(&file, private).expect("the file is ours");
            own(&file);
            self.settings.push(format!("{setting}={}", file.display()));
        }
        self.settings.push("ssl=on".to_owned());
        let file = self.data().join("pg_hba.conf");
        fs::write(file, rules.join("\n") + "\n").expect("there is room for a file");
        self.restart();
    }
}
