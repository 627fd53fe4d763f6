//! Showing what was found: tables and JSON for people, and bytes as they are.

use std::io::{ErrorKind, Write};
use std::path::Path;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use serde_json::Value;
use varanto_service::Error;

use crate::commands::CommandError;

/// Writes bytes to the standard output. That nobody reads on is no failure.
pub(in crate::commands) fn put_out(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::file(Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

/// A plain table: one row for each item, one column for each heading with the place of its value.
pub(in crate::commands) fn table<T: Serialize>(
    items: &[T],
    columns: &[(&str, &str)],
) -> Result<String, CommandError> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns.iter().map(|(heading, _)| *heading));
    for item in items {
        let item = serde_json::to_value(item).map_err(|e| CommandError::other(&e))?;
        table.add_row(columns.iter().map(|(_, place)| cell(item.pointer(place))));
    }
    Ok(format!("{table}\n"))
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.len().to_string(),
        Some(other) => other.to_string(),
    }
}

/// JSON for people, with a line end.
pub(in crate::commands) fn pretty(value: &impl Serialize) -> Result<String, CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(|e| CommandError::other(&e))?;
    Ok(text + "\n")
}

/// Says of what there is none.
pub(in crate::commands) fn not_found(what: &'static str) -> impl Fn(Error) -> CommandError {
    move |error| match error {
        Error::NotFound => CommandError::Other(format!("no {what} here has this identifier")),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_has_one_row_for_each_item_and_shows_what_is_missing() {
        let items = [json!({"a": {"b": "x"}, "n": [1, 2]}), json!({"a": null, "n": true})];
        let text = table(&items, &[("AB", "/a/b"), ("N", "/n")]).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
        assert_eq!(rows, [["AB", "N"], ["x", "2"], ["–", "true"]]);
    }
}
