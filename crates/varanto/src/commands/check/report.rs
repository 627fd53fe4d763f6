//! What was found, one line each.

use std::fmt::{self, Display};

/// The findings, in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
}

#[derive(Debug)]
struct Finding {
    mark: Mark,
    what: String,
    to_do: Option<String>,
}

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// It is in order.
    Good,
    /// It works, but somebody should see to it.
    Doubtful,
    /// The server cannot start, or would not do what it should.
    Wrong,
}

impl Report {
    /// Notes that something is in order.
    pub(super) fn good(&mut self, what: impl Display) {
        self.note(Mark::Good, what, None);
    }

    /// Notes that somebody should see to something.
    pub(super) fn doubtful(&mut self, what: impl Display, to_do: impl Display) {
        self.note(Mark::Doubtful, what, Some(to_do.to_string()));
    }

    /// Notes that something is wrong.
    pub(super) fn wrong(&mut self, what: impl Display, to_do: impl Display) {
        self.note(Mark::Wrong, what, Some(to_do.to_string()));
    }

    /// How many things are wrong.
    pub(super) fn wrong_ones(&self) -> usize {
        self.findings.iter().filter(|f| f.mark == Mark::Wrong).count()
    }

    fn note(&mut self, mark: Mark, what: impl Display, to_do: Option<String>) {
        self.findings.push(Finding { mark, what: what.to_string(), to_do });
    }
}

/// Each finding on a line, with what to do.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, finding) in self.findings.iter().enumerate() {
            let mark = match finding.mark {
                Mark::Good => '✓',
                Mark::Doubtful => '!',
                Mark::Wrong => '✗',
            };
            let start = if n == 0 { "" } else { "\n" };
            write!(f, "{start}{mark} {}", finding.what)?;
            if let Some(to_do) = &finding.to_do {
                write!(f, " – {to_do}")?;
            }
        }
        Ok(())
    }
}
