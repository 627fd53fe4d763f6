//! What declarations of will say, and what they say together.

use super::*;
use varanto_model::Language;

pub(super) const CLIENT: &str = "010594Y9032";
const GUARDIAN: &str = "010190-900P";

fn client() -> Value {
    json!({"sukunimi": "Testinen", "etunimet": "Aino", "henkilotunnus": {"value": CLIENT}})
}

fn guardian() -> Value {
    json!({
        "sukunimi": "Testinen", "etunimet": "Onni", "henkilotunnus": {"value": GUARDIAN},
        "rooli": coded("1.2.246.537.6.1284", "31"),
    })
}

fn informing_json() -> Value {
    json!({"informointiasiakirja": {
        "asiakas": client(),
        "informointi": {
            "infotekstin_versio": "1", "infotekstin_kieli": "sv",
            "informoinnin_ajankohta": "2026-01-10",
        },
    }})
}

fn permit_json() -> Value {
    json!({"luovutuslupa_asiakirja": {
        "asiakas": client(), "infoteksti": "x",
        "luovutusluvan_antaja_on_laillinen_edustaja": true,
        "luovutusluvan_antaja": [guardian()],
        "voimassa_oleva_luovutuslupa": {
            "luovutuslupa": true, "luovutusluvan_antamisen_ajankohta": "2026-01-11",
        },
    }})
}

const CONTROLLER: &str =
    "/rekisterinpitajaa_koskevat_luovutuskiellot/rekisterinpitajaa_koskeva_luovutuskielto/0";
const TASKS: &str =
    "/palvelutehtavaa_koskevat_luovutuskiellot/palvelutehtavaa_koskeva_luovutuskielto/0";
const DOCUMENT: &str = "/asiakirjoja_koskevat_luovutuskiellot/asiakirjaa_koskeva_luovutuskielto/0";

fn denial_json() -> Value {
    let day = "2026-01-12";
    json!({"kieltoasiakirja": {
        "asiakas": client(), "infoteksti": "x",
        "kaikkia_tietoja_koskeva_luovutuskielto": {"kiellon_asettamisen_ajankohta": day},
        "rekisterinpitajaa_koskevat_luovutuskiellot": {"rekisterinpitajaa_koskeva_luovutuskielto": [{
            "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan": [
                coded("1.2.246.537.6.202", unit(0).as_str()),
                coded("1.2.246.537.6.202", unit(9).as_str()),
            ],
            "kiellon_asettamisen_ajankohta": day,
            "kieltaja_on_laillinen_edustaja": true,
            "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen": [guardian()],
        }]},
        "palvelutehtavaa_koskevat_luovutuskiellot": {"palvelutehtavaa_koskeva_luovutuskielto": [{
            "palvelutehtava_jonka_tietojen_luovutus_kielletaan": [coded("1.2.246.537.6.1221", "20")],
            "kiellon_asettamisen_ajankohta": day,
        }]},
        "asiakirjoja_koskevat_luovutuskiellot": {"asiakirjaa_koskeva_luovutuskielto": [{
            "asiakirja_jonka_luovutus_kielletaan": [{"oid_tunnus": {"value": oid(11).as_str()}}],
            "kiellon_asettamisen_ajankohta": day,
        }]},
    }})
}

fn representation_json() -> Value {
    json!({"edustusasiakirja": {
        "asiakas": client(),
        "edustaja": [
            with(guardian(), "edustuksen_alkamispaiva", json!("2026-01-13")),
            {
                "sukunimi": "Edunvalvonta", "etunimet": "Julkinen",
                "edunvalvojan_tunniste": " EV-17 ", "rooli": coded("1.2.246.537.6.1284", "32"),
                "edustuksen_alkamispaiva": "2026-02-01", "edustuksen_paattymispaiva": "2026-02-28",
            },
        ],
    }})
}

fn notice_json() -> Value {
    json!({"luovutusilmoitus": {
        "asiakas": [client()],
        "luovutetut_tiedot": "Palvelutarpeen arvio",
        "luovutetut_asiakirjat": [{"oid_tunnus": {"value": oid(11).as_str()}}],
        "tietojen_luovuttamisen_paivamaara": "2026-01-14",
        "luovutustapa": "puhelin",
        "tietojen_vastaanottaja": {"sukunimi": "Saaja", "etunimet": "Ulla", "organisaatio": "Kela"},
        "tietojen_luovuttaja": {"sukunimi": "Testinen", "etunimet": "Sisu"},
        "perustelu": "Laki", "kayttotarkoitus_johon_tiedot_on_luovutettu": "Etuusasia",
        "laatija": {"sukunimi": "Testinen", "etunimet": "Sisu"},
    }})
}

type Told = Vec<(String, &'static str)>;

fn read<T>(
    read: impl Fn(&Value, &Pointer) -> Result<T, varanto_model::Faults>,
    content: &Value,
) -> Result<T, Told> {
    read(content, &Pointer::root()).map_err(|faults| told(&faults))
}

pub(super) fn informing() -> InformingDocument {
    read(InformingDocument::read, &informing_json()).unwrap()
}

pub(super) fn permit() -> PermitDocument {
    read(PermitDocument::read, &permit_json()).unwrap()
}

pub(super) fn denial() -> DenialDocument {
    read(DenialDocument::read, &denial_json()).unwrap()
}

pub(super) fn representation() -> RepresentationDocument {
    read(RepresentationDocument::read, &representation_json()).unwrap()
}

/// A person is known by a name that tells nothing; public guardians have none.
pub(super) fn opaque(identifier: &RepresentativeIdentifier) -> Option<String> {
    match identifier {
        RepresentativeIdentifier::PersonalIdentityCode(_) => Some("17".into()),
        RepresentativeIdentifier::Temporary(_) | RepresentativeIdentifier::Guardian(_) => None,
    }
}

/// REQ DIS-01
#[test]
fn an_informing_tells_client_day_and_the_text_in_its_version_and_language() {
    let read = informing();
    let ClientIdentifier::PersonalIdentityCode(code) = &read.client else { panic!("a real one") };
    assert_eq!(code.expose(), CLIENT);
    assert_eq!((read.day, read.text_version.as_str()), (date(2026, 1, 10), "1"));
    assert_eq!((read.language, read.representatives.len()), (Language::Sv, 0));
    assert_eq!(read.places.client.as_str(), "/informointiasiakirja/asiakas");
    let version = "/informointiasiakirja/informointi/infotekstin_versio";
    assert_eq!(read.places.text_version.as_str(), version);
}

/// REQ DIS-02
#[test]
fn a_permit_says_yes_or_no_on_a_day_and_who_spoke() {
    let read_it = permit();
    assert_eq!((read_it.given, read_it.day), (true, date(2026, 1, 11)));
    let [spoke] = read_it.representatives.as_slice() else { panic!("one spoke") };
    assert_eq!((spoke.role.as_str(), opaque(&spoke.identifier)), ("31", Some("17".into())));
    let no = [("/voimassa_oleva_luovutuslupa/luovutuslupa", json!(false))];
    assert!(!read(PermitDocument::read, &changed(permit_json(), &no)).unwrap().given);
}

/// REQ DIS-03
#[test]
fn a_denial_tells_every_thing_that_is_denied_as_an_entry_of_its_own() {
    let read = denial();
    let scopes: Vec<_> = read.entries.iter().map(|entry| entry.scope.clone()).collect();
    assert_eq!(
        scopes,
        [
            DenialScope::Everything,
            DenialScope::Controller(unit(0)),
            DenialScope::Controller(unit(9)),
            DenialScope::ServiceTask(Code::parse("20").unwrap()),
            DenialScope::Document(oid(11)),
        ]
    );
    let persons: Vec<_> = read.entries.iter().map(|entry| entry.representatives.len()).collect();
    assert_eq!(persons, [0, 1, 1, 0, 0], "the guardian denied both controllers");
    assert!(read.entries.iter().all(|entry| entry.day == date(2026, 1, 12)));
    let place = format!(
        "/kieltoasiakirja{CONTROLLER}/rekisterinpitaja_jonka_tietojen_luovutus_kielletaan/1"
    );
    assert_eq!(read.entries[2].at.as_str(), place);
}

/// REQ DIS-03: a denial that is not understood is never taken for none.
#[test]
fn a_denial_in_a_form_that_is_not_known_is_a_fault() {
    let broken = |change: fn(&mut Value)| {
        let mut content = denial_json();
        change(&mut content["kieltoasiakirja"]);
        let faults = DenialDocument::read(&content, &Pointer::root()).unwrap_err();
        let found = faults.as_slice().iter().find(|fault| fault.code == "unknown-denial");
        found.unwrap_or_else(|| panic!("{faults:?}")).pointer.to_string()
    };
    let tasks = "palvelutehtavaa_koskevat_luovutuskiellot";
    let list = "palvelutehtavaa_koskeva_luovutuskielto";
    assert_eq!(
        broken(|root| root["yksikkoa_koskevat_luovutuskiellot"] = json!({})),
        "/kieltoasiakirja/yksikkoa_koskevat_luovutuskiellot"
    );
    assert_eq!(
        broken(|root| {
            root["palvelutehtavaa_koskevat_luovutuskiellot"] = json!({"kielto": []});
        }),
        format!("/kieltoasiakirja/{tasks}/kielto")
    );
    assert_eq!(
        broken(|root| {
            root["palvelutehtavaa_koskevat_luovutuskiellot"] =
                json!({"palvelutehtavaa_koskeva_luovutuskielto": {}});
        }),
        format!("/kieltoasiakirja/{tasks}/{list}")
    );
}

/// REQ DIS-03: the last denial is withdrawn by a version without one.
#[test]
fn a_denial_of_nothing_is_read_and_denies_nothing() {
    let none = [
        ("/kaikkia_tietoja_koskeva_luovutuskielto", json!(null)),
        ("/rekisterinpitajaa_koskevat_luovutuskiellot", json!(null)),
        ("/palvelutehtavaa_koskevat_luovutuskiellot", json!(null)),
        ("/asiakirjoja_koskevat_luovutuskiellot", json!(null)),
    ];
    assert_eq!(read(DenialDocument::read, &changed(denial_json(), &none)).unwrap().entries, []);
}

/// REQ CIT-05
#[test]
fn a_representation_tells_who_acts_as_what_and_when() {
    let read = representation();
    let [guardian, public] = read.representatives.as_slice() else { panic!("two") };
    assert_eq!((guardian.role.as_str(), guardian.last), ("31", None));
    assert_eq!((public.first, public.last), (date(2026, 2, 1), Some(date(2026, 2, 28))));
    let RepresentativeIdentifier::Guardian(known) = &public.identifier else { panic!("a text") };
    assert_eq!(known.expose(), "EV-17");
    assert_eq!(public.at.as_str(), "/edustusasiakirja/edustaja/1");
}

/// REQ DIS-06
#[test]
fn a_notice_tells_what_was_disclosed_to_whom_how_why_and_on_what_ground() {
    let read_it = read(DisclosureNotice::read, &notice_json()).unwrap();
    assert_eq!(read_it.clients.len(), 1);
    assert_eq!(read_it.what, "Palvelutarpeen arvio");
    assert_eq!(
        (read_it.documents.as_slice(), read_it.day),
        ([oid(11)].as_slice(), date(2026, 1, 14))
    );
    assert_eq!(read_it.receiver_name, "Saaja Ulla");
    assert_eq!(read_it.receiver_organisation.as_deref(), Some("Kela"));
    assert_eq!((read_it.ground.as_str(), read_it.purpose.as_str()), ("Laki", "Etuusasia"));
    assert_eq!(read_it.means.as_str(), "telephone");
    let documents_alone = changed(notice_json(), &[("/luovutetut_tiedot", json!(null))]);
    assert_eq!(read(DisclosureNotice::read, &documents_alone).unwrap().what, "");
    let nothing = changed(documents_alone, &[("/luovutetut_asiakirjat", json!(null))]);
    let found = read(DisclosureNotice::read, &nothing).unwrap_err();
    assert_eq!(found, [("/luovutetut_tiedot".into(), "missing")]);
}

#[test]
fn what_no_will_can_be_read_from_is_a_fault_at_its_place() {
    let given = "/informointi";
    for (path, value, place, code) in [
        ("/asiakas", json!(null), "", "missing"),
        ("/asiakas/henkilotunnus/value", json!("x"), "", "not-an-identity-code"),
        (given, json!(null), "", "missing"),
        ("/informointi/infotekstin_versio", json!("  "), "", "missing"),
        ("/informointi/infotekstin_kieli", json!("se"), "", "not-in-list"),
        ("/informointi/informoinnin_ajankohta", json!("2026-01"), "", "not-a-day"),
        (
            "/informoitu_edustaja",
            json!([{}]),
            "/0/henkilotunnus",
            "representative-identity-missing",
        ),
    ] {
        let found = read(InformingDocument::read, &changed(informing_json(), &[(path, value)]));
        assert_eq!(found.unwrap_err()[0], (format!("{path}{place}"), code));
    }
    for (path, value, code) in [
        ("/voimassa_oleva_luovutuslupa", json!(null), "missing"),
        ("/voimassa_oleva_luovutuslupa/luovutuslupa", json!(null), "missing"),
        (
            "/voimassa_oleva_luovutuslupa/luovutusluvan_antamisen_ajankohta",
            json!("2026"),
            "not-a-day",
        ),
        ("/luovutusluvan_antaja/0/rooli", json!(null), "missing"),
        ("/luovutusluvan_antaja/0/henkilotunnus/value", json!("x"), "not-an-identity-code"),
    ] {
        let found = read(PermitDocument::read, &changed(permit_json(), &[(path, value)]));
        assert_eq!(found.unwrap_err(), [(path.to_owned(), code)]);
    }
    let things = "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan";
    let task = "palvelutehtava_jonka_tietojen_luovutus_kielletaan";
    let document = "asiakirja_jonka_luovutus_kielletaan/0/oid_tunnus";
    for (path, value, code) in [
        (format!("{CONTROLLER}/{things}"), json!([]), "missing"),
        (format!("{CONTROLLER}/{things}/0/code"), json!("x"), "not-an-oid"),
        (format!("{TASKS}/{task}/0/code"), json!("ä"), "not-a-code"),
        (format!("{TASKS}/kiellon_asettamisen_ajankohta"), json!("2026-01"), "not-a-day"),
        (format!("{DOCUMENT}/{document}"), json!(null), "missing"),
        (format!("{DOCUMENT}/{document}/value"), json!("x"), "not-an-oid"),
    ] {
        let found = read(DenialDocument::read, &changed(denial_json(), &[(&path, value)]));
        assert_eq!(found.unwrap_err(), [(path, code)]);
    }
    for (path, value, code) in [
        ("/edustaja/1/edunvalvojan_tunniste", json!(" "), "not-a-guardian-identifier"),
        ("/edustaja/1/edunvalvojan_tunniste", json!("x".repeat(201)), "not-a-guardian-identifier"),
        ("/edustaja/0/edustuksen_alkamispaiva", json!(null), "missing"),
        ("/edustaja/1/edustuksen_paattymispaiva", json!("2026-02"), "not-a-day"),
    ] {
        let content = changed(representation_json(), &[(path, value)]);
        let found = read(RepresentationDocument::read, &content);
        assert_eq!(found.unwrap_err(), [(path.to_owned(), code)]);
    }
    for (path, value, place, code) in [
        ("/asiakas", json!([]), "", "missing"),
        ("/luovutustapa", json!("posti"), "", "not-in-list"),
        ("/luovutetut_asiakirjat/0/oid_tunnus", json!({"value": "x"}), "/value", "not-an-oid"),
        ("/tietojen_vastaanottaja", json!(null), "", "missing"),
        ("/perustelu", json!(""), "", "missing"),
    ] {
        let found = read(DisclosureNotice::read, &changed(notice_json(), &[(path, value)]));
        assert_eq!(found.unwrap_err(), [(format!("{path}{place}"), code)]);
    }
    for odd in [json!(null), json!([]), json!({}), json!({"kieltoasiakirja": []})] {
        assert!(read(InformingDocument::read, &odd).is_err());
        assert!(read(PermitDocument::read, &odd).is_err());
        assert!(read(DenialDocument::read, &odd).is_err());
        assert!(read(RepresentationDocument::read, &odd).is_err());
        assert!(read(DisclosureNotice::read, &odd).is_err());
    }
}

/// Every document that the rules let pass can be read.
#[test]
fn every_example_of_a_will_is_read() {
    let codes = codes();
    let own: Vec<_> =
        builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap()).collect();
    let mut read = 0;
    for structure in own.iter().chain(national().iter().map(|(_, structure, _)| structure)) {
        let Some(control) = structure.control() else { continue };
        for seed in 0..10 {
            for content in
                [example::minimal(structure, &codes, seed), example::full(structure, &codes, seed)]
            {
                let at = Pointer::root();
                let faults = match control {
                    Control::Case | Control::Clientship => continue,
                    Control::Informing => InformingDocument::read(&content, &at).err(),
                    Control::Permit => PermitDocument::read(&content, &at).err(),
                    Control::Denial => DenialDocument::read(&content, &at).err(),
                    Control::Representation => RepresentationDocument::read(&content, &at).err(),
                    Control::DisclosureNotice => DisclosureNotice::read(&content, &at).err(),
                };
                assert_eq!(faults.map(|faults| told(&faults)), None, "{control:?}");
                read += 1;
            }
        }
    }
    assert!(read >= 100, "{read}");
}

/// A will of one document of each kind.
fn whole() -> Will {
    let mut will = Will::default();
    let now = at("2026-02-01T08:00:00.0000019Z");
    will.put_informing(&oid(1), &unit(0), &informing(), now);
    will.put_permit(&oid(2), &unit(0), &permit(), now);
    let resolve = |named: &Oid| (*named == oid(11)).then(|| oid(10));
    will.put_denial(&oid(3), &unit(9), &denial(), resolve, now);
    will.put_representation(&oid(4), &unit(9), &representation(), opaque, now);
    will
}

/// REQ DIS-01 REQ DIS-02
#[test]
fn without_informing_and_permit_there_is_none() {
    let will = Will::default();
    assert!(will.is_empty() && !will.is_informed() && will.permit().is_none());
    let mut will = whole();
    assert!(!will.is_empty() && will.is_informed());
    assert!(will.permit().unwrap().1.given);
    will.annul(&oid(1), at("2026-03-01T08:00:00Z"));
    will.annul(&oid(2), at("2026-03-01T08:00:00Z"));
    assert!(!will.is_informed() && will.permit().is_none() && !will.is_empty());
    let informings: Vec<_> = will.informings().map(|(_, kept)| kept.annulled_at).collect();
    assert_eq!(
        informings,
        [Some(at("2026-03-01T08:00:00Z"))],
        "it is kept, and said to be annulled"
    );
}

/// REQ DIS-03
#[test]
fn a_denied_document_is_known_by_its_original_and_by_the_identifier_in_the_denial() {
    let will = whole();
    let (document, denial) = will.denials_in_force().next().unwrap();
    assert_eq!((document, &denial.controller), (&oid(3), &unit(9)));
    let named = DeniedScope::Document { named: oid(11), original: oid(10) };
    assert!(denial.entries.iter().any(|entry| entry.scope == named));
    let mut unknown = Will::default();
    unknown.put_denial(&oid(3), &unit(9), &self::denial(), |_| None, at("2026-02-01T08:00:00Z"));
    let named = DeniedScope::Document { named: oid(11), original: oid(11) };
    let (_, denial) = unknown.denials().next().unwrap();
    assert!(denial.entries.iter().any(|entry| entry.scope == named));
}

/// REQ CIT-05
#[test]
fn a_representative_is_found_by_the_opaque_name_on_days_of_the_representation() {
    let mut will = whole();
    let roles = |will: &Will, name: &str, day| -> Vec<String> {
        will.represents(name, day).map(|person| person.role.as_str().to_owned()).collect()
    };
    assert_eq!(roles(&will, "17", date(2026, 1, 12)), [""; 0]);
    assert_eq!(roles(&will, "17", date(2026, 1, 13)), ["31"]);
    assert_eq!(roles(&will, "18", date(2026, 2, 2)), [""; 0]);
    let kept: Vec<_> = will.representations().flat_map(|(_, kept)| &kept.representatives).collect();
    assert_eq!(kept.len(), 2, "one without a name is kept");
    assert!(!kept[0].holds_on(date(2026, 3, 1)) && kept[0].holds_on(date(2026, 2, 28)));
    will.annul(&oid(4), at("2026-03-01T08:00:00Z"));
    assert_eq!(roles(&will, "17", date(2026, 1, 13)), [""; 0]);
}

#[test]
fn the_stored_form_of_a_will_is_short_and_what_cannot_be_read_is_an_error() {
    let mut will = whole();
    will.annul(&oid(2), at("2026-03-01T00:00:00.000001Z"));
    let text = serde_json::to_string_pretty(&will).unwrap();
    insta::assert_snapshot!(text);
    assert!(serde_json::from_str::<Will>(&text).unwrap() == will);
    assert_eq!(serde_json::to_string(&Will::default()).unwrap(), "{}");
    for broken in [
        text.replace("2026-01-12", "2026-02-31"),
        text.replace("\"annulled\"", "\"cancelled\""),
        text.replace("\"stored\"", "\"kept\""),
        text.replace("\"everything\"", "\"nothing\""),
        text.replace("1772323200000001", "9223372036854775807"),
        "null".into(),
    ] {
        assert_ne!(broken, text);
        assert!(serde_json::from_str::<Will>(&broken).is_err(), "{broken}");
    }
}

#[test]
fn neither_debugging_output_nor_the_stored_form_shows_who_a_person_is() {
    let (will, notice) = (whole(), read(DisclosureNotice::read, &notice_json()).unwrap());
    let stored = serde_json::to_string(&will).unwrap();
    let text = format!(
        "{:?} {:?} {:?} {:?} {will:?} {notice:?} {:?} {:?} {:?} {stored}",
        informing(),
        permit(),
        denial(),
        representation(),
        representation().representatives,
        permit().representatives,
        notice.clients,
    );
    for hidden in [CLIENT, GUARDIAN, "EV-17", "Testinen", "Kela"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}
