//! What a citizen sees of a document that names other people: everything but their identity codes.
//!
//! Identity codes are found by their form and their check character wherever they stand, and no list of
//! people is needed for it. A file that cannot be looked into, such as a PDF, is shown as it was written.

use serde_json::Value;
use varanto_model::{MediaType, PersonalIdentityCode, Pointer, json};

use super::{Altered, FetchedDocument, raw};
use crate::Error;
use crate::citizen::Citizen;

/// Characters of an identity code.
const LENGTH: usize = 11;
/// What stands in the place of another's identity code.
const LEFT_OUT: &[u8] = b"***";
/// By what a client is known in metadata, beside the name.
const IDENTIFIERS: [&str; 3] = ["id", "temporary_id", "birth_date"];

/// The identity codes that whoever is logged in knows: their own, and that of the client they act for.
pub(crate) fn own_codes(citizen: &Citizen) -> Vec<&str> {
    let codes = [Some(&citizen.person), citizen.acting_for.as_ref()];
    codes.into_iter().flatten().map(PersonalIdentityCode::expose).collect()
}

/// Metadata without what the document's other clients are known by, and the places of what was left out.
pub(crate) fn without_others(
    metadata: Vec<u8>,
    own: &[&str],
) -> Result<(Vec<u8>, Vec<Pointer>), Error> {
    let unreadable = |_| Error::Internal("stored metadata cannot be read");
    let mut value: Value = serde_json::from_slice(&metadata).map_err(unreadable)?;
    let at = Pointer::root().member("metadata");
    let mut left_out = Vec::new();
    let clients = value.get_mut("clients").and_then(Value::as_array_mut);
    for (i, client) in clients.into_iter().flatten().enumerate() {
        let is_own = client.get("id").and_then(Value::as_str).is_some_and(|id| own.contains(&id));
        let Some(members) = client.as_object_mut().filter(|_| !is_own) else { continue };
        for name in IDENTIFIERS {
            if members.remove(name).is_some() {
                left_out.push(at.member("clients").index(i).member(name));
            }
        }
    }
    let metadata = if left_out.is_empty() { metadata } else { json::canonical(&value) };
    match without_codes(&metadata, own) {
        None => Ok((metadata, left_out)),
        Some(changed) => {
            left_out.push(at);
            Ok((changed, left_out))
        }
    }
}

impl FetchedDocument {
    /// The same without the identity codes of others. Where there was any, the digest and the signatures go
    /// too: by them the few codes that a birth date leaves open would be found by trying.
    pub(crate) fn without_others(mut self, own: &[&str]) -> Result<Self, Error> {
        let metadata = self.metadata.get().as_bytes().to_vec();
        let (metadata, mut left_out) = without_others(metadata, own)?;
        for (i, shown) in self.content.iter_mut().enumerate() {
            if shown.item.media_type == MediaType::Pdf {
                continue;
            }
            if let Some(changed) = without_codes(&shown.item.bytes, own) {
                shown.alter(Altered::Masked, changed);
                left_out.push(Pointer::root().member("content").index(i));
            }
        }
        if !left_out.is_empty() {
            self.metadata = raw(metadata)?;
            self.withheld.extend(left_out);
            self.digest = None;
            self.signatures.clear();
        }
        Ok(self)
    }
}

/// Words without the identity codes that stand in them; `None` where there are none.
pub(crate) fn text_without_codes(text: &str, own: &[&str]) -> Option<String> {
    without_codes(text.as_bytes(), own).and_then(|changed| String::from_utf8(changed).ok())
}

/// The bytes of a text without all identity codes but the own ones; `None` where there are no others. In
/// JSON and XHTML the characters of a code stand for themselves.
fn without_codes(text: &[u8], own: &[&str]) -> Option<Vec<u8>> {
    let mut changed: Option<Vec<u8>> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(window) = text.get(at..at + LENGTH) {
        if !is_others_code(window, own) {
            at += 1;
            continue;
        }
        let kept = text.get(copied..at).unwrap_or_default();
        let changed = changed.get_or_insert_default();
        changed.extend_from_slice(kept);
        changed.extend_from_slice(LEFT_OUT);
        at += LENGTH;
        copied = at;
    }
    let mut changed = changed?;
    changed.extend_from_slice(text.get(copied..).unwrap_or_default());
    Some(changed)
}

fn is_others_code(window: &[u8], own: &[&str]) -> bool {
    // Six digits are looked for first: nearly everything else ends here.
    let begins = window.iter().take(6).all(u8::is_ascii_digit);
    let text = if begins { std::str::from_utf8(window).ok() } else { None };
    text.map(str::to_ascii_uppercase).is_some_and(|text| {
        !own.contains(&text.as_str()) && PersonalIdentityCode::parse(&text).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "010594Y9032";
    const OTHER: &str = "010516B903X";

    fn without(text: &str) -> Option<String> {
        text_without_codes(text, &[OWN])
    }

    /// REQ CIT-02
    #[test]
    fn only_the_identity_codes_of_others_are_left_out() {
        assert_eq!(without(&format!("<p>{OWN}</p>")), None);
        assert_eq!(without("1.2.246.10.99990001.11.2026.17, 010594Y9033"), None);
        assert_eq!(without(OTHER).unwrap(), "***");
        assert_eq!(without(&OTHER.to_lowercase()).unwrap(), "***");
        assert_eq!(without(&OWN.to_lowercase()), None);
        let several = format!("\u{e4}{OTHER}\"{OTHER}, {OWN}");
        assert_eq!(without(&several).unwrap(), format!("\u{e4}***\"***, {OWN}"));
        assert_eq!(without(""), None);
    }

    /// REQ CIT-02
    #[test]
    fn of_other_clients_the_name_is_shown_and_nothing_else() {
        let metadata = format!(
            r#"{{"clients":[{{"family_name":"Testinen","id":"{OWN}"}},{{"birth_date":"2016-05-01","family_name":"Testinen","temporary_id":"1.2.3"}}],"title":"Suunnitelma"}}"#
        );
        let (shown, left_out) = without_others(metadata.into_bytes(), &[OWN]).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        let expected = format!(
            r#"{{"clients":[{{"family_name":"Testinen","id":"{OWN}"}},{{"family_name":"Testinen"}}],"title":"Suunnitelma"}}"#
        );
        assert_eq!(shown, expected);
        let places: Vec<_> = left_out.iter().map(ToString::to_string).collect();
        assert_eq!(places, ["/metadata/clients/1/temporary_id", "/metadata/clients/1/birth_date"]);
    }
}
