//! Counties enough: the reader's, and others in which documents lie.

use serde_json::{Value, json};
use varanto_sandbox::World;

/// Who looks for documents, in the county of number 0.
pub(crate) const READER: &str = "S-9000";

/// The worker of a county.
pub(crate) fn worker(county: usize) -> String {
    format!("S-{}", 9000 + county)
}

/// The controller of a county.
pub(crate) fn controller(county: usize) -> String {
    format!("{}.19.0", root(county))
}

/// The reader's county and so many others.
pub(crate) fn of(others: usize) -> World {
    let organisations: Vec<Value> = (0..=others).map(organisation).collect();
    let world = json!({"organisations": organisations});
    World::parse(world.to_string().as_bytes()).expect("a world")
}

fn root(county: usize) -> String {
    format!("1.2.246.10.{}", 99_991_000 + county)
}

fn organisation(county: usize) -> Value {
    let root = root(county);
    let unit = format!("{root}.10.1");
    json!({
        "name": format!("Hyvinvointialue {county}"),
        "business_id": format!("{}", 99_991_000 + county),
        "kind": "public",
        "operating_unit": format!("{root}.10.0"),
        "controller": {
            "oid": controller(county), "register_opens": "2024-01-01", "accepts_models": ["direct"]
        },
        "joined": {"model": "direct", "from": "2024-01-01"},
        "units": [{"oid": unit, "name": "Iäkkäiden palvelut", "valid_from": "2023-01-01"}],
        "people": [{
            "id": worker(county), "family_name": "Esimerkki", "given_names": "Maija",
            "role": "social_worker", "units": [unit], "card": "professional", "outsider": false
        }]
    })
}
