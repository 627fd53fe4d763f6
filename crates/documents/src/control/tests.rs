//! Each rule: a document that is right, one change, exactly the fault.

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::{builtin, example};

fn structure(kind: Control) -> Structure {
    let found = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap());
    found.into_iter().find(|s| s.control() == Some(kind)).unwrap()
}

fn full(kind: Control) -> Value {
    example::full(&structure(kind), &builtin::code_sets().unwrap(), 1)
}

/// What is found after changes to the full example: `path = value`, or `path` alone to leave out.
fn after(kind: Control, changes: &[(&str, Option<Value>)]) -> Vec<(String, &'static str)> {
    let mut document = full(kind);
    for (path, value) in changes {
        let path = format!("/{}{path}", kind.root());
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
        match (parent, value) {
            (Value::Object(members), Some(value)) => {
                drop(members.insert(name.into(), value.clone()));
            }
            (Value::Object(members), None) => assert!(members.remove(name).is_some(), "no {path}"),
            (Value::Array(list), Some(value)) => {
                list[name.parse::<usize>().unwrap()] = value.clone();
            }
            (Value::Array(list), None) => drop(list.remove(name.parse().unwrap())),
            _ => panic!("no {path}"),
        }
    }
    let codes = builtin::code_sets().unwrap();
    let circumstances =
        Circumstances { today: date(2026, 1, 1), codes: &codes, by_professional: true };
    let faults = kind.check(&document, &Pointer::root(), circumstances);
    let root = format!("/{}", kind.root());
    let found = faults.as_slice().iter();
    found.map(|f| (f.pointer.as_str().strip_prefix(&root).unwrap().to_owned(), f.code)).collect()
}

fn assert_fault(kind: Control, changes: &[(&str, Option<Value>)], pointer: &str, code: &str) {
    let found = after(kind, changes);
    assert_eq!(found, [(pointer.to_owned(), code)].map(|(p, c)| (p, c)), "{changes:?}");
}

fn role(code: &str) -> Value {
    json!([{"system": "urn:oid:1.2.246.537.6.1284", "code": code, "display": "x"}])
}

#[test]
fn clientship_rules_that_an_active_clientship_can_break() {
    let kind = Control::Clientship;
    for (path, code) in [
        ("/asiakkuuden_yksilointitunnus", "clientship-id-missing"),
        ("/palvelunjarjestajan_toimintayksikko", "organiser-missing"),
        ("/sosiaalihuollon_palvelutehtava", "service-task-missing"),
        ("/sosiaalihuollon_asiakkuus/asiakkuuden_paattymispvm", "end-missing"),
        ("/asiakkaaseen_liittyvat_henkilot/0/toimivalta", "authority-missing"),
    ] {
        assert_fault(kind, &[(path, None)], path, code);
    }
    assert_fault(
        kind,
        &[
            ("/palvelunjarjestajan_palveluyksikko", None),
            ("/sosiaalihuollon_palvelutehtava/0/palvelunjarjestajan_palveluyksikko", None),
            (
                "/sosiaalihuollon_palvelutehtava/1/palvelunjarjestajan_palveluyksikko",
                Some(json!([])),
            ),
        ],
        "/palvelunjarjestajan_palveluyksikko",
        "service-unit-missing",
    );
    let fixed = "/riskitieto/1/voimassa_maaraajan";
    let end = "/riskitieto/1/maaraaikaisen_riskitiedon_paattymispaiva";
    assert_fault(kind, &[(fixed, Some(json!(false)))], end, "not-a-fixed-term");
}

#[test]
fn a_client_is_known_by_an_identity_code_or_a_temporary_identifier_with_a_birth_date() {
    let (real, temporary) = ("/asiakas/henkilotunnus", "/asiakas/tilapainen_yksilointitunnus");
    let kind = Control::Clientship;
    assert_fault(kind, &[(real, None), (temporary, None)], real, "identity-missing");
    let birth = "/asiakas/syntymaaika";
    assert_fault(kind, &[(real, None), (birth, None)], birth, "birth-date-missing");
    assert_eq!(after(kind, &[(real, None)]), []);
    let value = "/asiakas/tilapainen_yksilointitunnus/value";
    assert_fault(kind, &[(value, Some(json!("x")))], value, "not-a-temporary-identifier");
    let (real, temporary) = ("/asiakas/1/henkilotunnus", "/asiakas/1/tilapainen_yksilointitunnus");
    assert_fault(Control::Case, &[(real, None), (temporary, None)], real, "identity-missing");
}

#[test]
fn an_old_clientship_needs_no_unit_but_code_birth_date_and_end() {
    let kind = Control::Clientship;
    let old = ("/sosiaalihuollon_asiakkuus/vanha_asiakkuus", Some(json!(true)));
    let bare = [
        old.clone(),
        ("/asiakkuuden_yksilointitunnus", None),
        ("/palvelunjarjestajan_toimintayksikko", None),
        ("/palvelunjarjestajan_palveluyksikko", None),
        ("/sosiaalihuollon_palvelutehtava", None),
    ];
    assert_eq!(after(kind, &bare), []);
    for (path, code) in [
        ("/asiakas/henkilotunnus", "identity-missing"),
        ("/asiakas/syntymaaika", "birth-date-missing"),
        ("/sosiaalihuollon_asiakkuus/asiakkuuden_paattymispvm", "end-missing"),
    ] {
        assert_fault(kind, &[old.clone(), (path, None)], path, code);
    }
}

#[test]
fn protected_contact_data_are_left_out_but_telephone_and_contact_address() {
    let kind = Control::Clientship;
    let found = after(kind, &[("/asiakas/turvakielto", Some(json!(true)))]);
    let places = [
        "/kotikunta",
        "/tilapainen_asuinkunta",
        "/yhteystiedot/osoite",
        "/yhteystiedot/tilapainen_osoite",
        "/yhteystiedot/sahkopostiosoite",
    ];
    let wanted: Vec<_> =
        places.iter().map(|p| (format!("/asiakas{p}"), "protected-contact-data")).collect();
    assert_eq!(found, wanted);

    let person = "/asiakkaaseen_liittyvat_henkilot/0";
    let protected = (format!("{person}/turvakielto"), Some(json!(true)));
    assert_eq!(after(kind, &[(&protected.0, protected.1.clone())]), [], "a representative's stay");
    let found =
        after(kind, &[(&protected.0, protected.1), (&format!("{person}/rooli"), Some(role("99")))]);
    assert!(found.contains(&(format!("{person}/yhteystiedot"), "protected-contact-data")));
}

#[test]
fn what_belongs_to_a_role_stands_only_with_that_role() {
    let person = "/asiakkaaseen_liittyvat_henkilot/0";
    for (code, allowed) in [
        ("12", &["vanhemman_tiedonsaantioikeus"][..]),
        ("31", &["toimivalta", "huoltajuus"]),
        ("32", &["toimivalta", "edunvalvonta"]),
        ("33", &["toimivalta", "edunvalvontavaltuutus"]),
        ("34", &["toimivalta"]),
        ("99", &[]),
    ] {
        let found = after(Control::Clientship, &[(&format!("{person}/rooli"), Some(role(code)))]);
        let all = [
            "toimivalta",
            "edunvalvonta",
            "edunvalvontavaltuutus",
            "huoltajuus",
            "vanhemman_tiedonsaantioikeus",
        ];
        let refused = all.iter().filter(|name| !allowed.contains(name));
        let wanted: Vec<_> =
            refused.map(|name| (format!("{person}/{name}"), "not-for-this-role")).collect();
        assert_eq!(found, wanted, "{code}");
    }
}

#[test]
fn no_end_is_before_its_beginning_and_units_are_named_by_identifiers() {
    let kind = Control::Clientship;
    let task = "/sosiaalihuollon_palvelutehtava/0";
    for unit in [
        "/palvelunjarjestajan_palveluyksikko/1",
        &format!("{task}/palvelunjarjestajan_palveluyksikko/0"),
        &format!("{task}/palveluntuottaja/0"),
        &format!("{task}/palveluntuottaja/0/palveluntoteuttaja/1"),
    ] {
        let end = format!("{unit}/asiakkuuden_paattymispvm");
        assert_fault(kind, &[(&end, Some(json!("2023")))], &end, "ends-before-it-starts");
        let code = format!("{unit}/palveluyksikon_nimi/code");
        assert_fault(kind, &[(&code, Some(json!("Unit 3")))], &code, "not-an-oid");
    }
    let leaving = "/asiakas/0/asiasta_poistumishetki";
    assert_fault(
        Control::Case,
        &[(leaving, Some(json!("2023-12-31T23:59:00Z")))],
        leaving,
        "ends-before-it-starts",
    );
}

#[test]
fn case_rules() {
    let kind = Control::Case;
    let joining = "/asiakas/1/asiaan_liittymishetki";
    assert_fault(kind, &[(joining, None)], joining, "joining-moment-missing");
    let single = ("/asian_tiedot/yhteinen_asia", Some(json!(false)));
    assert_eq!(
        after(kind, std::slice::from_ref(&single)),
        [
            ("/asiakas/0/asiasta_poistumishetki", "not-a-joint-case"),
            ("/asiakas/1/asiasta_poistumishetki", "not-a-joint-case"),
            ("/asiakas/1", "not-a-joint-case")
        ]
        .map(|(p, c)| (p.to_owned(), c))
    );
    assert_eq!(
        after(kind, &[single, ("/asiakas/1", None), ("/asiakas/0/asiasta_poistumishetki", None)]),
        []
    );
    let id = "/asian_tiedot/asiatunnus/value";
    assert_fault(kind, &[(id, Some(json!("17")))], id, "not-an-oid");
    let (closed, day) =
        (("/asian_tiedot/tila/code", Some(json!("X-CLOSED"))), "/asian_tiedot/paattymispaiva");
    assert_fault(kind, &[closed.clone(), (day, None)], day, "closing-date-missing");
    assert_eq!(after(kind, &[closed]), []);
    let (other, detail) =
        (("/asian_tiedot/nimi/code", Some(json!("99"))), "/asian_tiedot/lisatieto_luokkaan_muu");
    assert_fault(kind, &[other, (detail, None)], detail, "detail-missing");
}

#[test]
fn permit_rules() {
    let kind = Control::Permit;
    let (switch, list) = ("/luovutusluvan_antaja_on_laillinen_edustaja", "/luovutusluvan_antaja");
    assert_fault(kind, &[(list, None)], list, "representative-missing");
    assert_fault(kind, &[(switch, Some(json!(false)))], list, "representative-not-declared");
    let person = "/luovutusluvan_antaja/1";
    let paths = ["henkilotunnus", "tilapainen_yksilointitunnus", "edunvalvojan_tunniste"]
        .map(|n| format!("{person}/{n}"));
    let unknown: Vec<_> = paths.iter().map(|p| (p.as_str(), None)).collect();
    assert_fault(kind, &unknown, &paths[0], "representative-identity-missing");
    let day = "/voimassa_oleva_luovutuslupa/luovutusluvan_antamisen_ajankohta";
    assert_fault(kind, &[(day, Some(json!("2026-01-02")))], day, "in-the-future");
    assert_eq!(after(kind, &[(day, Some(json!("2026-01-01")))]), []);
    assert_fault(
        kind,
        &[("/voimassa_oleva_luovutuslupa", None)],
        "/voimassa_oleva_luovutuslupa",
        "permit-missing",
    );
    let author = "/ammattihenkilon_laatima_asiakirja/laatija";
    assert_fault(kind, &[(author, None)], author, "author-missing");
    assert_fault(kind, &[("/ammattihenkilon_laatima_asiakirja", None)], author, "author-missing");
}

#[test]
fn denial_rules() {
    let kind = Control::Denial;
    let entries = [
        "/rekisterinpitajaa_koskevat_luovutuskiellot/rekisterinpitajaa_koskeva_luovutuskielto/1",
        "/palvelutehtavaa_koskevat_luovutuskiellot/palvelutehtavaa_koskeva_luovutuskielto/0",
        "/asiakirjoja_koskevat_luovutuskiellot/asiakirjaa_koskeva_luovutuskielto/0",
    ];
    for entry in entries {
        let persons = format!("{entry}/henkilo_joka_kieltaa_asiakastietojen_luovuttamisen");
        assert_fault(kind, &[(&persons, None)], &persons, "representative-missing");
        let day = format!("{entry}/kiellon_asettamisen_ajankohta");
        assert_fault(kind, &[(&day, Some(json!("2026-02")))], &day, "in-the-future");
    }
    let document = format!("{}/asiakirja_jonka_luovutus_kielletaan/1/oid_tunnus/value", entries[2]);
    assert_fault(kind, &[(&document, Some(json!("x")))], &document, "not-an-oid");
    let controller =
        format!("{}/rekisterinpitaja_jonka_tietojen_luovutus_kielletaan/0/code", entries[0]);
    assert_fault(kind, &[(&controller, Some(json!("x")))], &controller, "not-an-oid");
    let author = "/ammattihenkilon_laatima_asiakirja/laatija";
    assert_fault(kind, &[(author, None)], author, "author-missing");
}

/// REQ DIS-03
#[test]
fn the_denial_of_everything_has_the_rules_of_every_denial() {
    let kind = Control::Denial;
    let entry = "/kaikkia_tietoja_koskeva_luovutuskielto";
    let persons = format!("{entry}/henkilo_joka_kieltaa_asiakastietojen_luovuttamisen");
    assert_fault(kind, &[(&persons, None)], &persons, "representative-missing");
    let day = format!("{entry}/kiellon_asettamisen_ajankohta");
    assert_fault(kind, &[(&day, Some(json!("2026-01-02")))], &day, "in-the-future");
    assert_eq!(after(kind, &[(entry, None)]), []);
}

/// REQ DIS-01
#[test]
fn informing_rules() {
    let kind = Control::Informing;
    let (switch, list) = ("/informoitu_on_laillinen_edustaja", "/informoitu_edustaja");
    assert_fault(kind, &[(list, None)], list, "representative-missing");
    assert_fault(kind, &[(switch, Some(json!(false)))], list, "representative-not-declared");
    let day = "/informointi/informoinnin_ajankohta";
    assert_fault(kind, &[(day, Some(json!("2026-01-02")))], day, "in-the-future");
    assert_eq!(after(kind, &[(day, Some(json!("2026-01-01")))]), []);
    let version = "/informointi/infotekstin_versio";
    assert_fault(kind, &[(day, Some(json!("2021-01-01")))], version, "unknown-information-text");
    assert_fault(kind, &[(version, Some(json!("0")))], version, "unknown-information-text");
    let author = "/ammattihenkilon_laatima_asiakirja/laatija";
    assert_fault(kind, &[(author, None)], author, "author-missing");
}

/// REQ CIT-05
#[test]
fn representation_rules() {
    let kind = Control::Representation;
    let end = "/edustaja/1/edustuksen_paattymispaiva";
    assert_fault(kind, &[(end, Some(json!("2020-01-01")))], end, "ends-before-it-starts");
    assert_eq!(after(kind, &[(end, None)]), []);
    let begin = "/edustaja/0/edustuksen_alkamispaiva";
    assert_eq!(after(kind, &[(begin, Some(json!("2024-12-31")))]), []);
    let paths = ["henkilotunnus", "tilapainen_yksilointitunnus", "edunvalvojan_tunniste"]
        .map(|n| format!("/edustaja/0/{n}"));
    let unknown: Vec<_> = paths.iter().map(|p| (p.as_str(), None)).collect();
    assert_fault(kind, &unknown, &paths[0], "representative-identity-missing");
    assert_eq!(after(kind, &[("/edustaja", None)]), [], "nobody represents any more");
    let author = "/ammattihenkilon_laatima_asiakirja/laatija";
    assert_fault(kind, &[(author, None)], author, "author-missing");
}

/// The structures limit the roles of representatives to the legal ones.
#[test]
fn a_representative_is_a_legal_one() {
    for (kind, role) in [
        (Control::Informing, "/informoitu_edustaja/0/rooli/code"),
        (Control::Representation, "/edustaja/0/rooli/code"),
        (Control::Permit, "/luovutusluvan_antaja/0/rooli/code"),
    ] {
        let mut document = full(kind);
        *document.pointer_mut(&format!("/{}{role}", kind.root())).unwrap() = json!("12");
        let structure = structure(kind);
        let codes = builtin::code_sets().unwrap();
        let faults = structure.validate(&document, &Pointer::root(), &codes, date(2024, 6, 3));
        assert_eq!(faults.as_slice().len(), 1, "{kind:?}");
        assert!(faults.as_slice()[0].pointer.as_str().ends_with(role), "{kind:?}");
    }
}

/// REQ DIS-06
#[test]
fn disclosure_notice_rules() {
    let kind = Control::DisclosureNotice;
    let (real, temporary) = ("/asiakas/1/henkilotunnus", "/asiakas/1/tilapainen_yksilointitunnus");
    assert_fault(kind, &[(real, None), (temporary, None)], real, "identity-missing");
    assert_eq!(after(kind, &[(real, None)]), []);
    let (words, documents) = ("/luovutetut_tiedot", "/luovutetut_asiakirjat");
    assert_eq!(after(kind, &[(words, None)]), []);
    assert_eq!(after(kind, &[(documents, None)]), []);
    assert_fault(kind, &[(words, None), (documents, None)], words, "disclosed-data-missing");
    let blank = (words, Some(json!(" ")));
    assert_fault(kind, &[blank, (documents, None)], words, "disclosed-data-missing");
    let document = "/luovutetut_asiakirjat/0/oid_tunnus/value";
    assert_fault(kind, &[(document, Some(json!("x")))], document, "not-an-oid");
    let day = "/tietojen_luovuttamisen_paivamaara";
    assert_fault(kind, &[(day, Some(json!("2026-01-02")))], day, "in-the-future");
}

#[test]
fn a_citizen_is_no_author_and_odd_values_never_stop_the_rules() {
    let codes = builtin::code_sets().unwrap();
    let circumstances =
        Circumstances { today: date(2026, 1, 1), codes: &codes, by_professional: false };
    for kind in [
        Control::Clientship,
        Control::Case,
        Control::Permit,
        Control::Denial,
        Control::Informing,
        Control::Representation,
        Control::DisclosureNotice,
    ] {
        for odd in [json!(null), json!([]), json!({}), json!({kind.root(): []})] {
            let _ = kind.check(&odd, &Pointer::root(), circumstances);
        }
    }
    let mut document = full(Control::Denial);
    document["kieltoasiakirja"]
        .as_object_mut()
        .unwrap()
        .remove("ammattihenkilon_laatima_asiakirja");
    assert!(Control::Denial.check(&document, &Pointer::root(), circumstances).is_empty());
}
