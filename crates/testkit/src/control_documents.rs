//! Whatever the builders of cases, clientships and wills make is right: by the built-in structures and by
//! the national ones, and by the rules in words.

use jiff::civil::date;
use varanto_documents::Structure;
use varanto_documents::control::Circumstances;
use varanto_model::{Metadata, Pointer};

use crate::{
    Draft, Site, TestClient, TestPerson, TestRepresentative, UnitEntry, builtin_structure, codes,
    fresh_case, fresh_client, fresh_oid, national_structures,
};

/// The structures with the identifier that the draft names.
fn structures(draft: &Draft) -> Vec<Structure> {
    let oid = draft.metadata["structure"].as_str().unwrap();
    let national = national_structures().into_iter().map(|national| national.structure);
    let national = national.filter(|structure| structure.oid().as_str() == oid);
    [builtin_structure(oid)].into_iter().chain(national).collect()
}

fn is_right(draft: &Draft) {
    let metadata = Metadata::parse(&draft.metadata, &Pointer::root());
    assert!(metadata.is_ok(), "{:?}", metadata.unwrap_err());
    let codes = codes();
    let circumstances =
        Circumstances { today: date(2026, 9, 2), codes: &codes, by_professional: true };
    for structure in structures(draft) {
        let faults =
            structure.validate(draft.data(), &Pointer::root(), &codes, circumstances.today);
        assert!(faults.is_empty(), "{faults:?}");
        let control = structure.control().unwrap();
        let faults = control.check(draft.data(), &Pointer::root(), circumstances);
        assert!(faults.is_empty(), "{faults:?}");
    }
}

async fn maija() -> TestPerson {
    Site::fresh().await.person("S-1001")
}

#[tokio::test]
async fn cases_are_right_in_all_their_varieties() {
    let maija = maija().await;
    let (one, other) = (fresh_client(), TestClient::of(&fresh_client()));
    let case = Draft::case(&maija, &one, &fresh_case());
    let nameless = TestClient::temporary("1.2.246.10.99990001.22.2026.1", "2026-01-02");
    let joint = case.clone().with_client(
        other
            .named("Kokeinen", "Eino")
            .joining("2025-01-02T10:00:00Z")
            .leaving("2025-03-01T10:00:00Z"),
    );
    for case in [
        case.clone(),
        case.clone().service_task("10").opened("2025-01-01").closed("2026-01-31"),
        case.clone().closed("2026-01-31").reopened(),
        case.joint(),
        joint,
        Draft::case(&maija, &nameless, &fresh_case()),
    ] {
        let first = case.draft();
        assert_eq!(first.metadata["group"], "case");
        is_right(&first);
        let second = case.closed("2026-08-31").version_after(&first);
        assert_eq!(second.metadata["version"], 2);
        assert_ne!(first.data(), second.data());
        is_right(&second);
    }
}

#[tokio::test]
async fn clientships_are_right_in_all_their_varieties() {
    let maija = maija().await;
    let clientship = Draft::clientship(&maija, &fresh_client());
    let nameless = TestClient::temporary("1.2.246.10.99990001.22.2026.2", "2026-01-02");
    let produced = clientship.clone().producer(
        UnitEntry::of("1.2.246.10.99990002.10.3")
            .from("2025-01-01")
            .until("2026-12-31")
            .service("85")
            .implementer(UnitEntry::of("1.2.246.10.99990002.10.4").service("93")),
    );
    let contact = serde_json::json!({"puhelinnumero": "+358 40 0000000"});
    for clientship in [
        clientship.clone(),
        produced.clone(),
        produced.task("10").unit(UnitEntry::of("1.2.246.10.99990001.10.2")),
        clientship.clone().unit_of_no_task(UnitEntry::of("1.2.246.10.99990001.10.3")),
        clientship.clone().turvakielto().about_client("yhteystiedot", contact),
        clientship.clone().turvakielto_until("2027-01-01"),
        clientship.started("2024-01-02"),
        Draft::clientship(&maija, &nameless),
        Draft::clientship(&maija, TestClient::of(&fresh_client()).born("1930-01-01"))
            .old()
            .started("2010-01-01")
            .ended("2019-12-31")
            .bare(),
    ] {
        let first = clientship.draft();
        assert_eq!(first.metadata["group"], "clientship");
        is_right(&first);
        let second = clientship.ended("2026-08-31").version_after(&first);
        assert_ne!(first.data(), second.data());
        is_right(&second);
    }
}

#[tokio::test]
async fn wills_and_notices_are_right_in_all_their_varieties() {
    let maija = maija().await;
    let client = fresh_client();
    let guardian = TestRepresentative::of(&fresh_client());
    let public = TestRepresentative::public_guardian("EV-17").until("2026-12-31");
    let informing = Draft::informing(&maija, &client);
    let permit = Draft::permit(&maija, &client);
    let (document, controller) = (fresh_oid(), maija.organisation.controller.clone().unwrap().oid);
    let denial = Draft::denial(&maija, &client).document(&document).controller(&controller);
    let denial = denial.on("2026-09-02").represented_by(guardian.clone()).service_task("20");
    let representation = Draft::representation(&maija, &client);
    let notice = Draft::disclosure_notice(&maija, &client);
    for (group, first, second) in [
        (
            "informing",
            informing.draft(),
            informing.language("sv").on("2026-09-02").represented_by(guardian.clone()).draft(),
        ),
        (
            "permit",
            permit.draft(),
            permit.refused().on("2026-09-02").represented_by(public.clone()).draft(),
        ),
        ("denial", denial.draft(), denial.clone().service_task("10").document(&controller).draft()),
        ("denial", denial.clone().nothing().draft(), denial.draft()),
        (
            "representation",
            representation.draft(),
            representation.represented_by(guardian).represented_by(public).draft(),
        ),
        (
            "disclosure_notice",
            notice.draft(),
            notice.with_client(&fresh_client()).what("").document(&document).draft(),
        ),
    ] {
        assert_eq!(first.metadata["group"], group);
        assert_ne!(first.data(), second.data());
        is_right(&first);
        is_right(&second);
    }
    // The national structure has no denial of everything.
    let everything = Draft::denial(&maija, &client).everything().draft();
    let own = builtin_structure(everything.metadata["structure"].as_str().unwrap());
    let faults = own.validate(everything.data(), &Pointer::root(), &codes(), date(2026, 9, 2));
    assert!(faults.is_empty(), "{faults:?}");
}
