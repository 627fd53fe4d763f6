//! Bare statements on the same PostgreSQL: what it gives to a program that does nothing but ask it.
//!
//! They are made as quick as one can: prepared, over as many connections as the server has, everything of a use
//! in one flight. To *store* is one statement that inserts two rows – the bytes of a document as the server keeps
//! them, and a line of a log –, beside the check of the document's signature. To *search* and to *fetch* are the
//! query of the page or the document on the server's own tables, and in the same flight the insert of one line
//! into the log. The two tables of inserts are of a schema of their own, which goes in the end.

mod inputs;
mod tables;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};
use uuid::Uuid;
use varanto_country::load::mix::Kind;
use varanto_signatures::{Trust, Usage, verify_detached};
use varanto_store::PostgresSettings;

pub(crate) use self::inputs::{Input, Inputs};

const STORE: &str = "WITH stored AS (
    INSERT INTO bare.document (oid, client_key, controller, written_at, content)
    VALUES ($1, $2, $3, $4, $5))
INSERT INTO bare.entry (id, at, controller, client_key, action, user_id, user_name, unit, organisation, role,
    authentication, documents, rules, request_id)
VALUES ($6, $4, $3, $2, 'store', $7, $8, $3, $3, 'social_worker', 'professional_card', $1, $9, $10)";

const NOTE: &str =
    "INSERT INTO bare.entry (id, at, controller, client_key, action, user_id, user_name, unit,
    organisation, role, authentication, documents, rules, request_id)
VALUES ($1, $2, $3, $4, 'use', $5, $6, $3, $3, 'social_worker', 'professional_card', $7, $8, $9)";

const SEARCH: &str = "SELECT page.original_oid, page.newest, page.version, page.stored_at, page.annulled,
    page.controller, page.register, page.document_group, page.generation, page.structure, page.type_code,
    page.service_task, page.service_process, page.case_oid, page.provider, page.unit,
    page.author_organisation, page.written_at, v.metadata
FROM (SELECT * FROM client_document WHERE client_key = $1 AND controller = $2 AND annulled = 0
    ORDER BY written_at DESC, original_oid DESC LIMIT 51) AS page
JOIN document_version AS v ON v.oid = page.newest
ORDER BY page.written_at DESC, page.original_oid DESC";

const FETCH: &str =
    "SELECT v.original_oid, v.version, v.stored_at, v.digest, v.metadata, v.signatures,
    c.ordinal, c.media_type, c.size, c.sha256, c.packed
FROM document_version AS v JOIN content AS c ON c.version_oid = v.oid
WHERE v.oid = $1 ORDER BY c.ordinal";

const USER_ID: &str = "S-1001";
const USER_NAME: &str = "Esimerkki, Maija";
const RULES: &str = "[\"S1\",\"S2\",\"S3\",\"S4\",\"R1\",\"W1\",\"W3\",\"W4\"]";

/// Connections with their prepared statements.
pub(crate) struct Bare {
    connections: Vec<Arc<Connection>>,
    trust: Arc<Trust>,
    /// Bytes that cannot be compressed, as sealed ones cannot.
    noise: Arc<[u8]>,
    owner: Client,
}

type Argument<'a> = &'a (dyn ToSql + Sync);

struct Connection {
    client: Client,
    store: Statement,
    note: Statement,
    search: Statement,
    fetch: Statement,
}

impl Bare {
    /// So many connections to the database of a place, and the tables for what is inserted.
    pub(crate) async fn connect(settings: &PostgresSettings, count: usize, trust: Trust) -> Self {
        let owner = connect(settings).await;
        tables::make(&owner).await;
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Arc::new(Connection::prepare(connect(settings).await).await));
        }
        let mut noise = vec![0; 1 << 20];
        varanto_signatures::random(&mut noise);
        Self { connections, trust: Arc::new(trust), noise: noise.into(), owner }
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
        until: std::time::Instant,
    ) -> Vec<std::time::Duration> {
        let inputs = Arc::new(std::sync::Mutex::new(inputs));
        let mut at_work = JoinSet::new();
        for task in 0..tasks {
            let connection = Arc::clone(&self.connections[task % self.connections.len()]);
            let (inputs, trust) = (Arc::clone(&inputs), Arc::clone(&self.trust));
            let noise = Arc::clone(&self.noise);
            at_work.spawn(async move {
                let mut times = Vec::new();
                while std::time::Instant::now() < until {
                    let Some(input) = inputs.lock().expect("no task panics").pop() else { break };
                    let began = std::time::Instant::now();
                    connection.carry_out(kind, &input, &trust, &noise).await;
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

impl Connection {
    async fn prepare(client: Client) -> Self {
        let prepare = async |text| client.prepare(text).await.expect("a statement");
        let (store, note) = (prepare(STORE).await, prepare(NOTE).await);
        let (search, fetch) = (prepare(SEARCH).await, prepare(FETCH).await);
        Self { client, store, note, search, fetch }
    }

    async fn carry_out(&self, kind: Kind, input: &Input, trust: &Trust, noise: &[u8]) {
        let (now, id) = (Timestamp::now(), Uuid::now_v7());
        let at = now.as_microsecond();
        let request_id = id.to_string();
        let Input { oid, client, controller, documents, .. } = input;
        if kind == Kind::Store {
            let signed = input.signed.as_ref().expect("a signed document");
            let checked = verify_detached(&signed.jws, &signed.manifest, trust, Usage::System, now);
            checked.expect("a signature that holds");
            let from = usize::from(id.as_bytes()[15]) * 1024;
            let content = &noise[from..from + input.bytes];
            let values: [Argument<'_>; 10] = [
                oid,
                client,
                controller,
                &at,
                &content,
                &id,
                &USER_ID,
                &USER_NAME,
                &RULES,
                &request_id,
            ];
            let inserted = self.client.execute(&self.store, &values).await;
            assert_eq!(inserted.expect("two rows"), 1);
            return;
        }
        let note: [Argument<'_>; 9] =
            [&id, &at, controller, client, &USER_ID, &USER_NAME, documents, &RULES, &request_id];
        let (query, sought): (_, &[Argument<'_>]) = match kind {
            Kind::Search => (&self.search, &[client, controller]),
            _ => (&self.fetch, &[oid]),
        };
        // Both leave in one flight.
        let (rows, noted) =
            tokio::join!(self.client.query(query, sought), self.client.execute(&self.note, &note));
        assert_eq!(noted.expect("a row"), 1);
        let rows = rows.expect("rows");
        assert!(!rows.is_empty(), "nothing was found");
    }
}

async fn connect(settings: &PostgresSettings) -> Client {
    let mut config = Config::new();
    config.host(&settings.host).port(settings.port);
    config.dbname(&settings.database).user(&settings.user);
    if let Some(password) = &settings.password {
        config.password(password.reveal());
    }
    // As the server has it: plans that do not hang on statistics.
    config.options(format!(
        "-c search_path={} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off \
         -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off",
        settings.schema
    ));
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}
