//! The dependencies of the workspace, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

/// Normal dependencies by name: our crates' own, and everybody's in the resolved graph.
pub(super) struct Graph {
    pub(super) ours: BTreeSet<String>,
    pub(super) edges: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Reads the answer of `cargo metadata` with its resolved graph.
    pub(super) fn read(metadata: &Value) -> Result<Self, String> {
        let incomplete = || "cargo metadata is not as expected".to_owned();
        let packages = metadata.get("packages").and_then(Value::as_array).ok_or_else(incomplete)?;
        let nodes = metadata.pointer("/resolve/nodes").and_then(Value::as_array);
        let nodes = nodes.ok_or_else(incomplete)?;
        let members = metadata.get("workspace_members").and_then(Value::as_array);
        let members: BTreeSet<_> =
            members.ok_or_else(incomplete)?.iter().filter_map(Value::as_str).collect();

        let mut names = BTreeMap::new();
        for package in packages {
            names.insert(text(package, "id")?, text(package, "name")?);
        }
        let name = |id: &str| names.get(id).map(|name| (*name).to_owned()).ok_or_else(incomplete);

        let ours = members.iter().map(|id| name(id)).collect::<Result<_, _>>()?;
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in nodes {
            let from = edges.entry(name(text(node, "id")?)?).or_default();
            for dependency in node.get("deps").and_then(Value::as_array).into_iter().flatten() {
                if is_normal(dependency) {
                    from.insert(name(text(dependency, "pkg")?)?);
                }
            }
        }
        Ok(Self { ours, edges })
    }

    /// What a crate names as a normal dependency.
    pub(super) fn below(&self, name: &str) -> impl Iterator<Item = &str> {
        self.edges.get(name).into_iter().flatten().map(String::as_str)
    }

    /// The shortest way from a crate down to one of the given names, if there is one.
    pub(super) fn way(&self, from: &str, to: &[&str]) -> Option<Vec<String>> {
        let mut ways = VecDeque::from([vec![from.to_owned()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            let Some(last) = way.last() else { continue };
            for next in self.below(last) {
                if !seen.insert(next.to_owned()) {
                    continue;
                }
                let mut longer = way.clone();
                longer.push(next.to_owned());
                if to.contains(&next) {
                    return Some(longer);
                }
                ways.push_back(longer);
            }
        }
        None
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("cargo metadata has an entry without {name}"))
}

/// In `dep_kinds` a normal dependency has no kind.
fn is_normal(dependency: &Value) -> bool {
    let kinds = dependency.get("dep_kinds").and_then(Value::as_array);
    kinds.into_iter().flatten().any(|kind| kind.get("kind").is_none_or(Value::is_null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_normal_dependencies_are_read() {
        let metadata = serde_json::json!({
            "workspace_members": ["a"],
            "packages": [{"id": "a", "name": "varanto"}, {"id": "b", "name": "insta"},
                         {"id": "c", "name": "clap"}],
            "resolve": {"nodes": [
                {"id": "a", "deps": [
                    {"pkg": "b", "dep_kinds": [{"kind": "dev", "target": null}]},
                    {"pkg": "c", "dep_kinds": [{"kind": "dev"}, {"kind": null}]},
                ]},
                {"id": "b", "deps": []},
                {"id": "c", "deps": []},
            ]},
        });
        let graph = Graph::read(&metadata).unwrap();
        assert_eq!(graph.below("varanto").collect::<Vec<_>>(), ["clap"]);
    }
}
