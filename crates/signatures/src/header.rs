//! The protected header of a signature (RFC 7515, section 4), read strictly.
//!
//! What could change the meaning of a signature and is not known here is refused: any `crit`, any
//! `b64`. Keys named in other ways than by `x5c` are not looked at.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value};
use varanto_model::json::{self, Limits};

use crate::algorithm::Algorithm;
use crate::certificate::{Certificate, MAX_CERTIFICATE_BYTES};
use crate::jws::SignatureError;

/// The most certificates in `x5c`.
const MAX_CERTIFICATES: usize = 5;

const LIMITS: Limits = Limits { depth: 4, bytes: 64 * 1024, members: 100 };

/// What a header says.
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    /// The signer's certificate in DER. Its issuers, which may follow in `x5c`, are not asked.
    pub(crate) leaf: Vec<u8>,
    pub(crate) issued_at: Option<Timestamp>,
}

impl Header {
    /// Reads a header from base64url.
    pub(crate) fn parse(text: &str) -> Result<Self, SignatureError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SignatureError::Malformed)?;
        let Ok(Value::Object(header)) = json::parse(&bytes, LIMITS) else {
            return Err(SignatureError::Malformed);
        };
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(SignatureError::Extension);
        }
        Ok(Self {
            algorithm: algorithm(&header)?,
            leaf: leaf(&header).ok_or(SignatureError::Malformed)?,
            issued_at: issued_at(&header)?,
        })
    }

    /// The header of a signature by the holder of `chain`, leaf first, in base64url.
    pub(crate) fn write(
        algorithm: Algorithm,
        chain: &[Certificate],
        issued_at: Option<Timestamp>,
    ) -> String {
        let x5c: Vec<String> =
            chain.iter().take(MAX_CERTIFICATES).map(|c| STANDARD.encode(c.der())).collect();
        let mut header = Map::new();
        header.insert("alg".into(), algorithm.name().into());
        if let Some(instant) = issued_at {
            header.insert("iat".into(), instant.as_second().into());
        }
        header.insert("x5c".into(), x5c.into());
        URL_SAFE_NO_PAD.encode(Value::Object(header).to_string())
    }
}

fn algorithm(header: &Map<String, Value>) -> Result<Algorithm, SignatureError> {
    let name = header.get("alg").and_then(Value::as_str).ok_or(SignatureError::Malformed)?;
    Algorithm::find(name).ok_or(SignatureError::Algorithm)
}

fn leaf(header: &Map<String, Value>) -> Option<Vec<u8>> {
    let chain = header.get("x5c")?.as_array()?;
    if chain.len() > MAX_CERTIFICATES || !chain.iter().all(Value::is_string) {
        return None;
    }
    let leaf = chain.first()?.as_str()?;
    let short = leaf.len() <= MAX_CERTIFICATE_BYTES.div_ceil(3) * 4;
    if short { STANDARD.decode(leaf).ok() } else { None }
}

fn issued_at(header: &Map<String, Value>) -> Result<Option<Timestamp>, SignatureError> {
    let Some(value) = header.get("iat") else { return Ok(None) };
    let seconds = value.as_i64().ok_or(SignatureError::Malformed)?;
    Timestamp::from_second(seconds).map(Some).map_err(|_| SignatureError::Malformed)
}
