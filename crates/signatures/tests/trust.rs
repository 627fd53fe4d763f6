//! Chains, revocation and what is remembered of them.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::sync::Arc;

use common::{HOLDER, SYSTEM, World, days, now, trust, validity};
use jiff::{SignedDuration, Timestamp};
use pki_types::{CertificateDer, UnixTime};
use proptest::prelude::*;
use varanto_signatures::{
    Certificate, CertificateError, CertificateKind, ChainError, KeyKind, MAX_CERTIFICATE_BYTES,
    Policies, TestAuthority, TestSubject, Trust, TrustError, TrustMaterial, Usage, Validity,
    certificates_from_pem, certificates_to_pem, crls_from_pem, crls_to_pem,
};

const USAGES: [Usage; 4] = [Usage::Connection, Usage::System, Usage::Card, Usage::SystemOrCard];

fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// REQ SIG-01
#[test]
fn a_system_may_connect_and_the_path_is_told_from_leaf_to_root() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let chain = world.trust.verify(system.certificate(), Usage::Connection, now()).unwrap();
    let authority = &world.authority;
    let expected =
        [system.certificate().clone(), authority.systems().clone(), authority.root().clone()];
    assert_eq!(chain.path(), expected);
    assert_eq!(chain.kind(), CertificateKind::System);
    assert_eq!(chain.leaf(), system.certificate());
    assert_eq!(chain.organisation().unwrap().as_str(), "99990001");
    assert_eq!(chain.holder(), None);
    assert_eq!(chain.crls().len(), 2, "the list of the issuer and that of the root");
}

/// REQ SIG-01
#[test]
fn each_certificate_serves_only_what_it_was_issued_for() {
    let world = World::new();
    let misissued = TestSubject::MisissuedSystem { name: "Testilä", business_id: "99990001" };
    for (subject, served) in [
        (SYSTEM, vec![Usage::Connection, Usage::System, Usage::SystemOrCard]),
        (TestSubject::ProfessionalCard(HOLDER), vec![Usage::Card, Usage::SystemOrCard]),
        (TestSubject::Server(&["localhost", "127.0.0.1", "::1"]), vec![]),
        (misissued, vec![]),
    ] {
        let issued = world.issue(&subject);
        for usage in USAGES {
            let found = world.trust.verify(issued.certificate(), usage, now());
            if served.contains(&usage) {
                assert!(found.is_ok(), "{usage:?}");
            } else {
                assert_eq!(found.unwrap_err(), ChainError::WrongUsage, "{usage:?}");
            }
        }
    }
}

#[test]
fn an_issuer_itself_serves_nothing() {
    let world = World::new();
    for issuer in [world.authority.root(), world.authority.systems()] {
        for usage in USAGES {
            assert_eq!(
                world.trust.verify(issuer, usage, now()).unwrap_err(),
                ChainError::WrongUsage
            );
        }
    }
}

#[test]
fn a_server_certificate_does_not_connect_where_policies_do_not_tell_kinds_apart() {
    let world = World::new();
    let crls = world.authority.crls(days(-1), days(6)).unwrap();
    let trust = Trust::build(world.authority.material(crls), Policies::default()).unwrap();
    let server = world.issue(&TestSubject::Server(&["localhost"]));
    let found = trust.verify(server.certificate(), Usage::Connection, now());
    assert_eq!(found.unwrap_err(), ChainError::WrongUsage);
    let system = world.issue(&SYSTEM);
    assert!(trust.verify(system.certificate(), Usage::Connection, now()).is_ok());
}

#[test]
fn issuers_are_pinned_so_that_an_issuer_for_cards_makes_no_systems() {
    let world = World::new();
    let crls = world.authority.crls(days(-1), days(6)).unwrap();
    let mut material = world.authority.material(crls);
    std::mem::swap(&mut material.system_issuers, &mut material.card_issuers);
    let trust = Trust::build(material, Policies::of_test_authority()).unwrap();
    let system = world.issue(&SYSTEM);
    let found = trust.verify(system.certificate(), Usage::Connection, now());
    assert_eq!(found.unwrap_err(), ChainError::Untrusted);
}

/// REQ SIG-01
#[test]
fn a_revoked_certificate_is_refused_as_soon_as_trust_has_the_new_list() {
    let mut world = World::new();
    let (system, other) = (world.issue(&SYSTEM), world.issue(&SYSTEM));
    let certificate = system.certificate();
    world.trust.verify(certificate, Usage::Connection, now()).unwrap();
    world.authority.revoke(certificate, now()).unwrap();
    world.trust.verify(certificate, Usage::Connection, now()).unwrap();
    let newer = trust(&world.authority);
    let found = newer.verify(certificate, Usage::Connection, now());
    assert_eq!(found.unwrap_err(), ChainError::Revoked);
    assert!(newer.verify(other.certificate(), Usage::Connection, now()).is_ok());
    assert!(newer.is_revoked(certificate.issuer(), certificate.serial()));
    assert!(!newer.is_revoked(other.certificate().issuer(), other.certificate().serial()));
    assert!(!newer.is_revoked(world.authority.root().subject(), certificate.serial()));
}

#[test]
fn nothing_holds_below_a_revoked_issuer() {
    let mut world = World::new();
    let (system, card) = (world.issue(&SYSTEM), world.issue(&TestSubject::ActorCard(HOLDER)));
    let issuer = world.authority.systems().clone();
    world.authority.revoke(&issuer, now()).unwrap();
    let trust = trust(&world.authority);
    let found = trust.verify(system.certificate(), Usage::System, now());
    assert_eq!(found.unwrap_err(), ChainError::Revoked);
    assert!(trust.verify(card.certificate(), Usage::Card, now()).is_ok());
}

#[test]
fn a_certificate_without_a_current_list_for_each_step_is_refused() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let verify = |crls: Vec<Vec<u8>>, at| {
        let trust = world.authority.trust(crls).unwrap();
        trust.verify(system.certificate(), Usage::Connection, at).map(|_| ())
    };
    let lists = world.authority.crls(days(-1), days(6)).unwrap();
    assert_eq!(verify(lists.clone(), now()), Ok(()));
    let just_before = days(6) - SignedDuration::from_secs(1);
    assert_eq!(verify(lists.clone(), just_before), Ok(()));
    assert_eq!(verify(lists.clone(), days(6)), Err(ChainError::CrlExpired));
    assert_eq!(verify(lists.clone(), days(7)), Err(ChainError::CrlExpired));
    assert_eq!(verify(vec![], now()), Err(ChainError::RevocationUnknown));
    assert_eq!(verify(lists[..1].to_vec(), now()), Err(ChainError::RevocationUnknown));
    assert_eq!(verify(lists[1..2].to_vec(), now()), Err(ChainError::RevocationUnknown));
    let newer = world.authority.crls(days(5), days(12)).unwrap();
    assert_eq!(verify([lists, newer].concat(), days(7)), Ok(()));
}

#[test]
fn a_certificate_on_an_old_list_is_revoked_also_where_no_newer_list_is_known() {
    let mut world = World::new();
    let system = world.issue(&SYSTEM);
    world.authority.revoke(system.certificate(), now()).unwrap();
    let trust = trust(&world.authority);
    let found = trust.verify(system.certificate(), Usage::Connection, days(7));
    assert_eq!(found.unwrap_err(), ChainError::Revoked);
}

#[test]
fn trust_is_not_built_from_foreign_or_damaged_lists_or_without_a_root() {
    let world = World::new();
    let foreign = World::new().authority.crls(days(-1), days(6)).unwrap();
    assert_eq!(world.authority.trust(foreign).unwrap_err(), TrustError::ForeignCrl(0));
    let mut lists = world.authority.crls(days(-1), days(6)).unwrap();
    let last = lists[1].len() - 1;
    lists[1][last] ^= 1;
    assert!(matches!(
        world.authority.trust(lists).unwrap_err(),
        TrustError::ForeignCrl(1) | TrustError::Crl(1)
    ));
    let garbage = world.authority.trust(vec![b"no list".to_vec()]);
    assert_eq!(garbage.unwrap_err(), TrustError::Crl(0));
    let nothing = Trust::build(TrustMaterial::default(), Policies::default());
    assert_eq!(nothing.unwrap_err(), TrustError::NoRoot);
}

#[test]
fn a_validated_chain_is_remembered_for_ten_minutes_and_not_beyond_its_material() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let verify = |at| world.trust.verify(system.certificate(), Usage::Connection, at).unwrap();
    let first = verify(now());
    assert_eq!(first.valid_until(), minutes(10));
    assert!(Arc::ptr_eq(&first, &verify(minutes(10))));
    let der = system.certificate().der();
    let by_bytes = world.trust.verify_der(der, Usage::Connection, minutes(1)).unwrap();
    assert!(Arc::ptr_eq(&first, &by_bytes));
    let later = verify(minutes(11));
    assert!(!Arc::ptr_eq(&first, &later));
    assert!(!Arc::ptr_eq(&later, &verify(now())), "an earlier instant is checked anew");
    let end = days(6) - SignedDuration::from_secs(1);
    let near_end = verify(end - SignedDuration::from_mins(2));
    assert_eq!(near_end.valid_until(), end);
    let short = Validity { not_before: days(-1), not_after: minutes(3) };
    let short = world.authority.issue(&SYSTEM, KeyKind::P256, short).unwrap();
    let chain = world.trust.verify(short.certificate(), Usage::System, now()).unwrap();
    assert_eq!(chain.valid_until(), minutes(3));
    let found = world.trust.verify(short.certificate(), Usage::System, minutes(4));
    assert_eq!(found.unwrap_err(), ChainError::Expired);
}

#[test]
fn a_chain_remembered_for_one_usage_does_not_serve_another() {
    let world = World::new();
    let card = world.issue(&TestSubject::ProfessionalCard(HOLDER));
    world.trust.verify(card.certificate(), Usage::Card, now()).unwrap();
    let found = world.trust.verify(card.certificate(), Usage::System, now());
    assert_eq!(found.unwrap_err(), ChainError::WrongUsage);
}

#[test]
fn an_instant_before_the_counting_of_seconds_is_before_every_certificate() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let long_ago = "1969-12-31T23:59:59Z".parse().unwrap();
    let found = world.trust.verify(system.certificate(), Usage::System, long_ago);
    assert_eq!(found.unwrap_err(), ChainError::NotYetValid);
}

#[test]
fn an_authority_that_was_written_and_loaded_goes_on_where_it_stopped() {
    let mut world = World::new();
    let (first, second) = (world.issue(&SYSTEM), world.issue(&SYSTEM));
    world.authority.revoke(first.certificate(), now()).unwrap();
    let lists = world.authority.crls(days(-1), days(6)).unwrap();
    let mut loaded = TestAuthority::load(&world.authority.parts()).unwrap();
    loaded.adopt_crls(&lists).unwrap();
    loaded.revoke(second.certificate(), now()).unwrap();
    let third = loaded.issue(&SYSTEM, KeyKind::P256, validity(-1, 1)).unwrap();
    let trust = trust(&loaded);
    assert_eq!(trust.roots(), [world.authority.root().clone()]);
    let verify = |c: &Certificate| trust.verify(c, Usage::Connection, now()).map(|_| ());
    assert_eq!(verify(first.certificate()), Err(ChainError::Revoked));
    assert_eq!(verify(second.certificate()), Err(ChainError::Revoked));
    assert_eq!(verify(third.certificate()), Ok(()));
    assert!(TestAuthority::load(&world.authority.parts()[..2]).is_err());
    let foreign = World::new().issue(&SYSTEM);
    assert!(loaded.revoke(foreign.certificate(), now()).is_err());
}

#[test]
fn pem_is_read_as_it_was_written() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    assert_eq!(certificates_from_pem(&system.chain_pem()).unwrap(), system.chain());
    assert_eq!(certificates_to_pem(&system.chain()), system.chain_pem());
    let lists = world.authority.crls(days(-1), days(6)).unwrap();
    let text = crls_to_pem(lists.iter().map(Vec::as_slice));
    assert_eq!(crls_from_pem(&text).unwrap(), lists);
    assert!(certificates_from_pem(&text).is_err());
    assert!(certificates_from_pem("").is_err());
    assert!(certificates_from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n").is_err());
}

#[test]
fn a_certificate_is_bounded_and_stands_alone() {
    let world = World::new();
    let der = world.issue(&SYSTEM).certificate().der().to_vec();
    let long = vec![0x30; MAX_CERTIFICATE_BYTES + 1];
    assert_eq!(Certificate::parse(&long).unwrap_err(), CertificateError::TooLong);
    let followed = [der.as_slice(), &[0]].concat();
    assert_eq!(Certificate::parse(&followed).unwrap_err(), CertificateError::Malformed);
    for end in 0..der.len() {
        assert_eq!(Certificate::parse(&der[..end]).unwrap_err(), CertificateError::Malformed);
    }
}

#[test]
fn what_debug_shows_of_a_card_names_nobody() {
    let world = World::new();
    let card = world.issue(&TestSubject::ProfessionalCard(HOLDER));
    let chain = world.trust.verify(card.certificate(), Usage::Card, now()).unwrap();
    let shown =
        format!("{:?} {chain:?} {:?} {:?}", card.certificate(), chain.holder(), world.trust);
    for name in [HOLDER.registration_id, HOLDER.family_name, "Maija"] {
        assert!(!shown.contains(name));
    }
}

/// The same question asked of webpki with the lists themselves, as an independent judge.
fn judged_by_webpki(
    authority: &TestAuthority,
    leaf: &Certificate,
    lists: &[Vec<u8>],
    day: i64,
) -> bool {
    let read = |der: &Vec<u8>| webpki::OwnedCertRevocationList::from_der(der).unwrap().into();
    let lists: Vec<webpki::CertRevocationList<'_>> = lists.iter().map(read).collect();
    let lists: Vec<_> = lists.iter().collect();
    let Ok(options) = webpki::RevocationOptionsBuilder::new(&lists) else { return false };
    let options = options
        .with_depth(webpki::RevocationCheckDepth::Chain)
        .with_status_policy(webpki::UnknownStatusPolicy::Deny)
        .with_expiration_policy(webpki::ExpirationPolicy::Enforce)
        .build();
    let root = CertificateDer::from(authority.root().der());
    let anchors = [webpki::anchor_from_trusted_cert(&root).unwrap()];
    let issuers = [CertificateDer::from(authority.systems().der())];
    let leaf = CertificateDer::from(leaf.der());
    let seconds = u64::try_from(days(day).as_second()).unwrap();
    webpki::EndEntityCert::try_from(&leaf)
        .unwrap()
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &issuers,
            UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)),
            webpki::KeyUsage::client_auth(),
            Some(options),
            None,
        )
        .is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// REQ SIG-01
    #[test]
    fn our_look_up_of_revocation_agrees_with_webpki(
        leaf_revoked: bool, issuer_revoked: bool, other_revoked: bool,
        kept in prop::collection::vec(any::<bool>(), 3),
        day in -12_i64..12, from in -10_i64..0, length in 1_i64..10,
    ) {
        let mut authority = TestAuthority::create("Test", validity(-3_000, 3_000)).unwrap();
        let issue = |a: &TestAuthority| a.issue(&SYSTEM, KeyKind::P256, validity(-8, 8)).unwrap();
        let (leaf, other) = (issue(&authority), issue(&authority));
        let issuer = authority.systems().clone();
        for (revoked, certificate) in
            [(leaf_revoked, leaf.certificate()), (issuer_revoked, &issuer), (other_revoked, other.certificate())]
        {
            if revoked {
                authority.revoke(certificate, days(-1)).unwrap();
            }
        }
        let lists: Vec<Vec<u8>> = authority.crls(days(from), days(from + length)).unwrap()
            .into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(list, _)| list).collect();
        let judged = judged_by_webpki(&authority, leaf.certificate(), &lists, day);
        let trust = authority.trust(lists).unwrap();
        let ours = trust.verify(leaf.certificate(), Usage::Connection, days(day));
        prop_assert_eq!(ours.is_ok(), judged);
    }

    /// REQ SIG-01
    #[test]
    fn a_certificate_with_any_byte_changed_is_not_trusted(place in any::<prop::sample::Index>(), bits in 1_u8..=255) {
        static WORLD: std::sync::OnceLock<(World, Vec<u8>)> = std::sync::OnceLock::new();
        let (world, der) = WORLD.get_or_init(|| {
            let world = World::new();
            let der = world.issue(&SYSTEM).certificate().der().to_vec();
            (world, der)
        });
        let mut changed = der.clone();
        changed[place.index(der.len())] ^= bits;
        prop_assert!(world.trust.verify_der(&changed, Usage::Connection, now()).is_err());
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::parse(&bytes);
        let world = World::new();
        let _ = world.authority.trust(vec![bytes]);
    }
}
