//! `cargo xtask check-deps`: the arrows of the architecture, held against the manifests.
//!
//! Three things are checked: which of our crates may name which, which outside crate may be named
//! where, and what may not stand anywhere below the pure crates. Only normal dependencies count:
//! tests may use what they need.

mod graph;
mod tables;

use crate::shell::{self, Done};
use graph::Graph;
use tables::{ARROWS, HOMES, IMPURE, PURE};

/// Checks the workspace and lists every fault.
pub(crate) fn run() -> Done {
    let graph = Graph::read(&shell::metadata(&["--locked"])?)?;
    let faults = faults(&graph);
    if faults.is_empty() {
        println!("{} crates keep the architecture", graph.ours.len());
        return Ok(());
    }
    for fault in &faults {
        println!("{fault}\n");
    }
    Err(format!("the dependencies break the architecture in {} places", faults.len()))
}

/// Every way in which the graph breaks the tables.
fn faults(graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for name in &graph.ours {
        let Some((_, allowed)) = ARROWS.iter().find(|(row, _)| row == name) else {
            faults.push(format!(
                "{name} has no place in the architecture\n  \
                 give it a row in docs/architecture.md and in xtask/src/check_deps/tables.rs"
            ));
            continue;
        };
        for below in graph.below(name) {
            if graph.ours.contains(below) && !allowed.contains(&below) {
                faults.push(arrow_fault(name, below, allowed));
            }
            if let Some((_, homes)) = HOMES.iter().find(|(outside, _)| *outside == below)
                && !homes.contains(&name.as_str())
            {
                faults.push(format!(
                    "{name} names {below}, whose home is {}\n  \
                     move the code there and give {name} a function with a plain type",
                    homes.join(", ")
                ));
            }
        }
        if PURE.contains(&name.as_str())
            && let Some(way) = graph.way(name, &IMPURE)
        {
            faults.push(format!(
                "{name} is pure, but below it stands {}\n  by way of {}\n  \
                 turn off the feature that brings it, or move the code into a crate that may do it",
                way.last().map_or("", String::as_str),
                way.join(" → ")
            ));
        }
    }
    faults
}

fn arrow_fault(name: &str, below: &str, allowed: &[&str]) -> String {
    if ["varanto-testkit", "varanto-postgres", "varanto-country"].contains(&below) {
        return format!(
            "{name} depends on {below}, which is for tests only\n  \
             name it in [dev-dependencies]"
        );
    }
    let allowed =
        if allowed.is_empty() { "none of our crates".to_owned() } else { allowed.join(", ") };
    format!(
        "{name} depends on {below}, against the arrows of the architecture\n  \
         it may name: {allowed}\n  \
         pass the value in as an argument, or move the code to where both may be seen"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let ours = edges.iter().map(|(name, _)| *name).filter(|name| name.starts_with("varanto"));
        Graph {
            ours: ours.map(str::to_owned).collect(),
            edges: edges.iter().map(|(name, below)| ((*name).to_owned(), owned(below))).collect(),
        }
    }

    #[test]
    fn a_graph_that_follows_the_tables_has_no_fault() {
        let graph = graph(&[
            ("varanto-model", &["serde"]),
            ("varanto-rules", &["varanto-model"]),
            ("varanto-store", &["varanto-model", "rusqlite", "tokio"]),
            ("serde", &[]),
        ]);
        assert_eq!(faults(&graph), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_a_fault() {
        let graph = graph(&[
            ("varanto-model", &[]),
            ("varanto-store", &["varanto-rules"]),
            ("varanto-rules", &["varanto-model"]),
        ]);
        let faults = faults(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("varanto-store depends on varanto-rules"), "{}", faults[0]);
    }

    #[test]
    fn nobody_depends_on_the_testkit_outside_tests() {
        let graph = graph(&[("varanto-testkit", &[]), ("varanto", &["varanto-testkit"])]);
        let faults = faults(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("dev-dependencies"), "{}", faults[0]);
    }

    #[test]
    fn an_outside_crate_stays_in_its_home() {
        let graph = graph(&[("varanto-service", &["axum"])]);
        let faults = faults(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("whose home is varanto-web"), "{}", faults[0]);
    }

    #[test]
    fn nothing_below_a_pure_crate_does_input_or_output() {
        let graph =
            graph(&[("varanto-documents", &["pdf"]), ("pdf", &["pool"]), ("pool", &["tokio"])]);
        let faults = faults(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("varanto-documents → pdf → pool → tokio"), "{}", faults[0]);
    }

    #[test]
    fn a_crate_without_a_row_is_a_fault() {
        let faults = faults(&graph(&[("varanto-new", &[])]));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("has no place"), "{}", faults[0]);
    }
}
