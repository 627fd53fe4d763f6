//! How the width of a page is shared among the columns of a table.
//!
//! A column gets what its longest word needs, and more in proportion to what it has to tell. Words
//! that are far too long do not take the room of others; they are broken.

/// No word claims more than this share of the page.
const WORD_SHARE: f32 = 0.22;
/// A text no wider than this share of the page stays on one line where all columns allow it.
const SHORT_SHARE: f32 = 0.13;
/// No text counts for more than this many widths of the page.
const TEXT_SHARE: f32 = 0.6;

/// What a column would like to have: all of its text on one line, or at least its longest word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) text: f32,
    pub(super) word: f32,
}

impl Wish {
    /// The wish of a column that has both cells.
    pub(super) fn or(self, other: Self) -> Self {
        Self { text: self.text.max(other.text), word: self.word.max(other.word) }
    }
}

/// The widths of the columns; together they are as wide as the page. `padding` is what each column
/// needs besides its text.
pub(super) fn share(wishes: &[Wish], padding: f32, page: f32) -> Vec<f32> {
    let least = |whole: bool| -> Vec<f32> {
        let of = |wish: &Wish| {
            let whole = whole && wish.text <= page * SHORT_SHARE;
            if whole { wish.text } else { wish.word.min(page * WORD_SHARE) }
        };
        wishes.iter().map(|wish| (of(wish) + padding).max(padding + 6.0)).collect()
    };
    let total = |widths: &[f32]| widths.iter().sum::<f32>();
    let whole = least(true);
    let least = if total(&whole) <= page { whole } else { least(false) };
    let total = total(&least);
    if total >= page {
        return least.iter().map(|width| width * page / total).collect();
    }
    let want: Vec<f32> = wishes
        .iter()
        .zip(&least)
        .map(|(wish, least)| (wish.text.min(page * TEXT_SHARE) + padding - least).max(0.0))
        .collect();
    let wanted: f32 = want.iter().sum();
    let left = page - total;
    if wanted > 0.0 && wanted >= left {
        let part = left / wanted;
        return least.iter().zip(&want).map(|(least, want)| least + want * part).collect();
    }
    // Everything fits on one line: what is left over is shared by what each column has.
    let natural = total + wanted;
    least.iter().zip(&want).map(|(least, want)| (least + want) * page / natural).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn columns_fill_the_page_and_none_is_without_room(
            wishes in proptest::collection::vec((0.0_f32..5_000.0, 0.0_f32..5_000.0), 1..24),
        ) {
            let wishes: Vec<Wish> =
                wishes.into_iter().map(|(text, word)| Wish { text: text.max(word), word }).collect();
            let widths = share(&wishes, 8.0, 760.0);
            prop_assert!((widths.iter().sum::<f32>() - 760.0).abs() < 0.5);
            prop_assert!(widths.iter().all(|width| *width > 0.0));
        }
    }

    #[test]
    fn a_date_with_its_hour_stays_on_one_line_where_there_is_room() {
        let moment = Wish { text: 80.0, word: 45.0 };
        let text = Wish { text: 900.0, word: 60.0 };
        let widths = share(&[moment, text, text, text], 8.0, 740.0);
        assert!(widths[0] >= 88.0, "{widths:?}");
        let widths = share(&[moment, Wish { text: 900.0, word: 900.0 }], 8.0, 80.0);
        assert!(widths[0] < 88.0, "{widths:?}");
    }

    #[test]
    fn a_long_text_does_not_take_the_room_of_dates() {
        let date = Wish { text: 60.0, word: 60.0 };
        let text = Wish { text: 9_000.0, word: 70.0 };
        let widths = share(&[date, text], 8.0, 500.0);
        assert!(widths[0] >= 68.0 && widths[1] > 350.0, "{widths:?}");
    }
}
