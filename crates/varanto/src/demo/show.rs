//! How the demo shows things at a terminal.

use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;
use varanto_client::Problem;

/// Says a line.
#[expect(clippy::print_stdout, reason = "the demo is for the person at the terminal")]
pub(super) fn tell(line: impl Display) {
    println!("{line}");
}

/// Begins a step of the story.
pub(super) fn step(title: &str) {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    tell("");
    tell(format_args!("{}. {title}", NUMBER.fetch_add(1, Ordering::Relaxed)));
}

/// Shows a problem as the caller gets it.
pub(super) fn problem(problem: &Problem) {
    tell(format_args!("   {} {}: {}", problem.status, problem.slug(), problem.title));
    if let Some(detail) = &problem.detail {
        tell(format_args!("     {detail}"));
    }
    for fault in &problem.errors {
        tell(format_args!("     {}\n       {} ({})", fault.pointer, fault.detail, fault.code));
    }
}

/// Shows log entries, each in a line.
pub(super) fn log<'v>(entries: impl Iterator<Item = &'v Value>) {
    let mut table = table(&["time", "user", "action", "outcome", "rules", "documents"]);
    for entry in entries {
        table.add_row([
            time(entry),
            text(&entry["user"], "name"),
            text(entry, "action"),
            text(entry, "outcome"),
            list(entry, "rules", " "),
            list(entry, "documents", "\n"),
        ]);
    }
    tell(table);
}

/// Shows entries of the disclosure log, each in a line.
pub(super) fn disclosures<'v>(entries: impl Iterator<Item = &'v Value>) {
    let mut table = table(&["time", "receiver", "user", "action", "basis", "ground", "documents"]);
    for entry in entries {
        table.add_row([
            time(entry),
            text(&entry["receiver"]["organisation_name"], "fi"),
            text(&entry["user"], "name"),
            text(entry, "action"),
            text(entry, "basis"),
            text(entry, "ground"),
            list(entry, "documents", "\n"),
        ]);
    }
    tell(table);
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

fn time(entry: &Value) -> String {
    let at = text(entry, "at");
    at.get(5..19).unwrap_or(&at).replace('T', " ")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn list(entry: &Value, name: &str, separator: &str) -> String {
    let values = entry[name].as_array().into_iter().flatten();
    values.filter_map(Value::as_str).collect::<Vec<_>>().join(separator)
}

/// The text of a display form, a line for each heading and each term with its description.
pub(super) fn as_text(form: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let body = form.split_once("<body").map_or(form, |(_, body)| body);
    let mut after_term = false;
    for piece in body.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        let name = tag.split_whitespace().next().unwrap_or_default();
        let text = text.trim().replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        if text.is_empty() {
            after_term = after_term && name != "dt";
            continue;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                lines.push(format!("   │ {}", text.to_uppercase()));
            }
            "dt" => lines.push(format!("   │   {text}:")),
            _ if after_term => {
                if let Some(last) = lines.last_mut() {
                    last.push(' ');
                    last.push_str(&text);
                }
            }
            _ => lines.push(format!("   │   {text}")),
        }
        after_term = name == "dt";
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_form_becomes_lines_of_text() {
        let form = "<html><head><title>x</title></head><body><h1>Arvio</h1><dl><dt>Nimi</dt><dd>A &amp; B</dd></dl><p>Loppu</p></body></html>";
        assert_eq!(as_text(form), "   │ ARVIO\n   │   Nimi: A & B\n   │   Loppu");
    }
}
