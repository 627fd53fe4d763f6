//! Are user and client of one name? Family names of Finland are compared as people write them: in any case,
//! with hyphen or without, one half of a double name for the whole, with particles or without them. Pure.

use std::collections::BTreeSet;

/// Words before a family name that do not tell families apart.
const PARTICLES: &[&str] = &["af", "av", "de", "der", "den", "du", "la", "le", "van", "von", "zu"];

/// The words of a family name by which it is compared; empty where the name tells nothing.
fn parts(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| c.is_whitespace() || is_hyphen(c));
    let plain = words.map(plain).filter(|word| !word.is_empty());
    let all: Vec<String> = plain.collect();
    let telling: BTreeSet<String> =
        all.iter().filter(|word| !PARTICLES.contains(&word.as_str())).cloned().collect();
    // A family may be called as a particle is.
    if telling.is_empty() { all.into_iter().collect() } else { telling }
}

/// Small letters alone; a letter with an accent that was written as two characters is the same as one.
fn plain(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{308}' => join(&mut letters, &[('a', 'ä'), ('o', 'ö'), ('u', 'ü')]),
            '\u{30a}' => join(&mut letters, &[('a', 'å')]),
            '\u{301}' => join(&mut letters, &[('e', 'é')]),
            c if c.is_alphabetic() => letters.push(c),
            _ => {}
        }
    }
    letters
}

/// Puts a mark on the last letter.
fn join(letters: &mut String, pairs: &[(char, char)]) {
    let last = letters.chars().last();
    if let Some((_, joined)) = pairs.iter().find(|(plain, _)| Some(*plain) == last) {
        letters.pop();
        letters.push(*joined);
    }
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

/// Have two family names a telling word in common?
pub(in crate::supervision) fn are_namesakes(one: &str, other: &str) -> bool {
    !parts(one).is_disjoint(&parts(other))
}

/// The family name out of a name as logs have it: `family name, given names`.
pub(in crate::supervision) fn family_name(listed: &str) -> &str {
    listed.split_once(", ").map_or(listed, |(family_name, _)| family_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// REQ LOG-06
    #[test]
    fn family_names_are_compared_as_people_write_them() {
        for (one, other) in [
            ("Virtanen", "VIRTANEN"),
            ("Mäkelä", "mäkelä"),
            ("Mäkelä", "MA\u{308}KELA\u{308}"),
            ("Åström", "A\u{30a}stro\u{308}m"),
            ("Virtanen-Mäkelä", "Mäkelä"),
            ("Virtanen-Mäkelä", "Virtanen Mäkelä"),
            ("Virtanen\u{2013}Mäkelä", "Mäkelä-Virtanen"),
            ("von Wright", "Wright"),
            ("af Ursin", "von Ursin"),
            ("D'Angelo", "Dangelo"),
            (" Virtanen ", "Virtanen"),
            ("Le", "Le"),
        ] {
            assert!(are_namesakes(one, other), "{one} and {other}");
        }
        for (one, other) in [
            ("Virtanen", "Virta"),
            ("Mäkelä", "Makela"),
            ("von Wright", "von Essen"),
            ("Virtanen-Mäkelä", "Korhonen-Laine"),
            ("", ""),
            ("-", "-"),
            ("Le", "Le Blanc"),
        ] {
            assert!(!are_namesakes(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_listed_name_begins_with_the_family_name() {
        assert_eq!(family_name("Esimerkki, Maija Liisa"), "Esimerkki");
        assert_eq!(family_name("von Wright, Ferdinand"), "von Wright");
        assert_eq!(family_name("Esimerkki"), "Esimerkki");
    }

    proptest! {
        #[test]
        fn being_namesakes_is_mutual(one in "[A-Za-zÅÄÖåäö -]{0,20}", other in "[A-Za-zÅÄÖåäö -]{0,20}") {
            prop_assert_eq!(are_namesakes(&one, &other), are_namesakes(&other, &one));
        }

        #[test]
        fn whoever_has_a_name_is_a_namesake_of_it_in_any_case(name in "[A-Za-zÅÄÖåäö]{1,12}(-[A-Za-z]{2,8})?") {
            prop_assert!(are_namesakes(&name, &name.to_uppercase()));
        }
    }
}
