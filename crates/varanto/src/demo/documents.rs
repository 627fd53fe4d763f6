//! The documents of the story: cases, clientships, and an assessment of service needs in versions.

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
/// The case of the story.
pub(super) const CASE: &str = TESTILA.case;
const OPENED: &str = "2026-08-24";
const VISIT: &str = "1.2.246.537.6.1506.19005.2022.1.10";
/// The producer's unit, an assisted living home of the built-in world.
const PRODUCERS_UNIT: &str = "1.2.246.10.99990002.10.3";

/// Where a worker writes: a county, and what it calls things.
pub(super) struct Desk {
    name: &'static str,
    organiser: &'static str,
    controller: &'static str,
    /// The units that work for the client; the worker is in the first.
    units: [&'static str; 2],
    /// Registration number, family name and given names.
    worker: [&'static str; 3],
    documents: &'static str,
    case: &'static str,
    clientship: &'static str,
}

/// The county of the story: its services for older people, and for families.
pub(super) const TESTILA: Desk = Desk {
    name: "Testilän hyvinvointialue",
    organiser: "1.2.246.10.99990001.10.0",
    controller: "1.2.246.10.99990001.19.0",
    units: ["1.2.246.10.99990001.10.1", "1.2.246.10.99990001.10.2"],
    worker: ["S-1001", "Esimerkki", "Maija"],
    documents: "1.2.246.10.99990001.11.2026",
    case: "1.2.246.10.99990001.14.2026.1",
    clientship: "1.2.246.10.99990001.14.2026.101",
};

/// The other county, in which the client spends the winter.
pub(super) const MALLILA: Desk = Desk {
    name: "Mallilan hyvinvointialue",
    organiser: "1.2.246.10.99990003.10.0",
    controller: "1.2.246.10.99990003.19.0",
    units: ["1.2.246.10.99990003.10.1", "1.2.246.10.99990003.10.2"],
    worker: ["S-3001", "Testimaa", "Sanna"],
    documents: "1.2.246.10.99990003.11.2026",
    case: "1.2.246.10.99990003.14.2026.1",
    clientship: "1.2.246.10.99990003.14.2026.101",
};

impl Desk {
    /// Identifier, original identifier and number of a version of a document that was numbered `first`
    /// here; versions have the numbers that follow.
    pub(super) fn version(&self, first: u32, version: u32) -> Value {
        json!({
            "oid": format!("{}.{}", self.documents, first + version - 1),
            "original_oid": format!("{}.{first}", self.documents),
            "version": version
        })
    }

    /// The worker, as the content of documents names one.
    pub(super) fn author(&self) -> Value {
        let [_, family_name, given_names] = self.worker;
        let unit = coded("202", self.units[0], "Palveluyksikkö");
        json!({"sukunimi": family_name, "etunimet": given_names, "palveluyksikko": unit})
    }
}

/// The case: it is open from the day on which the daughter called.
pub(super) fn case(desk: &Desk) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let content = json!({"asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko": coded("202", desk.organiser, desk.name),
        "asiakas": [client()],
        "asian_tiedot": {
            "asiatunnus": {"value": desk.case},
            "nimi": coded("1265", "X-SERVICE-NEED", "Palvelutarpeen arviointi"),
            "tila": coded("1501", "X-OPEN", "Avoin"),
            "avauspaiva": OPENED,
            "palvelutehtava": coded("1221", "X-ELDERLY", "Iäkkäiden palvelut")
        }
    }});
    let own = json!({
        "group": "case", "title": "Asia-asiakirja", "service_task": "X-ELDERLY"
    });
    document(desk, CASE_DOCUMENT, &content, [desk.version(101, 1), own])
}

/// The clientship: it tells the units that work for the client, which gives them a context.
pub(super) fn clientship(desk: &Desk) -> Result<EnvelopeBuilder<'static>, CommandError> {
    clientship_version(desk, 1, json!([]))
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
    clientship_version(&TESTILA, if ended.is_some() { 3 } else { 2 }, json!([producer]))
}

fn clientship_version(
    desk: &Desk,
    version: u32,
    producers: Value,
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let mut person = client();
    person["turvakielto"] = json!(false);
    let units = desk.units.map(|unit| {
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
        "asiakkuuden_yksilointitunnus": {"value": desk.clientship},
        "asiakas": person,
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": OPENED},
        "palvelunjarjestajan_toimintayksikko": coded("202", desk.organiser, desk.name),
        "sosiaalihuollon_palvelutehtava": [task]
    }});
    let own = json!({"group": "clientship", "title": "Asiakkuusasiakirja"});
    document(desk, CLIENTSHIP_DOCUMENT, &content, [desk.version(102, version), own])
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
    let version = json!({"oid": visit_oid(), "original_oid": visit_oid(), "version": 1});
    let own = json!({
        "group": "record_entry",
        "title": "Merkintä tapaamisesta tai yhteydenotosta",
        "service_task": "X-ELDERLY", "case": CASE,
        "provider": "1.2.246.10.99990002.10.0", "unit": PRODUCERS_UNIT,
        "authors": [{
            "id": "S-2001", "family_name": "Hoivanen", "given_names": "Tuula",
            "title": "Lähihoitaja", "unit": PRODUCERS_UNIT
        }]
    });
    document(&TESTILA, VISIT, &content, [version, own])
}

/// The record entry by which the other county notes what it has received: the receipt says its group, its
/// structure and its content.
pub(super) fn received(receipt: &Value) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let structure = receipt["structure"].as_str().unwrap_or_default();
    let own = json!({
        "group": receipt["group"],
        "title": "Merkintä asiakasta koskevien tietojen saamisesta",
        "service_task": "X-ELDERLY", "case": MALLILA.case
    });
    document(&MALLILA, structure, &receipt["data"], [MALLILA.version(1, 1), own])
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
        fixed(&format!("{}.1", TESTILA.documents))
    }

    /// The document, put together and not yet signed.
    pub(super) fn builder(&self) -> Result<EnvelopeBuilder<'static>, CommandError> {
        let own = json!({
            "group": "client_document", "title": "Iäkkäiden palvelutarpeen arvio",
            "service_task": "X-ELDERLY", "case": CASE, "citizen_view": {"visibility": "shown"}
        });
        document(&TESTILA, ASSESSMENT, &self.content, [TESTILA.version(1, self.version), own])
    }
}

/// A document of a worker, put together and not yet signed; `own` are the metadata that others do
/// not share. The display form is made from the content by the structure, as a client system would.
pub(super) fn document(
    desk: &Desk,
    structure: &str,
    content: &Value,
    own: [Value; 2],
) -> Result<EnvelopeBuilder<'static>, CommandError> {
    let structure = builtin::structures()
        .filter_map(|(_, json)| Structure::parse(json.as_bytes()).ok())
        .find(|known| known.oid().as_str() == structure)
        .ok_or_else(|| CommandError::Other("a built-in structure is missing".into()))?;
    let ([unit, _], [id, family_name, given_names]) = (desk.units, desk.worker);
    let mut metadata = json!({
        "structure": structure.oid(),
        "type_code": structure.code(),
        "language": "fi",
        "generation": "phase2",
        "clients": [{"id": CLIENT, "family_name": "Testinen", "given_names": "Aino"}],
        "controller": desk.controller,
        "register": "client",
        "organiser": desk.organiser,
        "provider": desk.organiser,
        "unit": unit,
        "authors": [{
            "id": id, "family_name": family_name, "given_names": given_names,
            "title": "Sosiaalityöntekijä", "unit": unit
        }],
        "written_at": now()
    });
    for own in own {
        if let (Value::Object(all), Value::Object(own)) = (&mut metadata, own) {
            all.extend(own);
        }
    }
    let form = structure.render(content, Language::Fi);
    Ok(EnvelopeBuilder::new(metadata).data(content.clone()).text(MediaType::Xhtml, &form))
}

/// The client, as the content of documents names her.
pub(super) fn client() -> Value {
    json!({
        "sukunimi": "Testinen",
        "etunimet": "Aino",
        "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": CLIENT}
    })
}

/// A coded value of the content: `set` is the last arc of a national code set.
pub(super) fn coded(set: &str, code: &str, display: &str) -> Value {
    json!({"system": format!("urn:oid:1.2.246.537.6.{set}"), "code": code, "display": display})
}

/// Now, to the second, as client systems tell it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
