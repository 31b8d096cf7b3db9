//! Opening a file: unpacked, and as UTF-8.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::utf16::Utf16;

/// A file may unpack to this many times its size ...
const MAX_RATIO: u64 = 200;
/// ... or to this many bytes, whichever is more.
const ALWAYS_FINE: u64 = 64 << 20;
/// The most memory that unpacking may take, in KiB. The tools ask for a tenth.
const XZ_MEMORY: u32 = 128 << 10;
const BUFFER: usize = 64 << 10;

const GZIP: &[u8] = &[0x1f, 0x8b];
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file's text, from its first byte on or from a place further inside.
pub(in super::super) struct Stream {
    reader: BufReader<Box<dyn Read + Send>>,
    /// Where in the text the reader stands.
    at: u64,
}

/// Opens a file so that its text, unpacked and without a byte-order mark, begins at `offset`.
pub(in super::super) fn open(path: &Path, offset: u64) -> io::Result<Stream> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    let compressed = file.get_ref().metadata()?.len();
    let head = file.fill_buf()?;
    let packed: Box<dyn Read + Send> = if head.starts_with(GZIP) {
        Box::new(Bounded::new(MultiGzDecoder::new(file), compressed))
    } else if head.starts_with(XZ) {
        let unpacked = XzReader::new_mem_limit(file, true, XZ_MEMORY);
        Box::new(Bounded::new(unpacked, compressed))
    } else if Utf16::of(head).is_none() {
        // The usual case: there is no need to read what stands before the offset.
        let mark = mark_length(head);
        file.seek(SeekFrom::Start(mark + offset))?;
        return Ok(Stream {
            reader: BufReader::with_capacity(BUFFER, Box::new(file)),
            at: offset,
        });
    } else {
        Box::new(file)
    };
    let mut reader = BufReader::with_capacity(BUFFER, packed);
    let head = reader.fill_buf()?;
    if let Some(utf16) = Utf16::of(head) {
        reader = BufReader::with_capacity(BUFFER, Box::new(utf16.decode(reader)));
    } else {
        let mark = mark_length(head);
        reader.consume(usize::try_from(mark).expect("three bytes"));
    }
    let mut stream = Stream { reader, at: 0 };
    stream.skip_to(offset)?;
    Ok(stream)
}

/// Whether a file has to be read from its beginning to reach a place inside.
pub(in super::super) fn is_packed(path: &Path) -> io::Result<bool> {
    let mut file = BufReader::with_capacity(16, File::open(path)?);
    let head = file.fill_buf()?;
    Ok(head.starts_with(GZIP) || head.starts_with(XZ) || Utf16::of(head).is_some())
}

impl Stream {
    /// Goes on to a place further inside.
    pub(in super::super) fn skip_to(&mut self, offset: u64) -> io::Result<()> {
        let mut left = offset.saturating_sub(self.at);
        while left > 0 {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let step = left.min(buffer.len() as u64);
            self.reader
                .consume(usize::try_from(step).expect("it is within the buffer"));
            self.at += step;
            left -= step;
        }
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
        self.reader.consume(amount);
    }
}

fn mark_length(head: &[u8]) -> u64 {
    if head.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len() as u64
    } else {
        0
    }
}

/// Unpacks no more than a file of its size can honestly hold.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R> Bounded<R> {
    fn new(inner: R, compressed: u64) -> Self {
        Self {
            inner,
            left: compressed.saturating_mul(MAX_RATIO).max(ALWAYS_FINE),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(TooLarge)),
        }
        Ok(read)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {MAX_RATIO} times its size")]
struct TooLarge;

/// Whether reading failed because a file unpacks to far more than it should.
pub(in super::super) fn too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLarge>())
}
