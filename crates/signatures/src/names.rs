//! Who a certificate names: an organisation by its business id, a card holder by the registration
//! number. Card holders' names are personal data: they have no `Display`, and `Debug` hides them.

use std::fmt;

/// A Finnish business id as it stands in an OID arc: digits without hyphen and leading zeros
/// (JHS 159). Equal to what `Oid::business_id` of the model gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessId(Box<str>);

impl BusinessId {
    /// Reads a business id as certificates write it in the subject's `organizationIdentifier`
    /// (2.5.4.97): `NTRFI-0204819-8`, `VATFI-02048198`, `0204819-8` or the digits alone
    /// (ETSI EN 319 412-1, section 5.1.4).
    pub fn parse(text: &str) -> Option<Self> {
        let number = ["NTRFI-", "VATFI-"]
            .into_iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text);
        let digits = match number.split_once('-') {
            Some((body, check)) if check.len() == 1 => format!("{body}{check}"),
            Some(_) => return None,
            None => number.to_owned(),
        };
        let plain = digits.trim_start_matches('0');
        let length = (2..=8).contains(&plain.len()) && digits.len() <= 8;
        let good = length && digits.bytes().all(|b| b.is_ascii_digit());
        good.then(|| Self(plain.into()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The person whom a card certificate names. Personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct CardHolder {
    registration_id: Box<str>,
    family_name: Box<str>,
    given_names: Box<str>,
}

impl CardHolder {
    pub(crate) fn new(registration_id: &str, family_name: &str, given_names: &str) -> Self {
        Self {
            registration_id: registration_id.into(),
            family_name: family_name.into(),
            given_names: given_names.into(),
        }
    }

    /// The number by which the person is registered: the subject's `serialNumber` (2.5.4.5).
    pub fn registration_id(&self) -> &str {
        &self.registration_id
    }

    /// The subject's `surname` (2.5.4.4); empty where the certificate has none.
    pub fn family_name(&self) -> &str {
        &self.family_name
    }

    /// The subject's `givenName` (2.5.4.42); empty where the certificate has none.
    pub fn given_names(&self) -> &str {
        &self.given_names
    }
}

impl fmt::Debug for CardHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardHolder(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_of_a_business_id_gives_the_arc() {
        for (text, arc) in [
            ("NTRFI-9999000-1", "99990001"),
            ("VATFI-99990001", "99990001"),
            ("9999000-1", "99990001"),
            ("99990001", "99990001"),
            ("NTRFI-0099000-1", "990001"),
        ] {
            assert_eq!(BusinessId::parse(text).unwrap().as_str(), arc, "{text}");
        }
        for bad in [
            "",
            "NTRFI-",
            "0",
            "00000000",
            "9999000-",
            "9999-0001",
            "NTRSE-99990001",
            "999900012",
            "99x90001",
            "+9990001",
            "NTRFI-NTRFI-99990001",
        ] {
            assert_eq!(BusinessId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_card_holder_is_hidden_from_debug() {
        let holder = CardHolder::new("S-1001", "Esimerkki", "Maija");
        assert_eq!(format!("{holder:?}"), "CardHolder(hidden)");
    }
}
