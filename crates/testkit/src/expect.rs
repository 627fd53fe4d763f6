//! Assertions on answers, which show the whole answer where they fail.

use serde_json::Value;
use varanto_client::{Answer, Problem};

/// What a test wants of an answer.
pub trait Expect {
    /// The body as JSON, of an answer with this status.
    fn expect_status(&self, status: u16) -> Value;

    /// The problem, of an answer that is a problem with this slug.
    fn expect_problem(&self, slug: &str) -> Problem;
}

impl Expect for Answer {
    #[track_caller]
    fn expect_status(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", text(self));
        self.json().unwrap_or_else(|_| panic!("this is no JSON: {}", text(self)))
    }

    #[track_caller]
    fn expect_problem(&self, slug: &str) -> Problem {
        let Some(problem) = self.problem() else {
            panic!("`{slug}` was expected, and this is no problem: {} {}", self.status, text(self));
        };
        assert_eq!(problem.slug(), slug, "{}", text(self));
        assert_eq!(problem.status, self.status, "the status stands in the document too");
        problem
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
