//! What examples of the control documents need beyond their structures (see [`crate::control`]).

use serde_json::{Value, json};

use crate::control::Control;

/// Members that a minimal example fills although the structure does not make them mandatory.
pub(super) fn wanted(kind: Control) -> &'static [&'static str] {
    match kind {
        Control::Clientship => &[
            "asiakkuuden_yksilointitunnus",
            "asiakas/henkilotunnus",
            "palvelunjarjestajan_toimintayksikko",
            "palvelunjarjestajan_palveluyksikko",
            "sosiaalihuollon_palvelutehtava",
            "sosiaalihuollon_asiakkuus",
        ],
        Control::Case => {
            &["asiakas/henkilotunnus", "asian_tiedot", "asian_tiedot/lisatieto_luokkaan_muu"]
        }
        Control::Permit => &[
            "voimassa_oleva_luovutuslupa",
            "ammattihenkilon_laatima_asiakirja",
            "ammattihenkilon_laatima_asiakirja/laatija",
        ],
        Control::Denial | Control::Informing => {
            &["ammattihenkilon_laatima_asiakirja", "ammattihenkilon_laatima_asiakirja/laatija"]
        }
        Control::Representation => &[
            "edustaja/henkilotunnus",
            "ammattihenkilon_laatima_asiakirja",
            "ammattihenkilon_laatima_asiakirja/laatija",
        ],
        Control::DisclosureNotice => &["asiakas/henkilotunnus", "luovutetut_tiedot"],
    }
}

/// Brings values that were drawn by chance into agreement with each other.
pub(super) fn settle(kind: Control, document: &mut Value) {
    let settled: &[(&str, Value)] = match kind {
        Control::Clientship => &[
            ("asiakkuusasiakirja/riskitieto/*/voimassa_maaraajan", json!(true)),
            ("asiakkuusasiakirja/asiakas/turvakielto", json!(false)),
            ("asiakkuusasiakirja/asiakkaaseen_liittyvat_henkilot/*/turvakielto", json!(false)),
            ("asiakkuusasiakirja/asiakkaaseen_liittyvat_henkilot/*/rooli", roles()),
            ("asiakkuusasiakirja/sosiaalihuollon_asiakkuus/vanha_asiakkuus", json!(false)),
        ],
        Control::Case => &[("asia_asiakirja/asian_tiedot/yhteinen_asia", json!(true))],
        Control::Permit => {
            &[("luovutuslupa_asiakirja/luovutusluvan_antaja_on_laillinen_edustaja", json!(true))]
        }
        Control::Denial => &[
            (
                "kieltoasiakirja/kaikkia_tietoja_koskeva_luovutuskielto/kieltaja_on_laillinen_edustaja",
                json!(true),
            ),
            (
                "kieltoasiakirja/rekisterinpitajaa_koskevat_luovutuskiellot/rekisterinpitajaa_koskeva_luovutuskielto/*/kieltaja_on_laillinen_edustaja",
                json!(true),
            ),
            (
                "kieltoasiakirja/palvelutehtavaa_koskevat_luovutuskiellot/palvelutehtavaa_koskeva_luovutuskielto/*/kieltaja_on_laillinen_edustaja",
                json!(true),
            ),
            (
                "kieltoasiakirja/asiakirjoja_koskevat_luovutuskiellot/asiakirjaa_koskeva_luovutuskielto/*/kieltaja_on_laillinen_edustaja",
                json!(true),
            ),
        ],
        Control::Informing => &[
            ("informointiasiakirja/informoitu_on_laillinen_edustaja", json!(true)),
            ("informointiasiakirja/informointi/infotekstin_versio", json!("1")),
        ],
        Control::Representation | Control::DisclosureNotice => &[],
    };
    for (path, value) in settled {
        set(document, path, value);
    }
}

/// Parent, guardian, and the two kinds of guardians of interests: what concerns each may be told.
fn roles() -> Value {
    let role = |(code, display): (&str, &str)| json!({"system": "urn:oid:1.2.246.537.6.1284", "code": code, "display": display});
    let roles = [
        ("12", "Vanhempi"),
        ("31", "Huoltaja"),
        ("32", "Edunvalvoja"),
        ("33", "Edunvalvontavaltuutettu"),
    ];
    roles.into_iter().map(role).collect()
}

/// Puts `value` where the last name of `path` already stands; `*` means every element.
fn set(at: &mut Value, path: &str, value: &Value) {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let places = match at {
        Value::Array(elements) if name == "*" => elements.iter_mut().collect(),
        Value::Object(members) => members.get_mut(name).into_iter().collect(),
        _ => Vec::new(),
    };
    for place in places {
        match rest {
            Some(rest) => set(place, rest, value),
            None => *place = value.clone(),
        }
    }
}
