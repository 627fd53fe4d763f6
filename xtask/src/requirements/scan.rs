//! Reads which requirements the tests of a source file name.
//!
//! Line by line, without parsing Rust: attributes and doc comments stand directly above a function,
//! because rustfmt puts them there.

/// One test that names one requirement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) requirement: String,
    /// The file, from the root of the checkout.
    pub(super) file: String,
    pub(super) test: String,
}

/// The proofs in a file, in the order of the tests.
pub(super) fn proofs(file: &str, text: &str) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            named.extend(requirements(comment));
        } else if line.starts_with("#[") {
            named.extend(requirements(line));
            is_test |= is_test_attribute(line);
        } else if let Some(test) = function(line) {
            if is_test {
                named.extend(requirement_in_name(test));
                named.sort();
                named.dedup();
                proofs.extend(named.drain(..).map(|requirement| Proof {
                    requirement,
                    file: file.to_owned(),
                    test: test.to_owned(),
                }));
            }
            named.clear();
            is_test = false;
        } else if !is_test {
            named.clear();
        }
    }
    proofs
}

fn is_test_attribute(line: &str) -> bool {
    let name = line.trim_start_matches("#[").split(['(', ']']).next().unwrap_or_default();
    name == "test" || name.ends_with("::test")
}

/// The name of the function that begins on this line.
fn function(line: &str) -> Option<&str> {
    let words = ["pub(crate) ", "pub ", "const ", "async "];
    let line = words.iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    let rest = line.strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

/// The ids that follow `REQ` in a comment: `REQ DOC-05, SIG-03: …`.
fn requirements(comment: &str) -> Vec<String> {
    let Some((_, list)) = comment.split_once("REQ ") else { return Vec::new() };
    list.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty() && *word != "and")
        .map_while(|word| {
            let id = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            is_id(id).then(|| id.to_owned())
        })
        .collect()
}

/// The id at the beginning of `req_doc_05_every_fault_is_named`.
fn requirement_in_name(test: &str) -> Option<String> {
    let mut words = test.strip_prefix("req_")?.split('_');
    let id = format!("{}-{}", words.next()?.to_uppercase(), words.next()?);
    is_id(&id).then_some(id)
}

/// Capital letters, a hyphen, two digits.
pub(super) fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(area, number)| {
        (2..=5).contains(&area.len())
            && area.bytes().all(|b| b.is_ascii_uppercase())
            && number.len() == 2
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        proofs("f.rs", text).iter().map(|p| format!("{} {}", p.requirement, p.test)).collect()
    }

    #[test]
    fn a_test_names_what_it_proves_above_itself() {
        let text = "
            /// REQ DOC-05, SIG-03: nothing is stored.
            #[test]
            fn a_refusal_stores_nothing() {}

            #[tokio::test(flavor = \"multi_thread\")]
            #[doc = \"REQ LOG-04\"]
            async fn a_refusal_is_logged() {}
        ";
        assert_eq!(
            found(text),
            [
                "DOC-05 a_refusal_stores_nothing",
                "SIG-03 a_refusal_stores_nothing",
                "LOG-04 a_refusal_is_logged",
            ]
        );
    }

    #[test]
    fn a_test_names_what_it_proves_in_its_name() {
        let text = "#[test]\nfn req_doc_01_the_same_bytes_are_stored_once() {}";
        assert_eq!(found(text), ["DOC-01 req_doc_01_the_same_bytes_are_stored_once"]);
    }

    #[test]
    fn what_is_no_test_proves_nothing() {
        let text = "
            /// Stores a document (REQ DOC-01).
            pub fn store() {}
            /// REQ DOC-02
            struct Form;
            #[test]
            fn another() {}
            fn req_doc_03_helper() {}
        ";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn a_property_names_what_it_proves() {
        let text =
            "proptest! {\n/// REQ DOC-07\n#[test]\nfn bytes_come_back(b in any::<u8>()) {}\n}";
        assert_eq!(found(text), ["DOC-07 bytes_come_back"]);
    }

    #[test]
    fn an_id_is_letters_a_hyphen_and_two_digits() {
        for id in ["DOC-01", "RA-12", "CASE-07"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["DOC-1", "doc-01", "DOC-001", "DOC01", "D-01", "REQUIRE-01", ""] {
            assert!(!is_id(id), "{id}");
        }
    }
}
