//! What signatures cost: making one, checking one of a known signer and of one never seen, keeping one.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up measures nothing")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use varanto_signatures::{
    Evidence, KeptSignature, KeyKind, TestAuthority, TestSubject, Trust, Usage, Validity,
    sign_detached, verify_detached,
};

fn benches(c: &mut Criterion) {
    let now: Timestamp = "2026-09-02T07:15:00Z".parse().unwrap();
    let validity = Validity {
        not_before: now - SignedDuration::from_hours(24),
        not_after: now + SignedDuration::from_hours(24 * 365),
    };
    let authority = TestAuthority::create("Test", validity).unwrap();
    let subject = TestSubject::System { name: "Testilä", business_id: "99990001" };
    let manifest = vec![b'x'; 1200];
    let trust = || {
        let lists = authority.crls(now, now + SignedDuration::from_hours(24)).unwrap();
        authority.trust(lists).unwrap()
    };
    let known = trust();
    for (kind, name) in [(KeyKind::P256, "ES256"), (KeyKind::P384, "ES384"), (KeyKind::Rsa, "RSA")]
    {
        let issued = authority.issue(&subject, kind, validity).unwrap();
        let (key, chain) = (issued.signing_key().unwrap(), issued.chain());
        let jws = sign_detached(&key, &chain, &manifest, now).unwrap();
        let verify =
            |trust: &Trust| verify_detached(black_box(&jws), &manifest, trust, Usage::System, now);
        let verified = verify(&known).unwrap();
        let mut group = c.benchmark_group(name);
        group.bench_function("sign", |b| b.iter(|| sign_detached(&key, &chain, &manifest, now)));
        group.bench_function("check, signer known", |b| b.iter(|| verify(&known)));
        group.bench_function("check, signer never seen", |b| {
            b.iter_batched(trust, |trust| verify(&trust), BatchSize::SmallInput);
        });
        group.bench_function("evidence", |b| b.iter(|| Evidence::of(black_box(&verified))));
        let evidence = Evidence::of(&verified);
        let kept = [KeptSignature { role: "system".to_owned(), jws: jws.clone(), evidence }];
        let bytes = KeptSignature::write_all(&kept).unwrap();
        group.bench_function("written to be kept", |b| {
            b.iter(|| KeptSignature::write_all(black_box(&kept)));
        });
        group.bench_function("read as kept", |b| {
            b.iter(|| KeptSignature::read_all(black_box(&bytes)));
        });
        group.finish();
    }
}

criterion_group! {
    name = signature;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = benches
}
criterion_main!(signature);
