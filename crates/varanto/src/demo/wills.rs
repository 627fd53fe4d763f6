//! What the client of the story declares, as signed documents: that she has been informed, a permit, and a
//! denial of one document. All of them are recorded by the worker together with her.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use varanto_client::{EnvelopeBuilder, Session};
use varanto_documents::information::{InformationTexts, TextKind};
use varanto_model::{Language, Oid, calendar};

use super::documents::{TESTILA, client, coded, document};
use super::{expect, fixed};
use crate::commands::CommandError;

const INFORMING: &str = "1.2.246.10.99990000.97.1.2026.11.22";
const PERMIT: &str = "1.2.246.537.6.1505.8.2023.6.1";
const DENIAL: &str = "1.2.246.537.6.1505.9.2023.6.5";

/// That the client has been informed, and by which version of the text.
pub(super) fn informing() -> Result<EnvelopeBuilder<'static>, CommandError> {
    let given = InformationTexts::built_in().current(TextKind::Informing, today());
    let given = given.ok_or_else(|| CommandError::Other("there is no text to inform by".into()))?;
    let content = json!({"informointiasiakirja": {
        "asiakas": client(),
        "informoitu_on_laillinen_edustaja": false,
        "informointi": {
            "infotekstin_versio": given.version(), "infotekstin_kieli": "fi",
            "informoinnin_ajankohta": today()
        },
        "ammattihenkilon_laatima_asiakirja": {"laatija": TESTILA.author()}
    }});
    let own = json!({"group": "informing", "title": "Informointiasiakirja"});
    document(&TESTILA, INFORMING, &content, [TESTILA.version(201, 1), own])
}

/// The permit: given in the first version, withdrawn in the second.
pub(super) async fn permit(
    worker: &Session,
    version: u32,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let root = "luovutuslupa_asiakirja";
    let content = json!({root: {
        "asiakas": client(),
        "infoteksti": information(worker, PERMIT, root, TextKind::Permit).await?,
        "luovutusluvan_antaja_on_laillinen_edustaja": false,
        "voimassa_oleva_luovutuslupa": {
            "luovutuslupa": version == 1, "luovutusluvan_antamisen_ajankohta": today()
        },
        "ammattihenkilon_laatima_asiakirja": {"laatija": TESTILA.author()}
    }});
    let own = json!({"group": "permit", "title": "Luovutuslupa-asiakirja"});
    document(&TESTILA, PERMIT, &content, [TESTILA.version(202, version), own])
}

/// The denial of one document.
pub(super) async fn denial(
    worker: &Session,
    denied: &Oid,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let root = "kieltoasiakirja";
    let kind = "Merkintä tapaamisesta tai yhteydenotosta";
    let content = json!({root: {
        "asiakas": client(),
        "infoteksti": information(worker, DENIAL, root, TextKind::Denial).await?,
        "asiakirjoja_koskevat_luovutuskiellot": {"asiakirjaa_koskeva_luovutuskielto": [{
            "asiakirja_jonka_luovutus_kielletaan": [{
                "oid_tunnus": {"value": denied}, "nimi": coded("1506", "19005", kind)
            }],
            "kiellon_asettamisen_ajankohta": today(),
            "kieltaja_on_laillinen_edustaja": false
        }]},
        "ammattihenkilon_laatima_asiakirja": {"laatija": TESTILA.author()}
    }});
    let own = json!({"group": "denial", "title": "Kieltoasiakirja"});
    document(&TESTILA, DENIAL, &content, [TESTILA.version(211, 1), own])
}

/// The text that the client was shown: the one that the structure asks for, where it asks for a certain
/// one, as the national structures do.
async fn information(
    worker: &Session,
    structure: &str,
    root: &str,
    kind: TextKind,
) -> Result<String, CommandError> {
    let schema = expect(worker.client().structure_schema(&fixed(structure)).await, 200)?;
    let asked = &schema["properties"][root]["properties"]["infoteksti"]["enum"];
    if let Some(asked) = asked.as_array().and_then(|texts| texts.first()).and_then(Value::as_str) {
        return Ok(asked.to_owned());
    }
    let own = InformationTexts::built_in().current(kind, today());
    let own = own.and_then(|own| own.text(Language::Fi)).unwrap_or_default();
    Ok(own.to_owned())
}

/// Today in Finland.
fn today() -> Date {
    calendar::day_of(Timestamp::now())
}
