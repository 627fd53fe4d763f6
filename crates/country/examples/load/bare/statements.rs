//! The statements themselves, prepared over a pool of connections, and the check of a signature before what stores.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};
use uuid::Uuid;
use varanto_country::load::mix::Kind;
use varanto_signatures::{Trust, Usage, verify_detached};
use varanto_store::PostgresSettings;

use super::inputs::Input;

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

const SEARCH: &str = "SELECT original_oid, newest, version, stored_at, annulled, controller, register,
    document_group, generation, structure, type_code, service_task, service_process, case_oid, provider, unit,
    author_organisation, written_at, metadata
FROM client_document WHERE client_key = $1 AND controller = $2 AND annulled = 0
ORDER BY written_at DESC, original_oid DESC LIMIT 51";

const FETCH: &str =
    "SELECT v.original_oid, v.version, v.stored_at, v.digest, v.metadata, v.signatures,
    c.ordinal, c.media_type, c.size, c.sha256, c.packed
FROM document_version AS v JOIN content AS c ON c.version_oid = v.oid
WHERE v.oid = $1 ORDER BY c.ordinal";

const USER_ID: &str = "S-1001";
const USER_NAME: &str = "Esimerkki, Maija";
const RULES: &str = "[\"S1\",\"S2\",\"S3\",\"S4\",\"R1\",\"W1\",\"W3\",\"W4\"]";

/// Connections with their prepared statements.
pub(super) struct Statements {
    connections: Vec<Connection>,
    turn: AtomicUsize,
    trust: Trust,
    /// Bytes that cannot be compressed, as sealed ones cannot.
    noise: Vec<u8>,
}

type Argument<'a> = &'a (dyn ToSql + Sync);

struct Connection {
    client: Client,
    store: Statement,
    note: Statement,
    search: Statement,
    fetch: Statement,
}

impl Statements {
    /// So many connections to the database of a place; `trust` is for the check of signatures.
    pub(super) async fn prepare(settings: &PostgresSettings, count: usize, trust: Trust) -> Self {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::prepare(connect(settings).await).await);
        }
        let mut noise = vec![0; 1 << 20];
        varanto_signatures::random(&mut noise);
        Self { connections, turn: AtomicUsize::new(0), trust, noise }
    }

    pub(super) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Does what a use asks for, on a connection that has its turn; gives the rows that were read.
    pub(super) async fn carry_out(&self, kind: Kind, input: &Input) -> Vec<Row> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let connection = &self.connections[turn % self.connections.len()];
        match kind {
            Kind::Store => {
                connection.store(input, &self.trust, &self.noise).await;
                Vec::new()
            }
            Kind::Search => {
                let sought: [Argument<'_>; 2] = [&input.client, &input.controller];
                connection.read(&connection.search, &sought, input).await
            }
            _ => connection.read(&connection.fetch, &[&input.oid], input).await,
        }
    }
}

impl Connection {
    async fn prepare(client: Client) -> Self {
        let prepare = async |text| client.prepare(text).await.expect("a statement");
        let (store, note) = (prepare(STORE).await, prepare(NOTE).await);
        let (search, fetch) = (prepare(SEARCH).await, prepare(FETCH).await);
        Self { client, store, note, search, fetch }
    }

    async fn store(&self, input: &Input, trust: &Trust, noise: &[u8]) {
        let (now, id) = (Timestamp::now(), Uuid::now_v7());
        let (at, request_id) = (now.as_microsecond(), id.to_string());
        let Input { oid, client, controller, .. } = input;
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
    }

    /// Reads what is sought, and notes it; both leave in one flight.
    async fn read(&self, query: &Statement, sought: &[Argument<'_>], input: &Input) -> Vec<Row> {
        let id = Uuid::now_v7();
        let (at, request_id) = (Timestamp::now().as_microsecond(), id.to_string());
        let Input { client, controller, documents, .. } = input;
        let note: [Argument<'_>; 9] =
            [&id, &at, controller, client, &USER_ID, &USER_NAME, documents, &RULES, &request_id];
        let (rows, noted) =
            tokio::join!(self.client.query(query, sought), self.client.execute(&self.note, &note));
        assert_eq!(noted.expect("a row"), 1);
        let rows = rows.expect("rows");
        assert!(!rows.is_empty(), "nothing was found");
        rows
    }
}

pub(super) async fn connect(settings: &PostgresSettings) -> Client {
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
