//! Lines and columns of byte offsets, found in one walk as long as they are asked for in order.

/// Finds the line and the column of offsets.
pub(super) struct Place<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Place<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// The line and the column in characters, both from 1, of a byte offset.
    pub(super) fn of(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        for c in passed.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset += passed.len();
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_begin_after_a_line_feed() {
        let mut place = Place::new("aä\nöb");
        assert_eq!(place.of(0), (1, 1));
        assert_eq!(place.of(3), (1, 3));
        assert_eq!(place.of(6), (2, 2));
        assert_eq!(place.of(1), (1, 2));
    }
}
