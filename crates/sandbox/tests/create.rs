//! A sandbox that was made can be used: its certificates are trusted, its keys sign, its paths lead
//! to files, and keys are closed to others.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use varanto_sandbox::{Sandbox, SandboxClock, SandboxError, SandboxPaths, Settings, World};
use varanto_signatures::{
    CertificateKind, ChainError, Policies, SigningKey, Trust, TrustMaterial, Usage,
    certificates_from_pem, crls_from_pem, sign_detached, verify_detached,
};

fn now() -> Timestamp {
    "2026-09-02T07:15:00Z".parse().unwrap()
}

fn settings() -> Settings {
    Settings {
        base_url: "https://localhost:8443".to_owned(),
        server_names: vec!["sandbox.example".to_owned()],
        structures: vec!["1.2.246.537.6.1506.1000.2023.9.8".parse().unwrap()],
        portals: [("archivist".to_owned(), "https://localhost:8444".to_owned())].into(),
    }
}

fn made(directory: &Path) -> Sandbox {
    let paths = SandboxPaths::new(directory);
    Sandbox::create(paths, &World::builtin(), &settings(), now()).unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Trust as a server builds it from the sandbox's files.
fn trust(paths: &SandboxPaths) -> Trust {
    let certificates = |path| certificates_from_pem(&read(path)).unwrap();
    let material = TrustMaterial {
        roots: certificates(paths.ca()),
        system_issuers: certificates(paths.system_issuers()),
        card_issuers: certificates(paths.card_issuers()),
        crls: crls_from_pem(&read(paths.crls())).unwrap(),
    };
    Trust::build(material, Policies::of_test_authority()).unwrap()
}

/// REQ PRO-03
#[test]
fn every_organisation_and_every_card_holder_signs_and_is_known() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = made(directory.path());
    let trust = trust(sandbox.paths());
    let signed = |certificate: &str, key: &str| {
        let chain = certificates_from_pem(&read(sandbox.paths().join(certificate))).unwrap();
        assert_eq!(chain.len(), 2, "the certificate and its issuer's");
        let key = SigningKey::from_pkcs8_pem(&read(sandbox.paths().join(key))).unwrap();
        let jws = sign_detached(&key, &chain, b"{}", now()).unwrap();
        verify_detached(&jws, b"{}", &trust, Usage::SystemOrCard, now()).unwrap().chain
    };
    for organisation in &sandbox.manifest().organisations {
        let system = signed(&organisation.system.certificate, &organisation.system.key);
        assert_eq!(system.organisation().unwrap().as_str(), organisation.business_id);
        trust.verify(system.leaf(), Usage::Connection, now()).unwrap();
        for person in &organisation.people {
            let Some(card) = &person.card else { continue };
            let chain = signed(&card.certificate, &card.key);
            assert_eq!(chain.holder().unwrap().registration_id(), person.id);
            let kind = match card.kind.as_str() {
                "professional" => CertificateKind::ProfessionalCard,
                "personnel" => CertificateKind::PersonnelCard,
                _ => CertificateKind::ActorCard,
            };
            assert_eq!(chain.kind(), kind);
        }
    }
}

/// REQ DIS-07
#[test]
fn the_repository_signs_in_its_own_name_and_is_no_organisation_of_the_world() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = made(directory.path());
    let paths = sandbox.paths();
    let chain = certificates_from_pem(&read(paths.signing_certificate())).unwrap();
    let key = SigningKey::from_pkcs8_pem(&read(paths.signing_key())).unwrap();
    let jws = sign_detached(&key, &chain, b"{}", now()).unwrap();
    let signed = verify_detached(&jws, b"{}", &trust(paths), Usage::System, now()).unwrap();
    let own = signed.chain.organisation().unwrap().as_str().to_owned();
    assert!(sandbox.manifest().organisations.iter().all(|o| o.business_id != own));
}

/// REQ PRO-03
#[test]
fn the_manifest_lists_the_world_with_paths_that_lead_to_files() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = made(directory.path());
    let manifest: Value = serde_json::from_str(&read(sandbox.paths().manifest())).unwrap();
    let world: Value = serde_json::from_str(World::builtin_json()).unwrap();
    assert_eq!(manifest["base_url"], "https://localhost:8443");
    assert_eq!(manifest["structures"][0], "1.2.246.537.6.1506.1000.2023.9.8");
    assert_eq!(manifest["portals"]["archivist"], "https://localhost:8444");
    assert!(directory.path().join(manifest["ca"].as_str().unwrap()).is_file());
    let is_file = |value: &Value| directory.path().join(value.as_str().unwrap()).is_file();
    let (listed, given) = (&manifest["organisations"], &world["organisations"]);
    for (listed, given) in listed.as_array().unwrap().iter().zip(given.as_array().unwrap()) {
        assert!(is_file(&listed["system"]["certificate"]) && is_file(&listed["system"]["key"]));
        for (name, value) in given.as_object().unwrap().iter().filter(|(n, _)| *n != "people") {
            assert_eq!(&listed[name], value);
        }
        let people = listed["people"].as_array().unwrap().iter();
        for (listed, given) in people.zip(given["people"].as_array().unwrap()) {
            for (name, value) in given.as_object().unwrap().iter().filter(|(n, _)| *n != "card") {
                assert_eq!(&listed[name], value);
            }
            match given.get("card") {
                Some(kind) => {
                    assert_eq!(&listed["card"]["kind"], kind);
                    assert!(
                        is_file(&listed["card"]["certificate"]) && is_file(&listed["card"]["key"])
                    );
                }
                None => assert!(listed.get("card").is_none()),
            }
        }
    }
    let written = World::parse(read(sandbox.paths().world()).as_bytes()).unwrap();
    assert_eq!(written, World::builtin());
}

#[cfg(unix)]
#[test]
fn keys_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let sandbox = made(directory.path());
    let mut keys = 0;
    let mut open = vec![directory.path().to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if read(&path).contains("PRIVATE KEY") {
                keys += 1;
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
    let people = sandbox.manifest().organisations.iter().flat_map(|o| &o.people);
    let cards = people.filter(|p| p.card.is_some()).count();
    let organisations = sandbox.manifest().organisations.len();
    assert_eq!(keys, cards + organisations + 5, "the authority has three, the server two");
    let keys = fs::metadata(sandbox.paths().keys()).unwrap();
    assert_eq!(keys.permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_sandbox_is_not_made_over_another() {
    let directory = tempfile::tempdir().unwrap();
    let before = made(directory.path());
    let paths = SandboxPaths::new(directory.path());
    let again = Sandbox::create(paths, &World::builtin(), &settings(), now());
    assert!(matches!(again, Err(SandboxError::Exists(_))));
    assert_eq!(Sandbox::open(before.paths().clone()).unwrap().manifest(), before.manifest());
}

#[test]
fn an_opened_sandbox_revokes_for_good() {
    let directory = tempfile::tempdir().unwrap();
    let paths = made(directory.path()).paths().clone();
    let mut refused = Vec::new();
    for organisation in [0, 1] {
        let mut sandbox = Sandbox::open(paths.clone()).unwrap();
        let system = sandbox.manifest().organisations[organisation].system.certificate.clone();
        refused.push(sandbox.revoke(&system, now()).unwrap());
        let trust = trust(&paths);
        for certificate in &refused {
            let found = trust.verify(certificate, Usage::Connection, now());
            assert_eq!(found.unwrap_err(), ChainError::Revoked);
        }
    }
}

#[test]
fn ids_that_are_no_file_names_do_not_lead_out_of_the_directory() {
    let directory = tempfile::tempdir().unwrap();
    let mut world = World::builtin();
    let people = &mut world.organisations[0].people;
    for (person, id) in people.iter_mut().zip(["../../x", "/etc/x", "a b", "person-0", "ä"]) {
        person.id = id.to_owned();
    }
    let paths = SandboxPaths::new(directory.path());
    let sandbox = Sandbox::create(paths, &world, &settings(), now()).unwrap();
    let listed = &sandbox.manifest().organisations[0].people;
    for (place, person) in listed.iter().take(5).enumerate() {
        let card = person.card.as_ref().unwrap();
        assert!(card.certificate.ends_with(&format!("/people/person-{place}.pem")));
    }
}

#[test]
fn the_manifest_and_the_clock_can_be_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mut sandbox = made(directory.path());
    sandbox.change_manifest(|m| m.base_url = "https://localhost:9443".to_owned()).unwrap();
    let paths = sandbox.paths();
    let opened = Sandbox::open(paths.clone()).unwrap();
    assert_eq!(opened.manifest().base_url, "https://localhost:9443");
    assert_eq!(paths.read_clock().unwrap(), SandboxClock::default());
    let week = SandboxClock::default().advance(jiff::SignedDuration::from_hours(168)).unwrap();
    paths.write_clock(week).unwrap();
    assert_eq!(paths.read_clock().unwrap(), week);
    fs::write(paths.clock(), "soon").unwrap();
    assert!(matches!(paths.read_clock(), Err(SandboxError::Damaged(_))));
}

#[test]
fn the_server_answers_to_its_names() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = made(directory.path());
    let chain = certificates_from_pem(&read(sandbox.paths().server_certificate())).unwrap();
    assert_eq!(chain[0].kind(&Policies::of_test_authority()), CertificateKind::Server);
    let der = String::from_utf8_lossy(chain[0].der()).into_owned();
    assert!(der.contains("localhost") && der.contains("sandbox.example"));
    assert!(SigningKey::from_pkcs8_pem(&read(sandbox.paths().server_key())).is_ok());
}
