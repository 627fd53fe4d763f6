//! The documents of the story: a case, a clientship, and an assessment of service needs in versions.

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::EnvelopeBuilder;
use varanto_documents::{Structure, builtin};
use varanto_model::{Language, MediaType, Oid};

use super::fixed;
use crate::commands::CommandError;

/// The client of the story: one of the fictional persons that the population register publishes.
pub(super) const CLIENT: &str = "010594Y9032";

const ASSESSMENT: &str = "1.2.246.537.6.1506.1000.2023.9.8";
const CASE_DOCUMENT: &str = "1.2.246.537.6.1505.2.2022.6.28";
const CLIENTSHIP_DOCUMENT: &str = "1.2.246.537.6.1505.1.2023.6.1";
const DOCUMENTS: &str = "1.2.246.10.99990001.11.2026";
const CASE: &str = "1.2.246.10.99990001.14.2026.1";
/// The units that work for the client: services for older people, and for families.
const UNITS: [&str; 2] = ["1.2.246.10.99990001.10.1", "1.2.246.10.99990001.10.2"];
const OPENED: &str = "2026-08-24";

/// The case: it is open from the day on which the daughter called.
pub(super) fn case() -> Result<EnvelopeBuilder<'static>, CommandError> {
    let content = json!({"asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko":
            coded("202", "1.2.246.10.99990001.10.0", "Testilän hyvinvointialue"),
        "asiakas": [client()],
        "asian_tiedot": {
            "asiatunnus": {"value": CASE},
            "nimi": coded("1265", "X-SERVICE-NEED", "Palvelutarpeen arviointi"),
            "tila": coded("1501", "X-OPEN", "Avoin"),
            "avauspaiva": OPENED,
            "palvelutehtava": coded("1221", "X-ELDERLY", "Iäkkäiden palvelut")
        }
    }});
    document(
        CASE_DOCUMENT,
        &content,
        json!({
            "oid": format!("{DOCUMENTS}.101"), "original_oid": format!("{DOCUMENTS}.101"),
            "version": 1, "group": "case", "type_code": "2", "title": "Asia-asiakirja",
            "service_task": "X-ELDERLY"
        }),
    )
}

/// The clientship: it tells the units that work for the client, which gives them a context.
pub(super) fn clientship() -> Result<EnvelopeBuilder<'static>, CommandError> {
    let mut person = client();
    person["turvakielto"] = json!(false);
    let units = UNITS.map(|unit| {
        json!({
            "palveluyksikon_nimi": coded("202", unit, "Palveluyksikkö"),
            "asiakkuuden_alkamispvm": OPENED
        })
    });
    let content = json!({"asiakkuusasiakirja": {
        "asiakkuuden_yksilointitunnus": {"value": "1.2.246.10.99990001.14.2026.101"},
        "asiakas": person,
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": OPENED},
        "palvelunjarjestajan_toimintayksikko":
            coded("202", "1.2.246.10.99990001.10.0", "Testilän hyvinvointialue"),
        "sosiaalihuollon_palvelutehtava": [{
            "palvelutehtava": coded("1221", "X-ELDERLY", "Iäkkäiden palvelut"),
            "palvelunjarjestajan_palveluyksikko": units
        }]
    }});
    document(
        CLIENTSHIP_DOCUMENT,
        &content,
        json!({
            "oid": format!("{DOCUMENTS}.102"), "original_oid": format!("{DOCUMENTS}.102"),
            "version": 1, "group": "clientship", "type_code": "1", "title": "Asiakkuusasiakirja"
        }),
    )
}

/// A version of the assessment.
pub(super) struct Assessment {
    version: u32,
    content: Value,
}

impl Assessment {
    /// The first version.
    pub(super) fn first() -> Self {
        let content = json!({"iakkaiden_palvelutarpeen_arvio": {
            "asiakas": [client()],
            "asian_vireilletuloa_koskevat_tiedot": {
                "vireilletulon_syyt": "Omainen otti yhteyttä: kotona selviytyminen on vaikeutunut.",
                "vireilletulopaiva": "2026-08-24"
            },
            "palvelutarpeen_arviointia_koskevat_tiedot": {
                "palvelutarpeen_arvioinnin_aloittamispaiva": "2026-08-26",
                "kuvaus_arvioinnin_toteuttamisesta": "Kotikäynti, läsnä asiakas ja tytär.",
                "asiakkaalla_on_oikeus_erityiseen_tukeen": false
            },
            "kuvaus_asiakkaan_tilanteesta": "Asuu yksin. Liikkuu rollaattorilla.",
            "johtopaatokset_ja_jatkotoimet": {
                "asiakkaan_arvio_tuen_ja_palvelujen_tarpeestaan": "Toivoo apua suihkuun ja kauppaan.",
                "asiakkuuden_jatko": {"asiakkuus_jatkuu": true},
                "ammattihenkilon_johtopaatokset__asiakkaan_tilanteesta_seka_sosiaalipalvelujen_ja_erityisen_tuen_tarpeesta":
                    "Kotihoidon tarve kahdesti viikossa.",
                "asiakas_tarvitsee_omatyontekijan": true
            },
            "paivamaara": "2026-09-02",
            "laatija": [{"sukunimi": "Esimerkki", "etunimet": "Maija", "tehtavanimike": "Sosiaalityöntekijä"}]
        }});
        Self { version: 1, content }
    }

    /// The next version: the need has grown.
    pub(super) fn next_version(&self) -> Self {
        let mut content = self.content.clone();
        let end = &mut content["iakkaiden_palvelutarpeen_arvio"]["johtopaatokset_ja_jatkotoimet"];
        end["jatkosuunnitelma"] =
            json!("Kotihoito aloitetaan; tilanne arvioidaan uudelleen kolmen kuukauden päästä.");
        Self { version: self.version + 1, content }
    }

    /// The same with four faults.
    pub(super) fn spoilt(mut self) -> Self {
        let root = &mut self.content["iakkaiden_palvelutarpeen_arvio"];
        root["asian_vireilletuloa_koskevat_tiedot"]["vireilletulopaiva"] = json!("2026-02-30");
        root["johtopaatokset_ja_jatkotoimet"]["asiakas_tarvitsee_omatyontekijan"] = json!("kyllä");
        root["lempivari"] = json!("sininen");
        if let Some(members) = root.as_object_mut() {
            members.remove("laatija");
        }
        self
    }

    /// The structured content.
    pub(super) fn content(&self) -> Value {
        self.content.clone()
    }

    /// The identifier of the document.
    pub(super) fn original() -> Oid {
        fixed(&format!("{DOCUMENTS}.1"))
    }

    /// The document, put together and not yet signed.
    pub(super) fn builder(&self) -> Result<EnvelopeBuilder<'static>, CommandError> {
        document(
            ASSESSMENT,
            &self.content,
            json!({
                "oid": format!("{DOCUMENTS}.{}", self.version),
                "original_oid": Self::original(),
                "version": self.version,
                "group": "client_document",
                "type_code": "1000",
                "title": "Iäkkäiden palvelutarpeen arvio",
                "service_task": "X-ELDERLY",
                "case": CASE,
                "citizen_view": {"visibility": "shown"}
            }),
        )
    }
}

/// A document of the worker, put together and not yet signed; `own` are the metadata that others do
/// not share. The display form is made from the content by the structure, as a client system would.
fn document(
    structure: &str,
    content: &Value,
    own: Value,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let mut metadata = json!({
        "structure": structure,
        "language": "fi",
        "generation": "phase2",
        "clients": [{"id": CLIENT, "family_name": "Testinen", "given_names": "Aino"}],
        "controller": "1.2.246.10.99990001.19.0",
        "register": "client",
        "organiser": "1.2.246.10.99990001.10.0",
        "provider": "1.2.246.10.99990001.10.0",
        "unit": "1.2.246.10.99990001.10.1",
        "authors": [{
            "id": "S-1001", "family_name": "Esimerkki", "given_names": "Maija",
            "title": "Sosiaalityöntekijä", "unit": "1.2.246.10.99990001.10.1"
        }],
        "written_at": now()
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut metadata, own) {
        all.extend(own);
    }
    let structure = builtin::structures()
        .filter_map(|(_, json)| Structure::parse(json.as_bytes()).ok())
        .find(|known| known.oid().as_str() == structure)
        .ok_or_else(|| CommandError::Other("a built-in structure is missing".into()))?;
    let form = structure.render(content, Language::Fi);
    Ok(EnvelopeBuilder::new(metadata).data(content.clone()).text(MediaType::Xhtml, &form))
}

/// The client, as the content of documents names her.
fn client() -> Value {
    json!({
        "sukunimi": "Testinen",
        "etunimet": "Aino",
        "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": CLIENT}
    })
}

/// A coded value of the content: `set` is the last arc of a national code set.
fn coded(set: &str, code: &str, display: &str) -> Value {
    json!({"system": format!("urn:oid:1.2.246.537.6.{set}"), "code": code, "display": display})
}

/// Now, to the second, as client systems tell it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
