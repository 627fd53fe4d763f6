//! What a run gave, told: on the terminal, as JSON and as a page.

use std::path::Path;

use serde_json::{Value, json};
use varanto_country::load::report::{Page, Part, Section, Table, Verdict};

use crate::machine;
use crate::options::Options;

/// The outcome of a run.
pub(crate) struct Told {
    pub(crate) title: String,
    /// How it was run: names and values.
    pub(crate) about: Vec<(String, String)>,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) sections: Vec<Section>,
    pub(crate) figures: Value,
    /// Was every answer what it had to be? An aim that is missed is told; a wrong answer fails the run.
    pub(crate) is_right: bool,
    load_before: f64,
    began: jiff::Timestamp,
}

impl Told {
    /// Begins: notes the instant and what else the machine does.
    pub(crate) fn begin(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            about: Vec::new(),
            verdicts: Vec::new(),
            sections: Vec::new(),
            figures: Value::Null,
            is_right: true,
            load_before: machine::load(),
            began: jiff::Timestamp::now(),
        }
    }

    pub(crate) fn note(&mut self, name: &str, value: impl Into<String>) {
        self.about.push((name.to_owned(), value.into()));
    }

    /// Takes over what another run tells, under its title.
    pub(crate) fn take(&mut self, other: Self) {
        let title = other.title;
        self.is_right &= other.is_right;
        let named = |v: Verdict| Verdict { what: format!("{title}: {}", v.what), ..v };
        self.verdicts.extend(other.verdicts.into_iter().map(named));
        for section in other.sections {
            self.sections
                .push(Section { heading: format!("{title}: {}", section.heading), ..section });
        }
    }

    /// Tells it, and whether every answer was right.
    pub(crate) fn tell(mut self, options: &Options) -> bool {
        let load = format!("{:.1} before and {:.1} after", self.load_before, machine::load());
        self.note("machine", machine::describe());
        self.note("load of the machine", load);
        self.note("began", self.began.strftime("%Y-%m-%d %H:%M UTC").to_string());
        self.note("command", std::env::args().skip(1).collect::<Vec<_>>().join(" "));
        println!("{}", self.title);
        for (name, value) in &self.about {
            println!("{name}: {value}");
        }
        for section in &self.sections {
            println!("\n{}", section.heading);
            for part in &section.parts {
                match part {
                    Part::Text(text) => println!("{text}"),
                    Part::Table(table) => print(table),
                    Part::Chart(_) => {}
                }
            }
        }
        println!();
        for Verdict { holds, what } in &self.verdicts {
            println!("{}: {what}", if *holds { "holds" } else { "DOES NOT HOLD" });
        }
        let is_right = self.is_right;
        if let Some(file) = &options.json {
            let told = json!({
                "title": self.title,
                "about": self.about.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                "verdicts": self.verdicts.iter()
                    .map(|v| json!({"holds": v.holds, "what": v.what})).collect::<Value>(),
                "figures": self.figures,
            });
            write(file, &format!("{told:#}\n"));
        }
        if let Some(file) = &options.html {
            let Self { title, about, verdicts, sections, .. } = self;
            write(file, &Page { title, about, verdicts, sections }.html());
        }
        is_right
    }
}

fn write(file: &Path, text: &str) {
    std::fs::write(file, text).expect("the file can be written");
}

fn print(table: &Table) {
    let columns = 0..table.head.len();
    let width = |column: usize| {
        let cells = table.rows.iter().map(|row| &row[column]).chain([&table.head[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = columns.map(width).collect();
    println!("{}", table.caption);
    for row in std::iter::once(&table.head).chain(&table.rows) {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") }
        });
        println!("{}", cells.collect::<String>().trim_end());
    }
}
