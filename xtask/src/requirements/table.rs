//! Writes the proofs into the tables of `docs/requirements.md`.
//!
//! A row is `| id | requirement | holds | proved by |`; all other lines stay as they are.

use std::collections::BTreeSet;

use super::scan::{Proof, is_id};

/// The new text and what is wrong with it.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) faults: Vec<String>,
    /// How many requirements have a proof.
    pub(super) proven: usize,
    /// How many requirements are said to hold, wholly or in part.
    pub(super) held: usize,
}

/// What the column `holds` may say.
const HOLDS: [&str; 3] = ["yes", "in part", "not yet"];

/// Writes the last column anew.
pub(super) fn write(current: &str, proofs: &[Proof]) -> Written {
    let mut written = Written { text: String::new(), faults: Vec::new(), proven: 0, held: 0 };
    let mut known = BTreeSet::new();
    for line in current.lines() {
        if let Some((id, requirement, holds)) = row(line) {
            if !known.insert(id) {
                written.faults.push(format!("{id} stands twice in docs/requirements.md"));
            }
            let links: Vec<_> = proofs.iter().filter(|p| p.requirement == id).map(link).collect();
            written.proven += usize::from(!links.is_empty());
            written.held += usize::from(holds != "not yet");
            if !HOLDS.contains(&holds) {
                written.faults.push(format!("{id}: “{holds}” is none of {}", HOLDS.join(", ")));
            } else if holds != "not yet" && links.is_empty() {
                written.faults.push(format!("{id} is said to hold, but no test proves it"));
            }
            let cells = [id, requirement, holds, &links.join("<br>")];
            written.text.push_str("| ");
            written.text.push_str(&cells.join(" | "));
            written.text.push_str(" |");
        } else {
            written.text.push_str(line);
        }
        written.text.push('\n');
    }
    for proof in proofs.iter().filter(|proof| !known.contains(proof.requirement.as_str())) {
        let Proof { requirement, file, test } = proof;
        written.faults.push(format!("{file}: {test} names {requirement}, which is not known"));
    }
    written
}

/// The id, the requirement and whether it holds, if the line is a row of a table.
fn row(line: &str) -> Option<(&str, &str, &str)> {
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let id = cells.next().filter(|id| is_id(id))?;
    let requirement = cells.next()?;
    let holds = cells.next()?.trim_end_matches('|').trim();
    Some((id, requirement, holds))
}

fn link(proof: &Proof) -> String {
    format!("[{}](../{})", proof.test, proof.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(requirement: &str, test: &str) -> Proof {
        Proof { requirement: requirement.into(), file: "crates/a.rs".into(), test: test.into() }
    }

    #[test]
    fn the_last_column_lists_the_tests_and_all_else_stays() {
        let current = "# Title\n\n| id | requirement | holds | proved by |\n|---|---|---|---|\n\
                       | DOC-01 | Once. | yes | old |\n| DOC-02 | Forms. | not yet | |\n";
        let written = write(current, &[proof("DOC-01", "a"), proof("DOC-01", "b")]);
        assert_eq!(written.faults, Vec::<String>::new());
        assert_eq!(
            written.text,
            "# Title\n\n| id | requirement | holds | proved by |\n|---|---|---|---|\n\
             | DOC-01 | Once. | yes | [a](../crates/a.rs)<br>[b](../crates/a.rs) |\n\
             | DOC-02 | Forms. | not yet |  |\n"
        );
        assert_eq!((written.proven, written.held), (1, 1));
        let again = write(&written.text, &[proof("DOC-01", "a"), proof("DOC-01", "b")]);
        assert_eq!(again.text, written.text);
    }

    #[test]
    fn a_claim_without_a_proof_is_a_fault() {
        let written = write("| DOC-01 | Once. | in part | [a](b) |\n", &[]);
        assert_eq!(written.faults, ["DOC-01 is said to hold, but no test proves it"]);
    }

    #[test]
    fn a_test_that_names_an_unknown_requirement_is_a_fault() {
        let written = write("| DOC-01 | Once. | not yet | |\n", &[proof("DOC-99", "a")]);
        assert_eq!(written.faults, ["crates/a.rs: a names DOC-99, which is not known"]);
    }

    #[test]
    fn a_word_that_is_no_answer_is_a_fault() {
        let written = write("| DOC-01 | Once. | maybe | |\n", &[]);
        assert_eq!(written.faults, ["DOC-01: “maybe” is none of yes, in part, not yet"]);
    }
}
