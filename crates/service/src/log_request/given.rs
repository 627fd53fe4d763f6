//! The answer to a request as the client gets it: the same each time, in the language that is wanted, as
//! data or as a page.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{Language, LocalText, Oid, Pointer};
use varanto_rules::{Action, Disclosed, Mask};

use super::kept::Kept;
use super::met::{Asked, Met};
use super::texts;
use super::told::{ShownTold, Told};
use super::wanted::{AskedClient, AskedPeriod};
use crate::Error;
use crate::context::CallContext;
use crate::log_proof::Export;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// An answer as it was given. Has no `Debug`: it tells about a person.
#[derive(Serialize)]
pub struct GivenAnswer {
    pub(super) request: Uuid,
    pub(super) state: &'static str,
    pub(super) controller: Oid,
    pub(super) controller_name: LocalText,
    pub(super) client: AskedClient,
    pub(super) received_on: Date,
    pub(super) answered_at: Timestamp,
    pub(super) period: AskedPeriod,
    pub(super) units: Vec<Oid>,
    pub(super) language: Language,
    /// The request whose rest this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) continues: Option<Uuid>,
    /// The request on which the rest is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) continued_by: Option<Uuid>,
    entries: Vec<ShownTold>,
    /// How many entries were withheld, by ground.
    pub(super) withheld: Vec<Counted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<ShownRefusal>,
    /// What proves the entries: as they stand in the log, or by their commitments alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<Export>,
    /// The entries as they were kept, for the page.
    #[serde(skip)]
    pub(super) told: Vec<Told>,
}

/// Answers hold no contact data.
impl Mask for GivenAnswer {
    fn masked(self) -> Self {
        self
    }
}

#[derive(Serialize)]
pub(super) struct Counted {
    ground: &'static str,
    pub(super) text: &'static str,
    pub(super) count: usize,
}

#[derive(Serialize)]
pub(super) struct ShownRefusal {
    ground: &'static str,
    pub(super) text: &'static str,
    pub(super) words: String,
}

impl GivenAnswer {
    fn of(met: &Met, kept: Kept, language: Option<Language>) -> Result<Self, Error> {
        let language = language.unwrap_or(met.details.language);
        let answered = met.request.answered.as_ref();
        let answered = answered.ok_or(Error::Internal("an answer was kept of an open request"))?;
        let counted = kept.outcome.counted().into_iter().map(|(ground, count)| Counted {
            ground: ground.as_str(),
            text: texts::ground(ground).get(language),
            count,
        });
        let withheld = counted.collect();
        let refusal = kept.outcome.refusal.map(|refused| ShownRefusal {
            ground: refused.ground.as_str(),
            text: texts::ground(refused.ground).get(language),
            words: refused.words,
        });
        Ok(Self {
            request: met.request.id,
            state: met.request.state.as_str(),
            controller: met.request.controller.clone(),
            controller_name: kept.controller,
            client: met.details.client.clone(),
            received_on: met.request.received_on,
            answered_at: answered.at,
            period: met.details.period,
            units: met.details.units.clone(),
            language,
            continues: met.details.continues.map(|continued| continued.request),
            continued_by: kept.outcome.continued_by,
            entries: kept.entries.iter().map(|told| told.shown(language)).collect(),
            withheld,
            refusal,
            export: kept.export,
            told: kept.entries,
        })
    }
}

struct GiveAnswer<'a> {
    asked: Asked<'a>,
    /// The client's own, where it is not said.
    language: Option<Language>,
}

impl UseCase for GiveAnswer<'_> {
    type Answer = Disclosed<GivenAnswer>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, language } = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let result = match outcome {
            Err(error) => Err(error),
            Ok((permission, met)) => match service.kept_answer(&met.request).await? {
                None => Err(Error::LogRequestState(met.request.state.as_str())),
                Some(kept) => Ok(permission.disclose(GivenAnswer::of(met, kept, *language)?)),
            },
        };
        let (_, plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Gives the answer to a request, in the language of the query or of the request.
    pub async fn fetch_log_answer(
        &self,
        context: &CallContext,
        id: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<GivenAnswer>, Error> {
        match read_query(query) {
            Ok((used, language)) => {
                let asked = Asked { context, id, used: &used, act: "give" };
                self.run(&GiveAnswer { asked, language }).await
            }
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }
}

fn read_query(query: &[(String, String)]) -> Result<(UseContext, Option<Language>), Error> {
    let (language, context): (Vec<_>, Vec<_>) =
        query.iter().cloned().partition(|(name, _)| name == "language");
    let used = UseContext::of_query(&context)?;
    let fault = |code, why: &str| Err(Error::fault(Pointer::root().member("language"), code, why));
    match language.as_slice() {
        [] => Ok((used, None)),
        [(_, code)] => match Language::parse(code) {
            Some(language) => Ok((used, Some(language))),
            None => fault("not-in-list", "`fi`, `sv` or `en` is wanted here"),
        },
        _ => fault("duplicate-member", "it is given twice"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ LOG-05
    #[test]
    fn the_language_of_an_answer_is_one_of_three() {
        let read = |query: &[(&str, &str)]| {
            let query: Vec<_> =
                query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            read_query(&query).map(|(_, language)| language).ok()
        };
        assert_eq!(read(&[("purpose", "supervision")]), Some(None));
        assert_eq!(read(&[("language", "sv")]), Some(Some(Language::Sv)));
        for wrong in [&[("language", "de")][..], &[("language", "fi"), ("language", "fi")]] {
            assert_eq!(read(wrong), None);
        }
    }
}
