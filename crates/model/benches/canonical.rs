//! What every document costs before anybody looks at its meaning: reading, canonical form, digest.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up measures nothing")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use varanto_model::{Envelope, digest, json};

/// Structured content of about five thousand bytes.
fn content() -> Value {
    let entry = |number: u32| {
        json!({
            "tunnus": number, "otsikko": "Kotikäynti", "paivamaara": "2026-09-02", "salainen": false,
            "kuvaus": "Läsnä asiakas ja omainen; sovittiin seuraavasta käynnistä ja tuen määrästä.",
            "koodi": {"system": "urn:oid:1.2.246.537.6.1221", "code": "10", "display": "Iäkkäät"},
        })
    };
    json!({"kertomus": {"merkinnat": (0..20).map(entry).collect::<Value>()}})
}

/// The same as the body of a request, with a display form of the same size.
fn body() -> Vec<u8> {
    let oid = "1.2.246.10.99990001.11.2026.17";
    let form = format!("<html><body><p>{}</p></body></html>", "sana ".repeat(1000));
    let envelope = json!({
        "metadata": {
            "oid": oid, "original_oid": oid, "version": 1, "group": "client_document",
            "title": "Kertomus", "language": "fi", "generation": "phase2", "register": "client",
            "controller": "1.2.246.10.99990001.19.0", "written_at": "2026-09-02T10:15:00+03:00",
            "type_code": "1000", "structure": "1.2.246.537.6.1506.1000.2023.9.8",
            "service_task": "X-ELDERLY", "unit": "1.2.246.10.99990001.10.1",
            "organiser": "1.2.246.10.99990001.10.0", "provider": "1.2.246.10.99990001.10.0",
            "clients": [{"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"}],
            "authors": [{"id": "S-1001", "family_name": "Esimerkki", "given_names": "Maija",
                         "unit": "1.2.246.10.99990001.10.1"}],
        },
        "content": [
            {"media_type": "application/json", "data": content()},
            {"media_type": "application/xhtml+xml", "text": form},
        ],
        "signatures": [{"role": "system", "jws": "e30..AAAA"}],
    });
    envelope.to_string().into_bytes()
}

fn benches(c: &mut Criterion) {
    let (content, body) = (content(), body());
    let canonical = json::canonical(&content);
    let mut group = c.benchmark_group("document of 5 kB");
    group.throughput(Throughput::Bytes(canonical.len() as u64));
    group.bench_function("canonical form", |b| b.iter(|| json::canonical(black_box(&content))));
    group.bench_function("digest", |b| b.iter(|| digest::sha256(black_box(&canonical))));
    group.throughput(Throughput::Bytes(body.len() as u64));
    let parse = || json::parse(&body, json::Limits::default()).unwrap();
    Envelope::parse(parse()).unwrap();
    group.bench_function("body read as JSON", |b| b.iter(parse));
    group.bench_function("body read as envelope with manifest", |b| {
        b.iter(|| Envelope::parse(parse()).unwrap().manifest());
    });
    group.finish();
}

criterion_group! {
    name = canonical;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = benches
}
criterion_main!(canonical);
