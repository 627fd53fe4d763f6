//! The page of the access rules says what the code says: it is rendered from the rules and compared
//! with `docs/access-rules.md`. With `VARANTO_WRITE_DOCS` set it is written anew.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the test compares a file of the checkout"
)]

use std::fmt::Write as _;

use varanto_model::Language;
use varanto_rules::{Refusal, Rule};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-rules.md");
const HEAD: &str = include_str!("page/head.md");

/// The refusals of a rule, each with its slug.
fn refusals(rule: Rule) -> String {
    let of_rule = Refusal::ALL.into_iter().filter(|refusal| refusal.rules().contains(&rule));
    let slugs: Vec<String> = of_rule.map(|refusal| format!("`{}`", refusal.slug())).collect();
    match (slugs.is_empty(), rule) {
        (false, _) => slugs.join(", "),
        (true, Rule::R6) => "none: it says what a denial leaves as it is".to_owned(),
        (true, Rule::R7) => "none: it masks".to_owned(),
        (true, _) => "none: without its log entry the act fails as a whole".to_owned(),
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## The rules\n");
    for rule in Rule::ALL {
        write!(
            page,
            "\n### {}\n\n{}\n\n- Finnish: {}\n- Swedish: {}\n- Ground: {}\n- Refusals: {}\n",
            rule.id(),
            rule.text(Language::En),
            rule.text(Language::Fi),
            rule.text(Language::Sv),
            rule.ground(),
            refusals(rule),
        )
        .unwrap();
    }
    page.push_str("\n## The refusals\n\n| refusal | rules | looks like absence |\n|---|---|---|\n");
    for refusal in Refusal::ALL {
        let rules: Vec<&str> = refusal.rules().iter().map(|rule| rule.id()).collect();
        let hides = if refusal.hides_existence() { "yes" } else { "" };
        writeln!(page, "| `{}` | {} | {hides} |", refusal.slug(), rules.join(", ")).unwrap();
    }
    page
}

/// REQ AC-06
#[test]
fn the_page_of_the_access_rules_is_that_of_the_code() {
    if std::env::var_os("VARANTO_WRITE_DOCS").is_some() {
        std::fs::write(PAGE, page()).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap();
    assert!(
        written == page(),
        "docs/access-rules.md is out of date: run this test with VARANTO_WRITE_DOCS=1"
    );
}

#[test]
fn every_rule_but_r6_r7_and_l1_has_a_refusal() {
    for rule in Rule::ALL {
        let has_one = Refusal::ALL.into_iter().any(|refusal| refusal.rules().contains(&rule));
        assert_eq!(has_one, !matches!(rule, Rule::R6 | Rule::R7 | Rule::L1), "{rule:?}");
    }
}
