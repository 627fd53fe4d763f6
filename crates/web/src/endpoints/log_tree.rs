//! `GET /v1/logs/…`: the tree over the log, for anybody who wants to check it (LOG-03).
//!
//! Checkpoints, tiles and bundles of entries stand where C2SP tlog-tiles has them, below `/v1/logs`. All of it
//! is hashes and signatures. What never changes again may be kept by whoever fetched it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;

/// For what never changes.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For what may be other the next moment.
const NOW: HeaderValue = HeaderValue::from_static("no-cache");

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

pub(crate) fn checkpoint() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/logs/checkpoint",
        id: "fetch_log_checkpoint",
        tag: "logs",
        summary: "The newest checkpoint of the log",
        description: "The size and the root of the log's tree with the time of signing, as a signed note \
            (C2SP tlog-checkpoint). An entry is in the tree within a second after it was written. Anybody may call \
            this and the other operations on the tree, strangers all together at most 100 times a second; below `/v1/logs` it is a log after C2SP tlog-tiles.",
        caller: Caller::Anyone,
        parameters: vec![],
        request: None,
        answers: vec![bytes("The signed note.", "text/plain")],
        problems: vec!["log-unavailable"],
        handler: get(handle_checkpoint),
    }
}

pub(crate) fn earlier_checkpoint() -> Operation {
    Operation {
        path: "/v1/logs/checkpoint/{size}",
        id: "fetch_earlier_log_checkpoint",
        summary: "An earlier checkpoint of the log",
        description: "The checkpoint over the tree of a size, if one was signed.",
        parameters: vec![parameter("size", "The number of leaves.", true, "LogTreeSize")],
        handler: get(handle_earlier_checkpoint),
        ..checkpoint()
    }
}

pub(crate) fn key() -> Operation {
    Operation {
        path: "/v1/logs/key",
        id: "fetch_log_keys",
        summary: "The keys that checkpoints are verified with",
        description: "The present key of the verifier, then earlier ones, each on a line: `origin+key id+base64` \
            (C2SP signed-note). Who relies on it gets it once by another way as well.",
        answers: vec![bytes("The keys.", "text/plain")],
        problems: vec![],
        handler: get(handle_key),
        ..checkpoint()
    }
}

pub(crate) fn tile() -> Operation {
    Operation {
        path: "/v1/logs/tile/{level}/{*place}",
        id: "fetch_log_tile",
        summary: "A tile of the log's tree",
        description: "Up to 256 hashes of 32 bytes, one after another (C2SP tlog-tiles).",
        parameters: vec![
            parameter("level", "The level, from 0 for the leaves.", true, "LogTileLevel"),
            parameter("place", PLACE, true, "LogTilePlace"),
        ],
        answers: vec![bytes("The hashes.", BYTES)],
        handler: get(handle_tile),
        ..checkpoint()
    }
}

pub(crate) fn entries() -> Operation {
    Operation {
        path: "/v1/logs/tile/entries/{*place}",
        id: "fetch_log_entries",
        summary: "A bundle of the leaves of the log's tree",
        description: "Of up to 256 leaves the data, each behind its length in two bytes (C2SP tlog-tiles). The data \
            of a leaf is the salted hash of an entry, 32 bytes: what an entry says is not told.",
        parameters: vec![parameter("place", PLACE, true, "LogTilePlace")],
        answers: vec![bytes("The leaves.", BYTES)],
        handler: get(handle_entries),
        ..checkpoint()
    }
}

pub(crate) fn prove_entry() -> Operation {
    Operation {
        path: "/v1/logs/proofs/{entry}",
        id: "prove_log_entry",
        summary: "Prove that the log has an entry",
        description: "The inclusion proof (RFC 6962, section 2.1.1) of the entry's leaf in the tree of the newest \
            checkpoint, or of that of a size.",
        parameters: vec![
            parameter("entry", "Names the entry.", true, "LogEntryId"),
            parameter("size", "The size of the tree of a checkpoint.", false, "LogTreeSize"),
        ],
        answers: vec![Answer {
            status: 200,
            description: "The proof.",
            forms: vec![BodyForm::json("LogEntryProof")],
        }],
        problems: vec!["log-entry-not-sealed", "log-unavailable"],
        handler: get(handle_prove_entry),
        ..checkpoint()
    }
}

pub(crate) fn prove_growth() -> Operation {
    Operation {
        path: "/v1/logs/consistency",
        id: "prove_log_growth",
        summary: "Prove that the log has only grown",
        description: "The consistency proof (RFC 6962, section 2.1.2) between the trees of two sizes.",
        parameters: vec![
            parameter("from", "The size of the earlier tree.", false, "LogTreeSize"),
            parameter("to", "The size of the later tree.", false, "LogTreeSize"),
        ],
        answers: vec![Answer {
            status: 200,
            description: "The proof.",
            forms: vec![BodyForm::json("LogGrowthProof")],
        }],
        handler: get(handle_prove_growth),
        ..checkpoint()
    }
}

const PLACE: &str = "The place within the level, as C2SP tlog-tiles writes it: groups of three digits with slashes \
    between, all but the last behind an `x`; of a tile that is not full also `.p/` and how many of its hashes.";

const fn parameter(
    name: &'static str,
    description: &'static str,
    in_path: bool,
    schema: &'static str,
) -> Parameter {
    Parameter { name, description, in_path, schema }
}

fn bytes(description: &'static str, media_type: &'static str) -> Answer {
    Answer { status: 200, description, forms: vec![BodyForm { media_type, schema: None }] }
}

fn answer(kind: &'static str, keep: HeaderValue, body: impl IntoResponse) -> Response {
    let kind = HeaderValue::from_static(kind);
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], body).into_response()
}

async fn handle_checkpoint(
    _turn: caller::Anybody,
    State(app): State<App>,
) -> Result<Response, Problem> {
    Ok(answer(TEXT, NOW, app.service().newest_log_checkpoint().await?))
}

async fn handle_earlier_checkpoint(
    _turn: caller::Anybody,
    State(app): State<App>,
    Path(size): Path<String>,
) -> Result<Response, Problem> {
    Ok(answer(TEXT, NOW, app.service().log_checkpoint(&size).await?))
}

async fn handle_key(State(app): State<App>) -> Response {
    answer(TEXT, NOW, app.service().log_key_lines())
}

async fn handle_tile(
    _turn: caller::Anybody,
    State(app): State<App>,
    Path((level, place)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let tile = app.service().log_tile(&format!("{level}/{place}")).await?;
    Ok(answer(BYTES, FOREVER, tile))
}

async fn handle_entries(
    _turn: caller::Anybody,
    State(app): State<App>,
    Path(place): Path<String>,
) -> Result<Response, Problem> {
    Ok(answer(BYTES, FOREVER, app.service().log_entries_bundle(&place).await?))
}

async fn handle_prove_entry(
    _turn: caller::Anybody,
    State(app): State<App>,
    Path(entry): Path<String>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    Ok(Json(app.service().prove_log_entry(&entry, &query).await?).into_response())
}

async fn handle_prove_growth(
    _turn: caller::Anybody,
    State(app): State<App>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    Ok(Json(app.service().prove_log_growth(&query).await?).into_response())
}
