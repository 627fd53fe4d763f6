//! What the checks of a document cost: its structure, its display form, and rendering one.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up measures nothing")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use varanto_documents::example::{self, DAY};
use varanto_documents::{Structure, builtin, display_form};
use varanto_model::{Language, Pointer};

fn benches(c: &mut Criterion) {
    let codes = builtin::code_sets().unwrap();
    let (_, text) = builtin::structures().find(|(name, _)| *name == "service-needs.json").unwrap();
    let structure = Structure::parse(text.as_bytes()).unwrap();
    let document = example::full(&structure, &codes, 1);
    let form = structure.render(&document, Language::Fi);
    let at = Pointer::root().member("content").index(0).member("data");
    assert!(structure.validate(&document, &at, &codes, DAY).is_empty());
    assert!(display_form::check(form.as_bytes(), &at).is_ok());

    let mut group = c.benchmark_group("assessment with every field");
    group.bench_function("structure", |b| {
        b.iter(|| structure.validate(black_box(&document), &at, &codes, DAY));
    });
    group.bench_function("display form", |b| {
        b.iter(|| display_form::check(black_box(form.as_bytes()), &at));
    });
    group.bench_function("rendering", |b| {
        b.iter(|| structure.render(black_box(&document), Language::Fi));
    });
    group.finish();
    c.bench_function("structure read from its schema", |b| {
        b.iter(|| Structure::parse(black_box(text.as_bytes())));
    });
}

criterion_group! {
    name = check;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = benches
}
criterion_main!(check);
