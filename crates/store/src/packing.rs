//! Bytes on their way to the disk and back: compressed (zstd), then sealed. Pure, so that a plan holds
//! finished bytes and nothing is left to do inside a transaction.

use std::cell::RefCell;
use std::io;

use zeroize::Zeroizing;
use zstd::bulk::{Compressor, Decompressor};

use crate::vault::{Purpose, Vault, VaultError};

/// The most bytes that anything unpacks to: twice the largest request.
pub const MAX_UNPACKED: usize = 64 << 20;

/// Fast, and within a few per cent of what slower levels save on texts of this size.
const LEVEL: i32 = 3;

/// Compresses bytes and seals them for one purpose and place; see [`Vault::seal`].
pub fn pack(
    vault: &Vault,
    purpose: Purpose,
    context: &[u8],
    plain: &[u8],
    nonce: [u8; 12],
) -> Result<Vec<u8>, VaultError> {
    vault.seal(purpose, context, &compress(plain)?, nonce)
}

/// Opens and decompresses what [`pack`] made for the same purpose and place.
pub fn unpack(
    vault: &Vault,
    purpose: Purpose,
    context: &[u8],
    packed: &[u8],
) -> Result<Vec<u8>, VaultError> {
    decompress(&vault.open(purpose, context, packed)?)
}

thread_local! {
    // To make one costs as much as to compress a document with it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// What this thread has kept, or else what is made now.
fn kept_or<T>(kept: &mut Option<T>, make: impl FnOnce() -> io::Result<T>) -> io::Result<&mut T> {
    match kept {
        Some(kept) => Ok(kept),
        None => Ok(kept.insert(make()?)),
    }
}

/// The length as four bytes, least first, then one zstd frame.
fn compress(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    if plain.len() > MAX_UNPACKED {
        return Err(VaultError::Unpacking);
    }
    let length = u32::try_from(plain.len()).map_err(|_| VaultError::Unpacking)?;
    let frame = COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = kept_or(kept, || Compressor::new(LEVEL))?;
        compressor.compress(plain)
    });
    let frame = Zeroizing::new(frame.map_err(|_| VaultError::Library)?);
    Ok(Zeroizing::new([length.to_le_bytes().as_slice(), &frame].concat()))
}

fn decompress(packed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let (length, frame) = packed.split_first_chunk::<4>().ok_or(VaultError::Unpacking)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| VaultError::Unpacking)?;
    if length > MAX_UNPACKED {
        return Err(VaultError::Unpacking);
    }
    let plain = DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = kept_or(kept, Decompressor::new)?;
        decompressor.decompress(frame, length)
    });
    match plain {
        Ok(plain) if plain.len() == length => Ok(plain),
        _ => Err(VaultError::Unpacking),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_that_is_not_the_true_one_is_refused() {
        let good = compress(&[7; 1000]).unwrap();
        assert_eq!(decompress(&good), Ok(vec![7; 1000]));
        for length in [0, 999, 1001, u32::MAX] {
            let mut lying = good.to_vec();
            lying[..4].copy_from_slice(&length.to_le_bytes());
            assert_eq!(decompress(&lying), Err(VaultError::Unpacking), "{length}");
        }
        assert_eq!(decompress(b""), Err(VaultError::Unpacking));
    }

    #[test]
    fn text_is_compressed_before_it_is_sealed() {
        let vault = Vault::new(&Zeroizing::new([1; 32])).unwrap();
        let text = "palvelutarpeen arvio ".repeat(500);
        let packed = pack(&vault, Purpose::Content, b"place", text.as_bytes(), [2; 12]).unwrap();
        assert!(packed.len() < text.len() / 10, "{} bytes", packed.len());
    }

    proptest! {
        #[test]
        fn packed_bytes_unpack_to_the_same(plain: Vec<u8>, nonce: [u8; 12]) {
            let vault = Vault::new(&Zeroizing::new([1; 32])).unwrap();
            let packed = pack(&vault, Purpose::Content, b"place", &plain, nonce).unwrap();
            prop_assert_eq!(unpack(&vault, Purpose::Content, b"place", &packed), Ok(plain));
        }

        #[test]
        fn bytes_that_nobody_packed_are_refused_without_panic(bytes: Vec<u8>) {
            let _ = decompress(&bytes);
        }
    }
}
