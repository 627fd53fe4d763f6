//! Filling a page of rights by reading on: which of them are told is known only when they are read.

use varanto_store::register_access::AccessCursor;

use crate::request::Page;

/// Entries that are read at once, at least.
const BATCH: u32 = 50;
/// Entries that are read for one page, at most, but for the rest of a batch.
const MAX_READ: usize = 2_000;

/// A page that is being filled.
pub(super) struct Filling<T> {
    size: u32,
    /// The place of the last entry that was read.
    after: Option<AccessCursor>,
    read: usize,
    told: Vec<T>,
    /// The place of the last entry on the page.
    last: Option<AccessCursor>,
    is_full: bool,
}

impl<T> Filling<T> {
    /// An empty page.
    pub(super) fn new(page: &Page<AccessCursor>) -> Self {
        Self {
            size: page.size,
            after: page.after.clone(),
            read: 0,
            told: Vec::new(),
            last: None,
            is_full: false,
        }
    }

    /// Entries that are read at once: one more than is shown, to know whether there is more.
    pub(super) fn batch(&self) -> u32 {
        BATCH.max(self.size + 1)
    }

    /// Is more read, if there is more?
    pub(super) const fn goes_on(&self) -> bool {
        !self.is_full && self.read < MAX_READ
    }

    /// Where the next batch begins.
    pub(super) fn after(&self) -> Option<AccessCursor> {
        self.after.clone()
    }

    /// Takes an entry, with its place; `None` where it is not told.
    pub(super) fn take(&mut self, at: AccessCursor, entry: Option<T>) {
        self.read += 1;
        self.after = Some(at.clone());
        if let Some(entry) = entry {
            self.is_full |= self.told.len() == self.size as usize;
            if !self.is_full {
                self.told.push(entry);
                self.last = Some(at);
            }
        }
    }

    /// The page, and the place after which the next one begins.
    pub(super) fn ended(self) -> (Vec<T>, Option<AccessCursor>) {
        let cut_short = self.read >= MAX_READ;
        let next = if self.is_full { self.last } else { self.after.filter(|_| cut_short) };
        (self.told, next)
    }
}

#[cfg(test)]
mod tests {
    use varanto_model::Oid;

    use super::*;

    fn place(n: usize) -> AccessCursor {
        let oid = |text: String| Oid::parse(&text).unwrap();
        AccessCursor { unit: oid("1.2.3".to_owned()), oid: oid(format!("2.25.{n}")) }
    }

    /// All pages of `number` entries, of which those are told that `is_told` takes.
    fn pages(number: usize, size: u32, is_told: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let (mut pages, mut page) = (Vec::new(), Page { size, after: None });
        loop {
            let mut filling = Filling::new(&page);
            while filling.goes_on() {
                let begin = filling
                    .after()
                    .map_or(0, |after| (0..number).find(|n| place(*n) == after).unwrap() + 1);
                let end = number.min(begin + filling.batch() as usize);
                (begin..end).for_each(|n| filling.take(place(n), is_told(n).then_some(n)));
                if end - begin < filling.batch() as usize {
                    break;
                }
            }
            let (told, next) = filling.ended();
            pages.push(told);
            let Some(next) = next else { return pages };
            page.after = Some(next);
        }
    }

    /// REQ RA-03
    #[test]
    fn every_entry_that_is_told_stands_on_one_page_in_order() {
        for (number, size, every) in
            [(0, 1, 1), (1, 1, 1), (7, 3, 1), (6, 3, 1), (200, 7, 3), (120, 50, 2), (151, 50, 1)]
        {
            let pages = pages(number, size, |n| n % every == 0);
            let expected: Vec<_> = (0..number).filter(|n| n % every == 0).collect();
            assert_eq!(pages.concat(), expected, "{number} {size} {every}");
            let (_, whole) = pages.split_last().unwrap();
            assert!(whole.iter().all(|page| page.len() == size as usize), "{pages:?}");
            assert!(number == 0 || pages.iter().all(|page| !page.is_empty()), "{pages:?}");
        }
    }

    /// REQ RA-03: what one request costs is bounded.
    #[test]
    fn where_little_is_told_a_page_is_cut_short_and_names_the_next() {
        let pages = pages(4_500, 2, |n| n == 4_400);
        assert_eq!(pages, [vec![], vec![], vec![4_400]]);
    }
}
