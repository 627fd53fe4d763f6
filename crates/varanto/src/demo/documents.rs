//! The documents of the story: a case, a clientship, and an assessment of service needs in versions.

use jiff::Timestamp;
use jiff::civil::Date;
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
/// The case of the story.
pub(super) const CASE: &str = "1.2.246.10.99990001.14.2026.1";
/// The units that work for the client: services for older people, and for families.
const UNITS: [&str; 2] = ["1.2.246.10.99990001.10.1", "1.2.246.10.99990001.10.2"];
const OPENED: &str = "2026-08-24";
const VISIT: &str = "1.2.246.537.6.1506.19005.2022.1.10";
/// The producer's unit, an assisted living home of the built-in world.
const PRODUCERS_UNIT: &str = "1.2.246.10.99990002.10.3";

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
    clientship_version(1, json!([]))
}

/// The same with the producer's unit marked on it, from its opening on; with the day on which the
/// service ended, where it has.
pub(super) fn clientship_with_producer(
    ended: Option<Date>,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let mut producer = json!({
        "sosiaalipalvelu": [coded("1222", "46", "Kotihoito")],
        "palveluyksikon_nimi": coded("202", PRODUCERS_UNIT, "Palvelutalo Koivula"),
        "asiakkuuden_alkamispvm": OPENED
    });
    if let Some(day) = ended {
        producer["asiakkuuden_paattymispvm"] = json!(day);
    }
    clientship_version(if ended.is_some() { 3 } else { 2 }, json!([producer]))
}

fn clientship_version(
    version: u32,
    producers: Value,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let mut person = client();
    person["turvakielto"] = json!(false);
    let units = UNITS.map(|unit| {
        json!({
            "palveluyksikon_nimi": coded("202", unit, "Palveluyksikkö"),
            "asiakkuuden_alkamispvm": OPENED
        })
    });
    let mut task = json!({
        "palvelutehtava": coded("1221", "X-ELDERLY", "Iäkkäiden palvelut"),
        "palvelunjarjestajan_palveluyksikko": units
    });
    if producers.as_array().is_some_and(|producers| !producers.is_empty()) {
        task["palveluntuottaja"] = producers;
    }
    let content = json!({"asiakkuusasiakirja": {
        "asiakkuuden_yksilointitunnus": {"value": "1.2.246.10.99990001.14.2026.101"},
        "asiakas": person,
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": OPENED},
        "palvelunjarjestajan_toimintayksikko":
            coded("202", "1.2.246.10.99990001.10.0", "Testilän hyvinvointialue"),
        "sosiaalihuollon_palvelutehtava": [task]
    }});
    document(
        CLIENTSHIP_DOCUMENT,
        &content,
        json!({
            "oid": format!("{DOCUMENTS}.{}", 101 + version),
            "original_oid": format!("{DOCUMENTS}.102"),
            "version": version, "group": "clientship", "type_code": "1",
            "title": "Asiakkuusasiakirja"
        }),
    )
}

/// The identifier of the entry about the visit.
pub(super) fn visit_oid() -> Oid {
    fixed("1.2.246.10.99990002.11.2026.1")
}

/// The record entry that the producer's worker writes after her first visit.
pub(super) fn visit() -> Result<EnvelopeBuilder<'static>, CommandError> {
    let content = json!({"merkinta_tapaamisesta_tai_yhteydenotosta": {
        "asiakas": [client()],
        "asiakaskertomusmerkinta": {
            "palvelutehtava": coded("1221", "X-ELDERLY", "Iäkkäiden palvelut"),
            "tapahtuma": {
                "paikka": "Asiakkaan koti",
                "kuvaus": "Avustettu suihkussa. Asiakas oli hyvillä mielin."
            }
        },
        "laatija": {"sukunimi": "Hoivanen", "etunimet": "Tuula", "tehtavanimike": "Lähihoitaja"}
    }});
    document(
        VISIT,
        &content,
        json!({
            "oid": visit_oid(), "original_oid": visit_oid(), "version": 1,
            "group": "record_entry", "type_code": "19005",
            "title": "Merkintä tapaamisesta tai yhteydenotosta",
            "service_task": "X-ELDERLY", "case": CASE,
            "provider": "1.2.246.10.99990002.10.0", "unit": PRODUCERS_UNIT,
            "authors": [{
                "id": "S-2001", "family_name": "Hoivanen", "given_names": "Tuula",
                "title": "Lähihoitaja", "unit": PRODUCERS_UNIT
            }]
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
