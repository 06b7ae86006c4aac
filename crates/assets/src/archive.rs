//! Reading an archive that somebody else made.
//!
//! Nothing in it is believed: names may not lead out of the folder, entries must be plain files, and sizes are counted
//! while unpacking, because the sizes that a zip bomb declares are not its own.

use bytes::Bytes;
use std::{
    collections::HashSet,
    io::{Cursor, Read as _},
};
use zip::ZipArchive;

/// Most files in an archive.
pub const MAX_FILES: usize = 2_000;
/// Largest file in an archive, in bytes.
pub const MAX_FILE_BYTES: u64 = 20 * 1024 * 1024;
/// Most bytes that an archive may hold when unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// Longest name of a file, folders included.
const MAX_NAME_BYTES: usize = 512;
/// The page that answers every address without a file of its own.
pub const INDEX: &str = "index.html";

/// A file of an archive.
#[derive(Debug)]
pub struct PackedFile {
    /// Name with its folders, for example `assets/index.js`.
    pub name: String,
    /// What is in it.
    pub data: Bytes,
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not an archive, or a damaged one.
    #[error("the file is not a readable zip archive: {0}")]
    Unreadable(String),
    /// A name that leads elsewhere.
    #[error("the archive holds a name that is not allowed: {0:?}")]
    Name(String),
    /// A link, a device, or an encrypted file.
    #[error("the archive holds something that is not a plain file: {0:?}")]
    NotPlain(String),
    /// Too many files.
    #[error("the archive holds more than {MAX_FILES} files")]
    TooManyFiles,
    /// Too many bytes.
    #[error("unpacked, the archive or one of its files is too large")]
    TooLarge,
    /// No page to begin with.
    #[error("the archive has no {INDEX} at its top")]
    NoIndex,
}

/// Unpacks an archive of pages in memory. This takes time: not for the threads that serve requests.
///
/// # Errors
/// When anything about it is not as it should be; nothing is unpacked in part.
pub fn unpack(archive: &[u8]) -> Result<Vec<PackedFile>, ArchiveError> {
    let unreadable = |error: &dyn std::fmt::Display| ArchiveError::Unreadable(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|error| unreadable(&error))?;
    if archive.len() > MAX_FILES {
        return Err(ArchiveError::TooManyFiles);
    }
    let mut files = Vec::with_capacity(archive.len());
    let mut names = HashSet::new();
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| unreadable(&error))?;
        let name = std::str::from_utf8(entry.name_raw()).unwrap_or_default().to_owned();
        if entry.is_dir() || is_litter(&name) {
            continue;
        }
        if entry.encrypted() || !is_plain(entry.unix_mode()) {
            return Err(ArchiveError::NotPlain(name));
        }
        // Folding case: a folder on some systems could not hold both files.
        if !is_safe(&name) || !names.insert(name.to_lowercase()) {
            return Err(ArchiveError::Name(name));
        }
        let limit = left.min(MAX_FILE_BYTES);
        let mut data = Vec::new();
        let read = entry.take(limit + 1).read_to_end(&mut data).map_err(|error| unreadable(&error))? as u64;
        if read > limit {
            return Err(ArchiveError::TooLarge);
        }
        left -= read;
        files.push(PackedFile { name, data: data.into() });
    }
    if !files.iter().any(|file| file.name == INDEX) {
        return Err(ArchiveError::NoIndex);
    }
    Ok(files)
}

/// Whether the entry is a plain file: archives made on Windows say nothing, others say what they packed.
fn is_plain(unix_mode: Option<u32>) -> bool {
    const KIND: u32 = 0o170_000;
    const PLAIN: u32 = 0o100_000;
    unix_mode.is_none_or(|mode| matches!(mode & KIND, 0 | PLAIN))
}

/// What systems leave in archives without being asked.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/")
        || matches!(name.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini"))
}

/// Whether a name stays below the folder, on every system: relative, no `.` and `..`, no drive, no backslash, no
/// control characters.
fn is_safe(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= MAX_NAME_BYTES
        && name.split('/').all(is_part)
        && !name
            .chars()
            .any(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    fn options() -> SimpleFileOptions {
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, data) in files {
            writer.start_file(*name, options()).unwrap();
            writer.write_all(data).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The archive with one name in place of another of the same length: writers refuse to write bad names.
    fn renamed(files: &[(&str, &[u8])], from: &str, to: &str) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let mut bytes = archive(files);
        let places: Vec<usize> = bytes
            .windows(from.len())
            .enumerate()
            .filter(|(_, w)| *w == from.as_bytes())
            .map(|(at, _)| at)
            .collect();
        for place in places {
            bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
        }
        bytes
    }

    #[test]
    fn pages_are_unpacked_and_litter_is_left() {
        let files = unpack(&archive(&[
            ("index.html", b"<p>"),
            ("assets/app.js", b"1"),
            ("__MACOSX/._index.html", b"x"),
            ("assets/.DS_Store", b"x"),
        ]))
        .unwrap();
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["index.html", "assets/app.js"]);
        assert_eq!(files[1].data, "1");
    }

    #[test]
    fn names_cannot_lead_out_of_the_folder() {
        for bad in [
            "../evil.js",
            "/etc/passwd",
            "a/../../b.j",
            "C:/evil.js_",
            "a\\..\\b.js_",
            "a//b.js____",
            "./a.js_____",
        ] {
            let placeholder = "p".repeat(bad.len());
            let bytes = renamed(&[("index.html", b""), (placeholder.as_str(), b"x")], &placeholder, bad);
            assert!(matches!(unpack(&bytes), Err(ArchiveError::Name(name)) if name == bad), "{bad}");
        }
    }

    #[test]
    fn names_that_differ_only_in_case_are_one_file_on_some_systems() {
        assert!(matches!(
            unpack(&archive(&[("index.html", b""), ("a.js", b""), ("A.js", b"")])),
            Err(ArchiveError::Name(_))
        ));
    }

    #[test]
    fn links_are_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("index.html", options()).unwrap();
        writer.add_symlink("link", "/etc/passwd", options()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert!(matches!(unpack(&bytes), Err(ArchiveError::NotPlain(name)) if name == "link"));
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let zeros = vec![0; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
        let bytes = archive(&[("index.html", b""), ("bomb.js", &zeros)]);
        assert!(bytes.len() < 100_000);
        assert!(matches!(unpack(&bytes), Err(ArchiveError::TooLarge)));
        let zeros = &zeros[..usize::try_from(MAX_FILE_BYTES).unwrap()];
        let bytes = archive(&[("index.html", b""), ("1", zeros), ("2", zeros), ("3", zeros), ("4", zeros)]);
        assert!(matches!(unpack(&bytes), Err(ArchiveError::TooLarge)));
    }

    #[test]
    fn files_are_counted() {
        let names: Vec<String> = (0..=MAX_FILES).map(|number| number.to_string()).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert!(matches!(unpack(&archive(&files)), Err(ArchiveError::TooManyFiles)));
    }

    #[test]
    fn there_is_a_page_to_begin_with() {
        assert!(matches!(unpack(&archive(&[("dist/index.html", b"")])), Err(ArchiveError::NoIndex)));
        assert!(matches!(unpack(b"PK\x03\x04 and nothing more"), Err(ArchiveError::Unreadable(_))));
    }

    proptest! {
        #[test]
        fn damage_is_an_error_and_never_a_crash(at in 0usize..400, byte: u8) {
            let mut bytes = archive(&[("index.html", b"<p>hello"), ("assets/app.js", b"let a = 1;")]);
            let length = bytes.len();
            bytes[at % length] = byte;
            if let Ok(files) = unpack(&bytes) {
                prop_assert!(files.iter().all(|file| is_safe(&file.name)));
            }
        }
    }
}
