//! On PostgreSQL, with the settings that every session has.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use tokio_postgres::Client;
use tokio_postgres::types::Type;
use varanto_postgres::TestDatabase;

use super::{Listed, every};
use crate::contract::migrated;
use crate::plan::Value;
use crate::postgres::{PostgresSettings, session};

/// A database with a connection such as the pool makes.
async fn connected() -> (Client, TestDatabase) {
    let place = migrated();
    let settings = PostgresSettings::from_url(&place.url()).unwrap();
    (session(&settings).await, place)
}

/// Is it what the driver can make of a value?
fn takes(ty: &Type, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Uuid(_) => *ty == Type::UUID,
        Value::Text(_) => *ty == Type::TEXT,
        Value::Bytes(_) => *ty == Type::BYTEA,
        Value::Instant(_) => *ty == Type::INT8,
        Value::Int(_) => [Type::INT8, Type::INT4].contains(ty),
        Value::Bool(_) => [Type::INT2, Type::BOOL].contains(ty),
    }
}

#[tokio::test]
async fn every_statement_is_prepared_and_takes_its_arguments_as_they_are() {
    let (client, _place) = connected().await;
    let read =
        [Type::INT8, Type::INT4, Type::INT2, Type::BOOL, Type::TEXT, Type::BYTEA, Type::UUID];
    for Listed { name, form, sent, args, .. } in every() {
        let statement =
            client.prepare(&sent).await.unwrap_or_else(|e| panic!("{name} {form}: {e:?}"));
        assert_eq!(statement.params().len(), args.len(), "{name} {form}");
        for (at, (ty, value)) in statement.params().iter().zip(&args).enumerate() {
            assert!(takes(ty, value), "{name} {form}: {value:?} for ${} of type {ty}", at + 1);
        }
        for column in statement.columns() {
            assert!(read.contains(column.type_()), "{name} {form}: {}", column.name());
        }
    }
}

/// The words by which a statement is carried out with its arguments: whatever these are, it is so.
async fn explain(client: &Client, listed: &Listed) -> Result<Vec<String>, tokio_postgres::Error> {
    let Listed { sent, args, .. } = listed;
    let arguments = args.iter().map(literal).collect::<Vec<_>>().join(", ");
    let arguments = if args.is_empty() { arguments } else { format!("({arguments})") };
    client.batch_execute(&format!("PREPARE explained AS {sent}")).await?;
    let text = format!("EXPLAIN (COSTS OFF) EXECUTE explained{arguments}");
    let rows = client.simple_query(&text).await;
    client.batch_execute("DEALLOCATE explained").await?;
    let line = |message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(rows?.into_iter().filter_map(line).collect())
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Uuid(uuid) => format!("'{uuid}'"),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Instant(at) => format!("'{}'", at.as_microsecond()),
        Value::Bytes(bytes) => {
            bytes.iter().fold("'\\x".to_owned(), |s, b| s + &format!("{b:02x}")) + "'"
        }
        Value::Int(int) => format!("'{int}'"),
        Value::Bool(bool) => format!("'{}'", u8::from(*bool)),
    }
}

/// The names of partitions and of their indexes, each with that of its whole.
async fn wholes(client: &Client) -> BTreeMap<String, String> {
    let text = "SELECT c.relname::text, p.relname::text FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_class AS p ON p.oid = i.inhparent";
    let rows = client.query(text, &[]).await.unwrap();
    rows.into_iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// A line with the names of wholes for those of parts, and without the numbers that tell equal names apart.
fn of_wholes(line: &str, wholes: &BTreeMap<String, String>) -> String {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut shown = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !is_name(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        shown += before;
        let numbered = word.rsplit_once('_').filter(|(_, n)| n.parse::<u32>().is_ok());
        shown += wholes.get(word).map_or(numbered.map_or(word, |(name, _)| name), |whole| whole);
        rest = after;
    }
    shown += rest;
    // A part is told by its name and by that of its whole, which are the same by now.
    let mut words: Vec<&str> = shown.split(' ').collect();
    words.dedup_by(|a, b| a == b && !a.is_empty());
    words.join(" ")
}

/// Without the repetition of what is done in each partition.
fn once(lines: Vec<String>) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut kept: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let begins = line.trim_start().starts_with("->");
        match kept.last_mut() {
            Some(block) if !begins || depth(&line) > depth(&block[0]) => block.push(line),
            _ => kept.push(vec![line]),
        }
    }
    kept.dedup();
    kept.into_iter()
        .flat_map(|mut block| {
            let inner = block.split_off(1);
            let (own, below): (Vec<_>, Vec<_>) = {
                let first = inner.iter().position(|line| line.trim_start().starts_with("->"));
                let mut own = inner;
                let below = own.split_off(first.unwrap_or(own.len()));
                (own, below)
            };
            block.extend(own);
            block.extend(if below.is_empty() { below } else { once(below) });
            block
        })
        .collect()
}

#[tokio::test]
async fn the_way_each_statement_is_carried_out_is_known() {
    let (client, place) = connected().await;
    place.sql(&format!("SET search_path = varanto; {}", include_str!("fill.sql"))).unwrap();
    let wholes = wholes(&client).await;
    let mut shown = String::new();
    let mut whole_tables = Vec::new();
    for listed in every() {
        let lines = explain(&client, &listed).await;
        let lines = lines.unwrap_or_else(|e| panic!("{}: {e:?}", listed.name));
        let mut lines: Vec<_> = lines.iter().map(|line| of_wholes(line, &wholes)).collect();
        lines.dedup();
        let steps = once(lines);
        if steps.iter().any(|step| step.contains("Seq Scan")) {
            whole_tables.push(format!("{} {}", listed.name, listed.form));
        }
        writeln!(shown, "{} {}\n    {}", listed.name, listed.form, steps.join("\n    ")).unwrap();
    }
    // A small one, which is sorted as nothing else is.
    assert_eq!(whole_tables, ["deployment::all_deployments "], "these read a whole table");
    insta::assert_snapshot!(shown);
}

/// The role that a server has in operation can carry out every statement: `docs/operations/grants.sql`.
#[tokio::test]
async fn a_server_has_the_rights_to_carry_out_every_statement() {
    let (client, place) = connected().await;
    let role = format!("server_{}", place.name());
    place.sql(&format!("CREATE ROLE {role}")).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations/grants.sql");
    let grants = std::fs::read_to_string(file).unwrap();
    let grants: String =
        grants.lines().filter(|l| !l.starts_with('\\')).fold(String::new(), |s, l| s + l + "\n");
    let grants = grants.replace(":\"schema\"", "varanto").replace(":\"server\"", &role);
    client.batch_execute(&grants).await.unwrap();
    client.batch_execute(&format!("SET ROLE {role}")).await.unwrap();
    for listed in every() {
        let explained = explain(&client, &listed).await;
        let name = listed.name;
        assert!(explained.is_ok(), "{name}: {:?}", explained.unwrap_err().as_db_error());
    }
    assert!(client.batch_execute("DELETE FROM document").await.is_err());
    drop(client);
    place.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}
