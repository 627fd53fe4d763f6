//! Decoding of streams: zlib (RFC 1950) and the predictors of PNG (ISO 32000-1, 7.4.4), which are
//! all that cross-reference streams, object streams, metadata and colour profiles need.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::syntax::{Dict, Value};

/// The longest row that a predictor works on, in bytes.
const MAX_ROW: usize = 1 << 20;

/// Decodes a stream that has no filter or `FlateDecode`, where the result keeps to the limit.
pub(super) fn decode(dict: &Dict, raw: &[u8], limit: usize) -> Option<Vec<u8>> {
    let Some(filter) = dict.get(&b"Filter"[..]) else {
        return (raw.len() <= limit).then(|| raw.to_vec());
    };
    if only(filter)?.name()? != b"FlateDecode" {
        return None;
    }
    let predictor = match dict.get(&b"DecodeParms"[..]).map(only) {
        None | Some(Some(Value::Null)) => Predictor::None,
        Some(parameters) => Predictor::of(parameters?.dict()?)?,
    };
    let mut data = Vec::new();
    // One byte more than the limit tells that there is more.
    let most = u64::try_from(limit).ok()?.checked_add(1)?;
    ZlibDecoder::new(raw).take(most).read_to_end(&mut data).ok()?;
    if data.len() > limit {
        return None;
    }
    match predictor {
        Predictor::None => Some(data),
        Predictor::Png(rows) => rows.restore(&data),
    }
}

/// A value, or the one value of an array.
fn only(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(values) => match values.as_slice() {
            [value] => Some(value),
            _ => None,
        },
        value => Some(value),
    }
}

/// What was done to the data before they were compressed.
enum Predictor {
    /// Nothing.
    None,
    /// One of the filters of PNG for each row.
    Png(Rows),
}

/// The rows that a predictor of PNG works on.
struct Rows {
    /// The bytes of a row, without the byte that names its filter.
    length: usize,
    /// The bytes from one pixel to the next, at least 1.
    pixel: usize,
}

impl Predictor {
    fn of(parameters: &Dict) -> Option<Self> {
        let number = |key: &[u8], default: usize| match parameters.get(key) {
            None => Some(default),
            Some(value) => usize::try_from(value.integer()?).ok(),
        };
        match number(b"Predictor", 1)? {
            1 => return Some(Self::None),
            10..=15 => {}
            _ => return None,
        }
        let bits = number(b"Colors", 1)?.checked_mul(number(b"BitsPerComponent", 8)?)?;
        let length = bits.checked_mul(number(b"Columns", 1)?)?.div_ceil(8);
        let pixel = bits.div_ceil(8);
        let sound = (1..=MAX_ROW).contains(&length) && pixel >= 1;
        sound.then_some(Self::Png(Rows { length, pixel }))
    }
}

impl Rows {
    /// Undoes the filter of each row (ISO 15948, 9.2). A last row may be short.
    fn restore(&self, data: &[u8]) -> Option<Vec<u8>> {
        let mut restored = Vec::with_capacity(data.len());
        let mut above = vec![0; self.length];
        for row in data.chunks(self.length + 1) {
            let (filter, bytes) = row.split_first()?;
            let mut current: Vec<u8> = Vec::with_capacity(self.length);
            for (index, (byte, up)) in bytes.iter().zip(&above).enumerate() {
                let before = index.checked_sub(self.pixel);
                let left = before.and_then(|at| current.get(at)).copied().unwrap_or(0);
                let corner = before.and_then(|at| above.get(at)).copied().unwrap_or(0);
                let guess = match filter {
                    0 => 0,
                    1 => left,
                    2 => *up,
                    3 => left.midpoint(*up),
                    4 => nearest(left, *up, corner),
                    _ => return None,
                };
                current.push(byte.wrapping_add(guess));
            }
            restored.extend_from_slice(&current);
            current.resize(self.length, 0);
            above = current;
        }
        Some(restored)
    }
}

/// The one of the three neighbours that is nearest to `left + up - corner` (Paeth).
fn nearest(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_of_png_is_undone() {
        let rows = Rows { length: 3, pixel: 1 };
        let filtered = [0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1, 0, 9];
        let expected = [1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5, 9];
        assert_eq!(rows.restore(&filtered).unwrap(), expected);
        assert_eq!(rows.restore(&[5, 0, 0, 0]), None);
    }

    #[test]
    fn unfiltered_data_keep_to_the_limit() {
        assert_eq!(decode(&Dict::new(), b"abc", 3).as_deref(), Some(&b"abc"[..]));
        assert_eq!(decode(&Dict::new(), b"abc", 2), None);
    }
}
