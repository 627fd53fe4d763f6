//! What monitors, witnesses and files hand to the log: checkpoints, cosignatures, keys, hashes, paths of tiles.
//! What is accepted is written as it was read.
#![no_main]

use varanto_log::{Checkpoint, Hash, Tile, VerifierKey, WitnessKey};

/// The key that the seeds are signed with: of the seed 01 01 … 01.
const KEY: &str = "example/log+59005fe1+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(hash) = Hash::parse(text) {
        assert_eq!(hash.to_string(), text);
    }
    if let Ok(tile) = Tile::parse(text) {
        assert_eq!(tile.to_string(), text);
    }
    let _ = Tile::parse_entries(text);
    let _ = WitnessKey::parse(text);
    let keys: Vec<VerifierKey> = VerifierKey::parse(KEY).into_iter().collect();
    if let Ok(checkpoint) = Checkpoint::open(text, &keys) {
        assert_eq!(checkpoint.origin, "example/log");
    }
});
