//! A report as a page of XHTML: a section for each heading, terms in lists, header cells with scope.

use super::{Block, Report, filled, width};
use crate::render::page::Page;

/// Writes the page.
pub(super) fn write(report: &Report) -> String {
    let mut page = Page::new(report.language, report.heading());
    let mut heading: Option<&str> = None;
    for block in report.told() {
        match block {
            Block::Heading(text) => {
                if heading.replace(text).is_some() {
                    page.close("section");
                }
                page.open("section");
                page.heading(2, text);
            }
            Block::Paragraph(text) => page.values(None, std::slice::from_ref(text)),
            Block::Facts(facts) => {
                for (term, value) in facts {
                    page.values(Some(term), std::slice::from_ref(value));
                }
                page.close_list();
            }
            Block::Table { columns, rows } => {
                let width = width(columns, rows);
                let columns = (!columns.is_empty()).then(|| filled(columns, width));
                let rows = rows.iter().map(|row| filled(row, width));
                page.table(heading.unwrap_or(report.heading()), columns, rows);
            }
        }
    }
    if heading.is_some() {
        page.close("section");
    }
    page.finish()
}
