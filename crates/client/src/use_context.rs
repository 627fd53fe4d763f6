//! In which context client data is used, as a query (api.md, “Use context”).

use varanto_model::{Code, Oid};

/// The context of one use; what is left out is the repository's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UseContext {
    /// On what the use is based, such as `own`.
    pub basis: Option<Code>,
    /// For what the data is used, such as `client_work`.
    pub purpose: Option<Code>,
    /// The case in which it is used.
    pub case: Option<Oid>,
    /// The special reason, where there is no context.
    pub special_reason: Option<Code>,
    /// The ground of the broad right of access.
    pub ground: Option<Code>,
}

impl UseContext {
    /// The query with its question mark; empty where nothing is said. No member can have a character
    /// that would have to be encoded.
    pub(crate) fn query(&self) -> String {
        let members = [
            ("basis", self.basis.as_ref().map(Code::as_str)),
            ("purpose", self.purpose.as_ref().map(Code::as_str)),
            ("case", self.case.as_ref().map(Oid::as_str)),
            ("special_reason", self.special_reason.as_ref().map(Code::as_str)),
            ("ground", self.ground.as_ref().map(Code::as_str)),
        ];
        let said =
            members.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        let said: Vec<_> = said.collect();
        if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_stands_in_the_query() {
        assert_eq!(UseContext::default().query(), "");
        let context = UseContext {
            purpose: Code::parse("archive").ok(),
            case: Oid::parse("1.2.246.10.99990001.14.1").ok(),
            ..UseContext::default()
        };
        assert_eq!(context.query(), "?purpose=archive&case=1.2.246.10.99990001.14.1");
    }
}
