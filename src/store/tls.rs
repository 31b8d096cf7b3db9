//! How a connection to a store over TLS is trusted.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

/// What to do where the certificate of the server is refused.
pub(super) const UNTRUSTED: &str = "the other end's certificate is not trusted; name the authority that has signed it, \
                                    and connect under a name that it is for";

/// How a store connects over TLS: [`RedisStore`](crate::RedisStore) where the address begins with `rediss://` or
/// `valkeys://`, [`PostgresStore`](crate::PostgresStore) where it has `sslmode=require`.
///
/// | setting | default |
/// |---|---|
/// | who may sign the server's certificate | the authorities that the system trusts |
/// | certificate of the client | none |
///
/// The certificate must be for the host in the address. The versions are TLS 1.2 and 1.3. The cryptography is that of ring; no provider has to be installed for the process.
///
/// # Example
/// ```no_run
/// use report_pipeline::StoreTls;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tls = StoreTls::new().with_ca(std::fs::read("/etc/ssl/store-ca.pem")?);
/// // Then `RedisOptions::with_tls` or `PostgresOptions::with_tls`.
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct StoreTls {
    ca: Option<Vec<u8>>,
    client: Option<(Vec<u8>, Vec<u8>)>,
    is_unverified: bool,
}

impl StoreTls {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the authorities in this PEM text, and those of the system no more.
    #[must_use]
    pub fn with_ca(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca = Some(pem.into());
        self
    }

    /// Shows the server a certificate: the PEM texts of the certificate, with those between it and its
    /// authority, and of its private key.
    #[must_use]
    pub fn with_client_certificate(
        mut self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.client = Some((certificate.into(), key.into()));
        self
    }

    /// Takes any certificate of the server for a good one. Whoever can get between this process and the store can then
    /// read and change everything: only for trying things out.
    #[must_use]
    pub fn without_verification(mut self) -> Self {
        self.is_unverified = true;
        self
    }

    /// Reads the settings, for a protocol that goes by these names inside TLS. The error is a sentence for the operator.
    pub(super) fn connector(&self, protocols: &[&[u8]]) -> Result<TlsConnector, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let builder = if self.is_unverified {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Unverified(provider)))
        } else {
            builder.with_root_certificates(self.roots()?)
        };
        let mut config = match &self.client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate)
                    .map_err(|why| format!("the certificate of the client {why}"))?;
                let key = PrivateKeyDer::from_pem_slice(key)
                    .map_err(|error| format!("the key of the client cannot be read: {error}"))?;
                builder.with_client_auth_cert(chain, key).map_err(|error| {
                    format!("the certificate and the key of the client do not fit: {error}")
                })?
            }
        };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    fn roots(&self) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        if let Some(pem) = &self.ca {
            for certificate in certificates(pem).map_err(|why| format!("the CA {why}"))? {
                roots
                    .add(certificate)
                    .map_err(|error| format!("the CA cannot be used: {error}"))?;
            }
            return Ok(roots);
        }
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            let why = system.errors.first().map_or_else(
                || "there are none".to_owned(),
                |error| format!("they cannot be read: {error}"),
            );
            return Err(format!(
                "the system's trusted certificates are needed, and {why}; install them, or name the CA \
                 that has signed the server's certificate"
            ));
        }
        Ok(roots)
    }
}

impl fmt::Debug for StoreTls {
    // No certificate is worth the room, and the key is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreTls")
            .field("own_ca", &self.ca.is_some())
            .field("client_certificate", &self.client.is_some())
            .field("verified", &!self.is_unverified)
            .finish()
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => Err("has no certificate in PEM form".into()),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

/// Believes every server.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let supported = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, supported)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let supported = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, supported)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named() {
        for (tls, expected) in [
            (
                StoreTls::new().with_ca("nonsense"),
                "the CA has no certificate",
            ),
            (
                StoreTls::new()
                    .without_verification()
                    .with_client_certificate("nonsense", "secret"),
                "the certificate of the client has no certificate",
            ),
        ] {
            let Err(why) = tls.connector(&[]) else {
                panic!("{tls:?} is accepted");
            };
            assert!(why.starts_with(expected), "{why}");
            assert!(!format!("{why}{tls:?}").contains("secret"));
        }
        assert!(
            StoreTls::new()
                .without_verification()
                .connector(&[])
                .is_ok()
        );
    }
}
