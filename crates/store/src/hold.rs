//! Holds: what a plan keeps others from changing, or from looking at, until it is committed or undone.
//!
//! Where plans run one after another, as on the embedded database, a guard that holds when it is looked at
//! holds at the commit. Where they run side by side it would not: the guard of one is looked at, another
//! changes what was guarded and is answered, and only then the first is committed. So a guard holds shared what
//! a change holds exclusively, and every plan takes its holds before its first statement. A hold is a number:
//! two things that share one merely wait for each other. Nothing is written for it.

use aws_lc_rs::digest::{Context, SHA256};

/// What can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The file of a client, by its key.
    Client,
    /// A document, by its original identifier.
    Document,
    /// The documents of a case, by its identifier.
    Case,
    /// What is kept in memory, by the name of its counter.
    Revision,
    /// A recipient, by its name.
    Recipient,
    /// A breach, by its name.
    Breach,
    /// The reports of somebody to a controller.
    Reports,
    /// The decisions on an item.
    Decisions,
    /// The parcels of a kind.
    Parcels,
}

/// A number that is held, by one plan alone or by several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Hold {
    pub(crate) number: i64,
    pub(crate) exclusive: bool,
}

impl Hold {
    /// Together with others that hold it so.
    pub(crate) fn shared(what: Held, name: &[&[u8]]) -> Self {
        Self { number: number(what, name), exclusive: false }
    }

    /// Alone.
    pub(crate) fn exclusive(what: Held, name: &[&[u8]]) -> Self {
        Self { number: number(what, name), exclusive: true }
    }
}

/// The same for the same name, and seldom for others. Each part of a name is told apart by its length.
fn number(what: Held, name: &[&[u8]]) -> i64 {
    let mut context = Context::new(&SHA256);
    context.update(&[what as u8]);
    for part in name {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    let digest = context.finish();
    digest.as_ref().first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}

/// The holds of statements, each once – alone where one of them wants it so – in an order that is the same for
/// all plans, so that none waits for another in a circle.
pub(crate) fn in_order(holds: impl Iterator<Item = Hold>) -> Vec<Hold> {
    let mut holds: Vec<Hold> = holds.collect();
    // Of one number, the exclusive one first.
    holds.sort_unstable_by_key(|hold| (hold.number, !hold.exclusive));
    holds.dedup_by_key(|hold| hold.number);
    holds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_kind_and_by_their_parts() {
        let of = |what, name: &[&[u8]]| Hold::shared(what, name).number;
        assert_eq!(of(Held::Client, &[b"ab"]), of(Held::Client, &[b"ab"]));
        assert_ne!(of(Held::Client, &[b"ab"]), of(Held::Case, &[b"ab"]));
        assert_ne!(of(Held::Client, &[b"a", b"b"]), of(Held::Client, &[b"ab"]));
        assert_ne!(of(Held::Client, &[b"a", b""]), of(Held::Client, &[b"", b"a"]));
    }

    #[test]
    fn each_number_is_held_once_in_the_same_order_and_alone_where_one_wants_it_so() {
        let hold = |number, exclusive| Hold { number, exclusive };
        let holds = [hold(3, false), hold(1, false), hold(3, true), hold(2, false), hold(1, false)];
        let expected = [hold(1, false), hold(2, false), hold(3, true)];
        assert_eq!(in_order(holds.into_iter()), expected);
        assert_eq!(in_order(holds.into_iter().rev()), expected);
    }
}
