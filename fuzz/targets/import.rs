//! Zip archives of structures: no archive gives more than it may, and each file comes to one end.
#![no_main]

use varanto_documents::import::{MAX_ENTRIES, MAX_FILE, import, unpack};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = unpack(bytes) else { return };
    assert!(files.len() <= MAX_ENTRIES);
    assert!(files.iter().all(|(_, bytes)| bytes.len() as u64 <= MAX_FILE));
    let count = files.len();
    let import = import(files, |_| None);
    assert!(import.added.len() + import.changed.len() <= count);
});
