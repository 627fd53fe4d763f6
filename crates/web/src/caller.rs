//! The callers, as extractors: the only way for a handler to reach the use cases.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use tokio::sync::OwnedSemaphorePermit;
use varanto_service::{CallContext, CitizenContext, Error, SystemIdentity, Unauthenticated};

use crate::app::App;
use crate::problem::Problem;
use crate::request_line::{CalledBy, RequestId};
use crate::server::Peer;

/// A system that has shown a certificate of a known organisation.
pub(crate) struct System(pub(crate) SystemIdentity);

/// Anybody who asks about the log's tree: a system under its own limit, all others under that of strangers. Few are
/// answered at once; the turn ends with this.
pub(crate) struct Anybody(
    #[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>,
);

/// A professional behind a system.
pub(crate) struct Professional(pub(crate) CallContext);

/// A citizen behind a service for citizens.
pub(crate) struct Citizen(pub(crate) CitizenContext);

impl FromRequestParts<App> for System {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
        let Some(certificate) = peer.certificate else {
            return Err(Error::Unauthenticated(Unauthenticated::CertificateMissing).into());
        };
        let system = app.service().identify_system(&certificate).await?;
        if let Some(called_by) = parts.extensions.get::<CalledBy>() {
            called_by.note(&system.organisation);
        }
        app.limits().take(&system.organisation)?;
        Ok(Self(system))
    }
}

impl FromRequestParts<App> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match System::from_request_parts(parts, app).await {
            Ok(_) => {}
            Err(problem) if problem.slug == "rate-limited" => return Err(problem),
            Err(_) => app.limits().take_stranger()?,
        }
        Ok(Self(app.limits().turn().await))
    }
}

impl FromRequestParts<App> for Professional {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let System(system) = System::from_request_parts(parts, app).await?;
        Ok(Self(app.service().authenticate(system, token(parts), request_id(parts))?))
    }
}

impl FromRequestParts<App> for Citizen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let System(system) = System::from_request_parts(parts, app).await?;
        Ok(Self(app.service().authenticate_citizen(system, token(parts), request_id(parts))?))
    }
}

/// The token of `Authorization: Bearer`.
fn token(parts: &Parts) -> Option<&str> {
    let given = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn request_id(parts: &Parts) -> uuid::Uuid {
    parts.extensions.get::<RequestId>().map_or_else(uuid::Uuid::now_v7, |id| id.0)
}

/// The raw query of a request, for the use context; empty where there is none.
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl FromRequestParts<App> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_pairs(query.as_bytes())))
    }
}

/// The pairs of a form or a query, decoded.
pub(crate) fn form_pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
}
