//! Queries, all of a call in one flight.

use std::cell::Cell;
use std::time::Instant;

use deadpool_postgres::Object;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Row, Statement as Prepared};

use super::flight::Sent;
use super::values::{Trouble, borrowed};
use super::{Inner, NoConnection, let_go, meter};
use crate::error::StoreError;
use crate::plan::Value;
use crate::query::{Asked, Queries, Query, Source};

/// A text of more arguments is not kept prepared: it has a list of what is left out, which is another one each time.
const MOST_KEPT_ARGS: usize = 512;
/// So many texts are kept prepared on a connection. Filters can be put together in more ways than a server has
/// memory for: beyond this, all begin anew.
const MOST_PREPARED: usize = 768;

/// The answers to the queries of a call, taken one after another.
struct Fetched {
    answers: Vec<Vec<Row>>,
    next: Cell<usize>,
}

impl Source for Fetched {
    fn rows<T>(&self, query: &Query<T>) -> Result<Vec<T>, StoreError> {
        let place = self.next.replace(self.next.get() + 1);
        let rows = self.answers.get(place).map_or(&[][..], Vec::as_slice);
        let corrupt = |source| StoreError::Corrupt { statement: query.name, source };
        rows.iter().map(|row| (query.decode)(row).map_err(corrupt)).collect()
    }
}

/// A query as it is sent.
struct Question {
    sql: String,
    name: &'static str,
    args: Vec<Value>,
}

impl Inner {
    /// Reading twice does no harm: it is done again while there is time.
    pub(super) async fn fetch<Q: Queries>(&self, queries: Q) -> Result<Q::Rows, StoreError> {
        let mut asked = Vec::new();
        queries.each(&mut |Asked { sql, name, args }| {
            asked.push(Question { sql: sql.to_owned(), name, args: args.to_vec() });
        });
        let until = Instant::now() + self.wait;
        let mut pause = super::writer::PAUSE;
        let answers = loop {
            match self.ask(&asked, until).await {
                Ok(answers) => break answers,
                Err(Some(error)) => return Err(error),
                Err(None) if Instant::now() + pause >= until => {
                    return Err(super::writer::give_up(false));
                }
                Err(None) => sleep(pause).await,
            }
            pause = (pause * 2).min(super::writer::LONGEST_PAUSE);
        };
        queries.fetch_from(&Fetched { answers, next: Cell::new(0) })
    }

    /// The rows of each query; an error of `None` may pass.
    async fn ask(
        &self,
        asked: &[Question],
        until: Instant,
    ) -> Result<Vec<Vec<Row>>, Option<StoreError>> {
        let connection = match self.connection(until).await {
            Ok(connection) => connection,
            Err(NoConnection::Away(StoreError::Busy)) => return Err(None),
            Err(other) => return Err(Some(other.error())),
        };
        let started = Instant::now();
        let outcome = timeout(self.limit, ask_all(&connection, asked)).await;
        meter::fetched(started);
        match outcome {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err((Trouble::Lost, _))) | Err(_) => {
                meter::lost();
                let_go(connection);
                Err(None)
            }
            Ok(Err((trouble, name))) => Err(Some(trouble.error(name))),
        }
    }
}

type Answers = Result<Vec<Vec<Row>>, (Trouble, &'static str)>;

async fn ask_all(connection: &Object, asked: &[Question]) -> Answers {
    if connection.statement_cache.size() >= MOST_PREPARED {
        connection.statement_cache.clear();
    }
    let mut prepared = Vec::with_capacity(asked.len());
    for Question { sql, name, args } in asked {
        let made = if args.len() > MOST_KEPT_ARGS {
            connection.prepare(sql).await
        } else {
            connection.prepare_cached(sql).await
        };
        prepared.push(made.map_err(|error| (Trouble::of(&error), *name))?);
    }
    // What is asked together is asked of one instant.
    let together = asked.len() > 1;
    let begin = together.then_some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    let begin = Sent::now(command(connection, begin)).await;
    let mut sent = Vec::with_capacity(asked.len());
    for (Question { name, args, .. }, prepared) in asked.iter().zip(&prepared) {
        sent.push(Sent::now(rows(connection, prepared, args, name)).await);
    }
    let end = Sent::now(command(connection, together.then_some("COMMIT"))).await;
    begin.answer().await?;
    let mut answers = Vec::with_capacity(sent.len());
    for sent in sent {
        answers.push(sent.answer().await);
    }
    end.answer().await?;
    answers.into_iter().collect()
}

async fn rows(
    connection: &Object,
    prepared: &Prepared,
    args: &[Value],
    name: &'static str,
) -> Result<Vec<Row>, (Trouble, &'static str)> {
    let rows = connection.query(prepared, &borrowed(args)).await;
    rows.map_err(|error| (Trouble::of(&error), name))
}

async fn command(
    connection: &Object,
    command: Option<&'static str>,
) -> Result<(), (Trouble, &'static str)> {
    let Some(command) = command else { return Ok(()) };
    // Whatever its error: where a BEGIN or a COMMIT does not come through, the session is not used again.
    let done = connection.batch_execute(command).await;
    done.map_err(|_| (Trouble::Lost, "reader::command"))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::contract::migrated;
    use crate::query::{MAX_LEFT_OUT, Select};
    use crate::{Database, PostgresSettings, Settings};

    /// How many texts the one connection has prepared, the text that asks for it too.
    async fn prepared(database: &Database) -> usize {
        let sql = "-- tests::prepared\nSELECT count(*) FROM pg_prepared_statements";
        let counted = database.fetch_one(Query::new(sql, vec![], |row| row.int(0))).await;
        counted.unwrap().unwrap().try_into().unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_connection_keeps_so_many_texts_prepared_and_none_with_a_long_list() {
        let place = migrated();
        let settings = PostgresSettings::from_url(&place.url()).unwrap();
        let settings = PostgresSettings { connections: 1, ..settings };
        let database = Database::open(&Settings::Postgres(Box::new(settings))).await.unwrap();
        let before = prepared(&database).await;
        let long = Select::new("-- tests::long\nSELECT 7::bigint WHERE ", [])
            .without_many("7::bigint", &vec![1_i64; MAX_LEFT_OUT])
            .unwrap();
        assert_eq!(database.fetch(long.decode(|row| row.int(0))).await, Ok(vec![7]));
        assert_eq!(prepared(&database).await, before);
        let text = |n: usize| Query::<i64> {
            sql: Cow::Owned(format!("-- tests::one\nSELECT {n}::bigint")),
            name: "tests::one",
            args: vec![],
            decode: |row| row.int(0),
        };
        for n in 0..MOST_PREPARED + 20 {
            assert_eq!(database.fetch(text(n)).await, Ok(vec![i64::try_from(n).unwrap()]));
        }
        assert!(prepared(&database).await <= MOST_PREPARED + 1);
    }
}
