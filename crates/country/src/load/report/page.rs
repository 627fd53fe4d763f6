//! The page: headings, words, tables and plots.

use std::fmt::Write as _;

use super::chart::Chart;
use super::escaped;

const STYLE: &str = include_str!("style.css");

/// A whole report.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// What was run, where and when: names and values.
    pub about: Vec<(String, String)>,
    /// Whether what had to hold held.
    pub verdicts: Vec<Verdict>,
    /// The rest.
    pub sections: Vec<Section>,
}

/// Something that had to hold.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Did it?
    pub holds: bool,
    /// What it is, with the figure.
    pub what: String,
}

/// A part under a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub parts: Vec<Part>,
}

/// Something that stands in a section.
#[derive(Clone, Debug)]
pub enum Part {
    /// A paragraph.
    Text(String),
    /// A table.
    Table(Table),
    /// A plot.
    Chart(Chart),
}

/// A table. The first cell of each row says what the row is about.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Verdict {
    /// That something holds, or that it does not.
    pub fn new(holds: bool, what: impl Into<String>) -> Self {
        Self { holds, what: what.into() }
    }
}

impl Page {
    /// The page as one file.
    pub fn html(&self) -> String {
        let title = escaped(&self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
             <meta name=\"color-scheme\" content=\"light dark\"/>\
             <title>{title}</title><style>{STYLE}</style></head><body><main>\n<h1>{title}</h1>\n"
        );
        if !self.verdicts.is_empty() {
            html.push_str("<ul class=\"verdicts\">");
            for Verdict { holds, what } in &self.verdicts {
                let (class, word) =
                    if *holds { ("holds", "holds") } else { ("fails", "does not hold") };
                // Writing to a string cannot fail, here and below.
                let _ = write!(
                    html,
                    "<li class=\"{class}\"><strong>{word}</strong>: {}</li>",
                    escaped(what)
                );
            }
            html.push_str("</ul>\n");
        }
        html.push_str("<dl>");
        for (name, value) in &self.about {
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
        }
        html.push_str("</dl>\n");
        let mut plots = 0;
        for section in &self.sections {
            let _ = writeln!(html, "<section><h2>{}</h2>", escaped(&section.heading));
            for part in &section.parts {
                match part {
                    Part::Text(text) => {
                        let _ = writeln!(html, "<p>{}</p>", escaped(text));
                    }
                    Part::Table(table) => table.write(&mut html),
                    Part::Chart(chart) => {
                        plots += 1;
                        write_chart(&mut html, chart, plots);
                    }
                }
            }
            html.push_str("</section>\n");
        }
        html.push_str("</main></body></html>\n");
        html
    }
}

fn write_chart(html: &mut String, chart: &Chart, number: usize) {
    let _ = write!(
        html,
        "<figure><figcaption><strong>{}</strong>. {}</figcaption>{}\
         <details><summary>The figures of this plot</summary>",
        escaped(&chart.title),
        escaped(&chart.about),
        chart.svg(&format!("plot{number}"))
    );
    chart.table().write(html);
    html.push_str("</details></figure>\n");
}

impl Table {
    fn write(&self, html: &mut String) {
        let _ = write!(
            html,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table>\
             <caption>{caption}</caption><thead><tr>",
            caption = escaped(&self.caption)
        );
        for name in &self.head {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(name));
        }
        html.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let cell = escaped(cell);
                let _ = if column == 0 {
                    write!(html, "<th scope=\"row\">{cell}</th>")
                } else {
                    write!(html, "<td>{cell}</td>")
                };
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::report::{Axis, Scale, Series};

    fn page() -> Page {
        let chart = Chart {
            title: "Memory".to_owned(),
            about: "It stays.".to_owned(),
            x: Axis::new("minutes", Scale::Linear),
            y: Axis::new("MB", Scale::Linear),
            series: vec![Series::new("server", [(0.0, 80.0), (1.0, 81.0)])],
        };
        let table = Table {
            caption: "By kind".to_owned(),
            head: vec!["kind".to_owned(), "p50".to_owned()],
            rows: vec![vec!["a & b".to_owned(), "1".to_owned()]],
        };
        Page {
            title: "Load <run>".to_owned(),
            about: vec![("machine".to_owned(), "2 × \"x\"".to_owned())],
            verdicts: vec![Verdict::new(true, "no error"), Verdict::new(false, "p99 < 5 ms")],
            sections: vec![Section {
                heading: "All".to_owned(),
                parts: vec![
                    Part::Text("Words < more words.".to_owned()),
                    Part::Table(table),
                    Part::Chart(chart.clone()),
                    Part::Chart(chart),
                ],
            }],
        }
    }

    #[test]
    fn a_page_is_well_formed_and_asks_nothing_of_a_network() {
        let html = page().html();
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let read = roxmltree::Document::parse_with_options(&html, options).unwrap();
        for node in read.descendants() {
            for name in ["src", "href", "action", "data"] {
                assert!(node.attribute(name).is_none(), "{name}");
            }
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }

    /// What is drawn stands in a table beside it, and every table tells what its rows and columns are.
    #[test]
    fn every_plot_has_its_figures_in_a_table_and_no_two_share_an_id() {
        let html = page().html();
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let read = roxmltree::Document::parse_with_options(&html, options).unwrap();
        let all = |name: &'static str| read.descendants().filter(move |n| n.has_tag_name(name));
        assert_eq!(all("figure").count(), 2);
        for figure in all("figure") {
            for name in ["svg", "figcaption", "table"] {
                assert_eq!(figure.descendants().filter(|n| n.has_tag_name(name)).count(), 1);
            }
        }
        for table in all("table") {
            assert!(table.descendants().any(|n| n.has_tag_name("caption")));
            assert!(table.descendants().any(|n| n.attribute("scope") == Some("row")));
        }
        let mut ids: Vec<&str> = read.descendants().filter_map(|n| n.attribute("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn what_does_not_hold_is_said_in_words() {
        let html = page().html();
        assert!(html.contains("<strong>holds</strong>: no error"));
        assert!(html.contains("<strong>does not hold</strong>: p99 &lt; 5 ms"));
    }
}
