//! `varanto check --rebuild`: derives cases, clientships and rights anew from the documents, and repairs
//! what is stored otherwise. A server may serve meanwhile.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use varanto_service::{Derivation, Difference, Rebuilt};

use super::super::say;
use super::CommandError;
use crate::config::Config;
use crate::server::open_service;

/// How often a long run says how far it is.
const EVERY: Duration = Duration::from_secs(5);

/// Rebuilds, and says what came of it. Fails where anything differed, repaired or not: what is derived
/// from documents does not come to differ from them by itself.
pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let service = open_service(config, &[]).await?;
    let mut told = Instant::now();
    let mut progress = |documents: u64| {
        if told.elapsed() >= EVERY {
            told = Instant::now();
            say(format_args!("… {documents} documents read"));
        }
    };
    let rebuilt = service.rebuild(&mut progress).await?;
    say(report(&rebuilt));
    outcome(&rebuilt).map_or(Ok(()), |why| Err(CommandError::Other(why)))
}

/// What was read, what follows from it, and each kind of difference.
fn report(rebuilt: &Rebuilt) -> String {
    let Rebuilt { documents, versions, clients, cases, rights, .. } = rebuilt;
    let mut text = format!(
        "✓ rebuild: {documents} control documents in {versions} versions: {clients} clients, \
         {cases} cases, {rights} rights"
    );
    for ((of, difference), number) in &rebuilt.repaired {
        let (row, how) = (row(*of), how(*difference));
        // Writing to a string cannot fail.
        let _ = write!(text, "\n! rebuild: {row}: {number} {how} – repaired");
    }
    if rebuilt.unreadable > 0 {
        let _ = write!(
            text,
            "\n✗ rebuild: {} control documents cannot be read; what is stored about their clients was \
             left as it is – restore the store from its copy, or import the structures again",
            rebuilt.unreadable
        );
    }
    if rebuilt.left > 0 {
        let _ = write!(
            text,
            "\n✗ rebuild: {} clients' files, cases and wills differ and could not be repaired – run it again",
            rebuilt.left
        );
    }
    text
}

/// Why the command fails, if it does.
fn outcome(rebuilt: &Rebuilt) -> Option<String> {
    if rebuilt.is_clean() {
        return None;
    }
    let repaired: u64 = rebuilt.repaired.values().sum();
    Some(match (repaired, rebuilt.left, rebuilt.unreadable) {
        (repaired, 0, 0) => format!(
            "{repaired} rows differed from the documents and are repaired: run it again, it must find \
             nothing, and look for what has changed them"
        ),
        (0, _, _) => "not everything could be derived from the documents".to_owned(),
        (repaired, _, _) => format!(
            "{repaired} rows differed from the documents and are repaired; others could not be"
        ),
    })
}

const fn row(of: Derivation) -> &'static str {
    match of {
        Derivation::Standing => "standings",
        Derivation::Case => "cases",
        Derivation::Right => "rights in the index",
        Derivation::Will => "wills",
    }
}

const fn how(difference: Difference) -> &'static str {
    match difference {
        Difference::Missing => "missing",
        Difference::Changed => "changed",
        Difference::Superfluous => "without a document",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ CASE-05
    #[test]
    fn an_operator_is_told_of_every_difference_by_kind_and_the_command_fails() {
        let mut rebuilt =
            Rebuilt { documents: 2, versions: 3, clients: 1, cases: 1, ..Rebuilt::default() };
        assert_eq!(outcome(&rebuilt), None);
        assert_eq!(report(&rebuilt).lines().count(), 1);
        rebuilt.repaired.insert((Derivation::Right, Difference::Missing), 2);
        assert!(outcome(&rebuilt).unwrap().contains("repaired: run it again"));
        assert!(report(&rebuilt).contains("rights in the index: 2 missing – repaired"));
        rebuilt.left = 1;
        assert!(outcome(&rebuilt).unwrap().contains("others could not be"));
        rebuilt.repaired.clear();
        rebuilt.unreadable = 1;
        assert_eq!(report(&rebuilt).lines().filter(|line| line.starts_with('✗')).count(), 2);
        assert!(outcome(&rebuilt).is_some());
    }
}
