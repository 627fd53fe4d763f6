//! The bare service: bare statements behind mutual TLS, HTTP/2 and JSON, in a process of its own.
//!
//! It listens as the server does, by the same code with the same certificates and bounds, and takes the same
//! requests over as many connections. What its statements go by is taught to it before each round, but for new
//! documents, whose bodies say it. It looks at no token and knows no rule; an answer is what was read, as many rows
//! of it as come to the size of the server's answers, filled up with spaces. It ends when its standard input does.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use varanto_country::Place;
use varanto_country::load::mix::Kind;
use varanto_web::{ConnectionLimits, ServerIdentity};

use super::inputs::Input;
use super::statements::Statements;
use crate::options::BareService;
use crate::server;
use crate::trust::trust;

/// Where the service is taught.
pub(crate) const TEACH: &str = "/taught";
/// How long a token is; the server's are about as long.
const TOKEN: usize = 580;

/// What the service has to know for a round.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Taught {
    /// How many bytes the server keeps of a new document.
    pub(crate) bytes: usize,
    /// How many bytes the server's answers have.
    pub(crate) answer: usize,
    /// What uses go by: of a search by its body, of a document by its path.
    pub(crate) inputs: HashMap<String, Input>,
}

struct Service {
    statements: Statements,
    taught: ArcSwap<Taught>,
}

type Shared = State<Arc<Service>>;

/// Serves until standard input ends.
pub(crate) async fn serve(options: &BareService) {
    let place = Place::open(&options.place).expect("a populated country");
    let config = place.config();
    let settings = server::postgres(&place).expect("a place whose store is PostgreSQL");
    let statements = Statements::prepare(&settings, options.pool, trust(config)).await;
    let read = |file: &Path| std::fs::read(config.path(file)).expect("a file of the configuration");
    let identity =
        ServerIdentity::from_pem(&read(&config.server.certificate), &read(&config.server.key));
    let tls = identity.expect("the server's identity").config(statements.trust());
    let tls = Arc::new(ArcSwap::new(tls.expect("TLS as the server has it")));
    let service = Arc::new(Service { statements, taught: ArcSwap::default() });
    let router = Router::new()
        .route("/oauth2/token", post(token))
        .route("/v1/documents", post(store))
        .route("/v1/documents/search", post(search))
        .route("/v1/documents/{oid}", get(fetch))
        .route(TEACH, post(learn))
        .layer(DefaultBodyLimit::disable())
        .with_state(service);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let ready = format!("https://localhost:{port}\n");
    std::fs::write(&options.ready_file, ready).expect("the file can be written");
    let ended =
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let stop = async {
        // However reading ended, whoever started this is gone.
        let _ = ended.await;
    };
    varanto_web::serve(listener, tls, router, ConnectionLimits::default(), stop).await;
}

async fn token() -> Json<Value> {
    Json(json!({"access_token": "0".repeat(TOKEN), "token_type": "Bearer", "expires_in": 900}))
}

async fn learn(State(service): Shared, Json(taught): Json<Taught>) -> StatusCode {
    service.taught.store(Arc::new(taught));
    StatusCode::NO_CONTENT
}

async fn store(State(service): Shared, body: Bytes) -> Response {
    let taught = service.taught.load_full();
    let input = Input::of_new(&body, taught.bytes);
    service.statements.carry_out(Kind::Store, &input).await;
    taught.answer(StatusCode::CREATED, json!({"oid": input.oid}).to_string().into_bytes())
}

async fn search(State(service): Shared, body: String) -> Response {
    service.read(Kind::Search, &body).await
}

async fn fetch(State(service): Shared, path: Uri) -> Response {
    service.read(Kind::Fetch, path.path()).await
}

impl Service {
    async fn read(&self, kind: Kind, asked: &str) -> Response {
        let taught = self.taught.load_full();
        let Some(input) = taught.inputs.get(asked) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let rows = self.statements.carry_out(kind, input).await;
        let mut body = Vec::new();
        for row in &rows {
            body.push(if body.is_empty() { b'[' } else { b',' });
            serde_json::to_writer(&mut body, &Cells(row)).expect("JSON");
            if body.len() >= taught.answer {
                break;
            }
        }
        body.push(b']');
        taught.answer(StatusCode::OK, body)
    }
}

impl Taught {
    fn answer(&self, status: StatusCode, mut body: Vec<u8>) -> Response {
        body.resize(body.len().max(self.answer), b' ');
        (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

/// A row as an array of JSON; bytes are in base64.
struct Cells<'a>(&'a Row);

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.0.columns();
        let mut cells = serializer.serialize_seq(Some(columns.len()))?;
        for (at, column) in columns.iter().enumerate() {
            match *column.type_() {
                Type::BYTEA => {
                    cells.serialize_element(&STANDARD.encode(self.0.get::<_, &[u8]>(at)))?;
                }
                Type::INT2 => cells.serialize_element(&self.0.get::<_, i16>(at))?,
                Type::INT8 => cells.serialize_element(&self.0.get::<_, i64>(at))?,
                _ => cells.serialize_element(&self.0.get::<_, Option<&str>>(at))?,
            }
        }
        cells.end()
    }
}
