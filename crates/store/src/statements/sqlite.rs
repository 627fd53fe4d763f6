//! On the embedded database.

use std::fmt::Write as _;

use rusqlite::Connection;

use super::{Listed, every};
use crate::migrate;
use crate::samples::at;

fn migrated() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    migrate::sqlite::apply(&connection, at(0), false).unwrap();
    connection
}

#[test]
fn every_statement_is_prepared_and_takes_its_arguments_in_order() {
    let connection = migrated();
    for Listed { name, sql, args, .. } in every() {
        let statement = connection.prepare(&sql).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(statement.parameter_count(), args.len(), "{name}");
        for at in 1..=args.len() {
            assert_eq!(statement.parameter_name(at), Some(format!("${at}").as_str()), "{name}");
        }
    }
}

#[test]
fn the_way_each_statement_is_carried_out_is_known() {
    let connection = migrated();
    let mut shown = String::new();
    for Listed { name, form, sql, .. } in every() {
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Vec<String> =
            explain.raw_query().mapped(|row| row.get(3)).collect::<Result<_, _>>().unwrap();
        if !steps.is_empty() {
            writeln!(shown, "{name} {form}\n    {}", steps.join("\n    ")).unwrap();
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_table_is_strict_and_of_the_common_types() {
    let connection = migrated();
    let mut tables = connection
        .prepare(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let tables: Vec<(String, String)> = tables
        .raw_query()
        .mapped(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(tables.len() > 10);
    for (table, sql) in tables {
        assert!(sql.contains("STRICT"), "{table}");
        let mut types = connection.prepare("SELECT type FROM pragma_table_info(?1)").unwrap();
        let mut rows = types.query([&table]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let kind: String = row.get(0).unwrap();
            assert!(["INTEGER", "TEXT", "BLOB"].contains(&kind.as_str()), "{table}: {kind}");
        }
    }
}
