//! What comes in pages, taken item by item.

use std::vec::IntoIter;

/// The page at hand, and whether another may come.
pub(super) struct Feed<T> {
    page: IntoIter<T>,
    ended: bool,
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self { page: Vec::new().into_iter(), ended: false }
    }
}

/// The page at hand is used up: the next has to come first.
pub(super) struct UsedUp;

impl<T> Feed<T> {
    /// The next page; an empty one is the last.
    pub(super) fn take(&mut self, page: Vec<T>) {
        self.ended = page.is_empty();
        self.page = page.into_iter();
    }

    /// The next item; `None` where there is no more.
    pub(super) fn peek(&self) -> Result<Option<&T>, UsedUp> {
        match self.page.as_slice().first() {
            None if !self.ended => Err(UsedUp),
            next => Ok(next),
        }
    }

    /// Takes the next item of the page at hand.
    pub(super) fn next(&mut self) -> Option<T> {
        self.page.next()
    }
}
