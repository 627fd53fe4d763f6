//! The structure of a PDF as a screen reader walks it: headings, paragraphs, lists of terms, tables
//! with header cells. It follows the report; what was drawn for each cell comes in the same order.

use std::num::NonZeroU16;

use krilla::tagging::{
    Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

use super::{Block, Report, width};

/// The tree of the report. `drawn` has for each cell what was drawn for it.
pub(super) fn tree(report: &Report, drawn: Vec<Vec<Identifier>>) -> TagTree {
    let mut drawn = Drawn(drawn.into_iter());
    let mut tree = TagTree::new().with_lang(Some(report.language.code().to_owned()));
    tree.push(drawn.heading(NonZeroU16::MIN, report.heading()));
    let mut heading = report.heading();
    for block in report.told() {
        match block {
            Block::Heading(text) => {
                heading = text;
                tree.push(drawn.heading(NonZeroU16::MIN.saturating_add(1), text));
            }
            Block::Paragraph(_) => tree.push(drawn.group(Tag::P)),
            Block::Facts(facts) => {
                let mut list = TagGroup::new(Tag::L(ListNumbering::None));
                for _ in facts {
                    let term = drawn.group(Tag::Lbl).into();
                    let value = drawn.group(Tag::LBody).into();
                    list.push(TagGroup::with_children(Tag::LI, vec![term, value]));
                }
                tree.push(list);
            }
            Block::Table { columns, rows } => {
                let width = width(columns, rows);
                tree.push(drawn.table(heading, width, !columns.is_empty(), rows.len()));
            }
        }
    }
    tree
}

/// A text for readers and for the metadata, without what XML cannot carry; cut, for PDF bounds the
/// length of a string.
pub(super) fn spoken(text: &str) -> String {
    let carried = |c: char| match c {
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(carried).take(1_000).collect()
}

struct Drawn(std::vec::IntoIter<Vec<Identifier>>);

impl Drawn {
    /// The next cell as a group of this kind.
    fn group(&mut self, tag: impl Into<TagKind>) -> TagGroup {
        let parts = self.0.next().unwrap_or_default();
        TagGroup::with_children(tag, parts.into_iter().map(Node::from).collect())
    }

    fn heading(&mut self, level: NonZeroU16, text: &str) -> TagGroup {
        self.group(Tag::Hn(level, Some(spoken(text))))
    }

    fn table(&mut self, summary: &str, width: usize, has_header: bool, rows: usize) -> TagGroup {
        let mut table = TagGroup::new(Tag::Table.with_summary(Some(spoken(summary))));
        if has_header {
            let row = self.row(width, || Tag::TH(TableHeaderScope::Column));
            table.push(TagGroup::with_children(Tag::THead, vec![row]));
        }
        if rows > 0 {
            let rows = (0..rows).map(|_| self.row(width, || Tag::TD)).collect();
            table.push(TagGroup::with_children(Tag::TBody, rows));
        }
        table
    }

    fn row<T: Into<TagKind>>(&mut self, width: usize, tag: impl Fn() -> T) -> Node {
        let cells = (0..width).map(|_| self.group(tag()).into()).collect();
        TagGroup::with_children(Tag::TR, cells).into()
    }
}
