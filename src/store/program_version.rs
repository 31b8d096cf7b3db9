//! The version of the program that makes reports.

use std::fmt;
use std::sync::Arc;

/// The version of the program that makes reports, such as that of its methodology.
///
/// Change it when a report is made otherwise than before: no submit is then served a report of another
/// version, and no attempt goes on with what another version has left. See
/// [`Client::with_program_version`](crate::Client::with_program_version).
///
/// # Example
/// ```
/// use report_pipeline::ProgramVersion;
///
/// let version = ProgramVersion::new("2026-11")?;
/// assert_eq!(version.as_str(), "2026-11");
/// # Ok::<(), report_pipeline::InvalidProgramVersion>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProgramVersion(Arc<str>);

impl ProgramVersion {
    /// The maximum number of bytes of a version.
    pub const MAX_BYTES: usize = 100;

    /// Names a version. Every difference in spelling counts.
    ///
    /// # Errors
    /// [`InvalidProgramVersion`] if the name is empty, has more than [`MAX_BYTES`](Self::MAX_BYTES) bytes, or
    /// has a control character.
    pub fn new(name: &str) -> Result<Self, InvalidProgramVersion> {
        let fits = (1..=Self::MAX_BYTES).contains(&name.len());
        if !fits || name.contains(char::is_control) {
            return Err(InvalidProgramVersion);
        }
        Ok(Self(name.into()))
    }

    /// The version as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// The text cannot name a version of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version of a program: use 1 to 100 bytes without control characters")]
pub struct InvalidProgramVersion;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_but_control_characters_passes_up_to_100_bytes() {
        for name in ["1", "v1.2.3 (methodology 7)", "\u{65e5}", &"x".repeat(100)] {
            assert_eq!(ProgramVersion::new(name).unwrap().as_str(), name);
        }
        for name in ["", "a\nb", "\0", &"x".repeat(101)] {
            assert_eq!(
                ProgramVersion::new(name),
                Err(InvalidProgramVersion),
                "{name:?}"
            );
        }
    }
}
