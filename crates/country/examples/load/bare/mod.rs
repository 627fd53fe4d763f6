//! Bare statements on the same PostgreSQL: what it gives to a program that does nothing but ask it.
//!
//! They are made as quick as one can: prepared, over as many connections as the server has, everything of a use
//! in one flight. To *store* is one statement that inserts two rows – the bytes of a document as the server keeps
//! them, and a line of a log –, beside the check of the document's signature. To *search* and to *fetch* are the
//! query of the page or the document on the server's own tables, and in the same flight the insert of one line
//! into the log. The two tables of inserts are of a schema of their own, which goes in the end. The *bare service* is
//! the same behind a listener, in a process of its own.

mod inputs;
mod service;
mod statements;
mod tables;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_postgres::Client;
use varanto_country::load::mix::Kind;
use varanto_signatures::Trust;
use varanto_store::PostgresSettings;

pub(crate) use self::inputs::{Input, Inputs};
pub(crate) use self::service::{TEACH, Taught, serve};
use self::statements::Statements;

/// Bare statements, and the owner of what they insert into.
pub(crate) struct Bare {
    statements: Arc<Statements>,
    owner: Client,
}

impl Bare {
    /// So many connections to the database of a place, and the tables for what is inserted.
    pub(crate) async fn connect(settings: &PostgresSettings, count: usize, trust: Trust) -> Self {
        let owner = statements::connect(settings).await;
        tables::make(&owner).await;
        let statements = Statements::prepare(settings, count, trust).await;
        Self { statements: Arc::new(statements), owner }
    }

    /// What PostgreSQL does for a commit to last, and its memory, as its settings say.
    pub(crate) async fn durability(&self) -> String {
        let mut told = Vec::new();
        for name in ["fsync", "synchronous_commit", "full_page_writes", "shared_buffers"] {
            let row = self.owner.query_one(&format!("SHOW {name}"), &[]).await.expect("a setting");
            told.push(format!("{name} = {}", row.get::<_, String>(0)));
        }
        told.join(", ")
    }

    /// What a use of each document goes by, found in the store.
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        Inputs::new(&self.owner)
    }

    /// Lets so many tasks do what there is to do until `until`; gives how long each took.
    pub(crate) async fn work(
        &self,
        kind: Kind,
        tasks: usize,
        inputs: Vec<Input>,
        until: Instant,
    ) -> Vec<Duration> {
        let inputs = Arc::new(Mutex::new(inputs));
        let mut at_work = JoinSet::new();
        for _ in 0..tasks {
            let (inputs, statements) = (Arc::clone(&inputs), Arc::clone(&self.statements));
            at_work.spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < until {
                    let Some(input) = inputs.lock().expect("no task panics").pop() else { break };
                    let began = Instant::now();
                    statements.carry_out(kind, &input).await;
                    times.push(began.elapsed());
                }
                times
            });
        }
        at_work.join_all().await.concat()
    }

    /// Takes the tables away.
    pub(crate) async fn end(self) {
        tables::drop(&self.owner).await;
    }
}
