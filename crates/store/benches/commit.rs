//! The pure parts of storing a document: packing, unpacking, and building the plan.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Digest, Generation, Group, MediaType, Oid};
use varanto_store::document::{Content, Facts, NewVersion, Version, insert_first_version};
use varanto_store::use_log::{Outcome, UseEntry};
use varanto_store::{Plan, Purpose, Vault, client, pack, unpack};
use zeroize::Zeroizing;

/// Five thousand bytes that compress about like a document.
fn document() -> Vec<u8> {
    let words = ["palvelu", "asiakas", "arvio", "tarve", "koti", "tuki", "päätös", "hoito"];
    let mut state = 7_usize;
    let mut text = String::new();
    while text.len() < 5000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(words.get(state >> 61).copied().unwrap_or_default());
        text.push_str(&(state >> 56).to_string());
    }
    text.into_bytes()
}

fn packing(c: &mut Criterion) {
    let Ok(vault) = Vault::new(&Zeroizing::new([1; 32])) else { return };
    let plain = document();
    let Ok(packed) = pack(&vault, Purpose::Content, b"place", &plain, [2; 12]) else { return };
    let mut group = c.benchmark_group("document of 5 kB");
    group.throughput(Throughput::Bytes(plain.len() as u64));
    group.bench_function("seal", |b| {
        b.iter(|| vault.seal(Purpose::Content, b"place", black_box(&plain), [2; 12]));
    });
    group.bench_function("pack", |b| {
        b.iter(|| pack(&vault, Purpose::Content, b"place", black_box(&plain), [2; 12]));
    });
    group.bench_function("unpack", |b| {
        b.iter(|| unpack(&vault, Purpose::Content, b"place", black_box(&packed)));
    });
    group.finish();
}

/// A document of one client with two items of content.
fn new_version(packed: &[u8]) -> Option<NewVersion> {
    let oid = Oid::parse("1.2.246.10.99990001.11.2026.17").ok()?;
    let organisation = Oid::parse("1.2.246.10.99990001.10.0").ok()?;
    let (at, key) = (Timestamp::UNIX_EPOCH, Uuid::nil());
    let content = [MediaType::Json, MediaType::Xhtml].into_iter().zip(0..);
    let content = content.map(|(media_type, ordinal)| Content {
        version_oid: oid.clone(),
        ordinal,
        media_type,
        size: 5000,
        sha256: Digest::new([1; 32]),
        packed: packed.to_vec(),
    });
    Some(NewVersion {
        content: content.collect(),
        version: Version {
            oid: oid.clone(),
            original_oid: oid.clone(),
            version: 1,
            stored_at: at,
            digest: Digest::new([2; 32]),
            metadata: vec![3; 900],
            signatures: vec![4; 2500],
            stored_by: organisation.clone(),
            stored_by_user: "S-1001".to_owned(),
            log_entry: key,
        },
        facts: Facts {
            controller: Oid::parse("1.2.246.10.99990001.19.0").ok()?,
            register: Code::parse("1").ok()?,
            group: Group::ClientDocument,
            generation: Generation::Phase2,
            structure: Oid::parse("1.2.246.537.6.1506.1000.2023.9.8").ok(),
            type_code: Code::parse("1000").ok(),
            service_task: Code::parse("X-ELDERLY").ok(),
            service_process: None,
            case: Some(oid),
            provider: Some(organisation.clone()),
            unit: Some(organisation.clone()),
            author_organisation: organisation,
            written_at: at,
        },
        services: vec![],
        links: vec![],
        clients: vec![key],
    })
}

fn entry(document: &NewVersion) -> UseEntry {
    UseEntry {
        id: Uuid::nil(),
        at: document.version.stored_at,
        controller: document.facts.controller.clone(),
        client: document.clients.first().copied(),
        action: "store_document".to_owned(),
        outcome: Outcome::Permitted,
        basis: None,
        purpose: None,
        user_id: "S-1001".to_owned(),
        user_name: "Esimerkki Maija".to_owned(),
        unit: document.facts.unit.clone(),
        organisation: document.version.stored_by.clone(),
        role: None,
        authentication: "professional_card".to_owned(),
        documents: vec![document.version.oid.clone()],
        case: None,
        special_reason: None,
        ground: None,
        rules: vec!["S1".to_owned(), "W1".to_owned()],
        parameters: None,
        request_id: None,
        certificate: None,
    }
}

fn planning(c: &mut Criterion) {
    let Some(document) = new_version(&[0; 1300]) else { return };
    c.bench_function("plan of a document", |b| {
        b.iter(|| {
            let document = black_box(&document).clone();
            let mut plan = Plan::recorded(entry(&document)).with(client::guard(Uuid::nil(), 1));
            plan.extend(insert_first_version(document));
            plan
        });
    });
}

criterion_group!(benches, packing, planning);
criterion_main!(benches);
