//! Taking a step about a breach of the own register: an assessment, a notice, a measure, a note, the closing.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use varanto_model::reader::{Members, instant, number, text, word};
use varanto_model::{Faults, Pointer};
use varanto_rules::{Action, Disclosed};
use varanto_store::breach::{self, Breach, BreachStep, Risk};

use super::clock::due;
use super::course::{Course, Step, StepKind, Unfit};
use super::met::{Asked, Noted};
use super::shown::ShownBreach;
use crate::Error;
use crate::context::CallContext;
use crate::new_version::microseconds;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most steps of a breach before its closing.
const MOST_STEPS: u32 = 500;
/// The most persons whom a breach can concern: more than there are.
const MOST_AFFECTED: u32 = 10_000_000;

struct Wanted {
    used: UseContext,
    step: Step,
}

struct TakeStep<'a> {
    asked: Asked<'a>,
    step: &'a Step,
}

impl UseCase for TakeStep<'_> {
    type Answer = Disclosed<ShownBreach>;

    /// Of two steps at the same time one is decided anew after the other.
    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, step } = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let at = microseconds(asked.context.at);
        let judged = match outcome {
            Err(error) => Err(error),
            Ok((permission, breach)) => {
                let course = service.course_of(breach).await?;
                let details = service.breach_details(breach)?;
                let CallContext { system, actor, .. } = asked.context;
                let is_own = details
                    .is_some_and(|details| details.suspects(&system.organisation, &actor.id));
                let times = (breach.aware_at, due(breach.aware_at));
                let admitted = is_left_to_others(is_own, step.kind())
                    .and_then(|()| course.admits(step, times).map_err(told))
                    .and_then(|()| has_room(breach.steps, step.kind()));
                admitted.map(|()| (permission, breach, course.after(at, step).progress()))
            }
        };
        let shown = met.as_ref().filter(|_| judged.is_ok());
        let noted = Noted {
            documents: shown.map_or(&[], |breach| &breach.documents),
            step: Some(step.kind().as_str()),
            refusal: judged.as_ref().err(),
            ..Noted::default()
        };
        let (log_entry, mut plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), &noted);
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, breach, progress)) => {
                let number = breach.steps + 1;
                let taken = BreachStep {
                    breach: breach.id,
                    number,
                    at,
                    details: service.seal_step(breach.id, number, step)?,
                    user_id: asked.context.actor.id.clone(),
                    log_entry,
                };
                plan.extend(breach::step(taken, progress));
                let advanced = Breach { steps: number, progress, ..breach.clone() };
                Ok(permission.disclose(ShownBreach::of(&advanced, at)))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Takes a step about a breach of the caller's register, on the request of a body.
    pub async fn step_breach(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<ShownBreach>, Error> {
        let known = |wanted: Wanted| Ok(Wanted { used: self.of_breach(wanted.used)?, ..wanted });
        let read = request::read(body, |value, faults| read(value, faults, context.at));
        match read.and_then(known) {
            Ok(Wanted { used, step }) => {
                let asked = Asked { context, id, used: &used, act: "step" };
                self.run(&TakeStep { asked, step: &step }).await
            }
            Err(error) => self.refuse_unread(context, Action::HandleBreach, error).await,
        }
    }

    /// What the steps come to that were taken so far.
    async fn course_of(&self, breach: &Breach) -> Result<Course, Error> {
        let taken = self.database.fetch(breach::steps(breach.id)).await?;
        let opened = |step: &BreachStep| Ok((step.at, self.unseal_step(step)?));
        let steps = taken.iter().map(opened).collect::<Result<Vec<_>, Error>>()?;
        Ok(Course::of(steps.iter().map(|(at, step)| (*at, step))))
    }
}

/// Is there room for another step of this kind? For the closing there always is, or a breach with too many would
/// never be closed.
fn has_room(steps: u32, kind: StepKind) -> Result<(), Error> {
    if steps < MOST_STEPS || kind == StepKind::Closing {
        return Ok(());
    }
    let detail = format!("a breach has at most {MOST_STEPS} steps before its closing");
    Err(Error::fault(Pointer::root().member("kind"), "too-many", detail))
}

/// Who is suspected by the log leaves it to others to judge the breach; anything else may be added to it.
const fn is_left_to_others(is_own: bool, kind: StepKind) -> Result<(), Error> {
    match kind {
        StepKind::Assessment | StepKind::Closing if is_own => Err(Error::OwnUse),
        _ => Ok(()),
    }
}

/// Why a step may not follow, as it is told.
fn told(unfit: Unfit) -> Error {
    let (member, code, detail) = match unfit {
        Unfit::Closed => return Error::BreachClosed,
        Unfit::NotAssessed => ("kind", "not-assessed", "a breach is assessed before it is closed"),
        Unfit::BeforeAwareness => (
            "told_at",
            "before-awareness",
            "nobody is told of a breach before the controller is aware of it",
        ),
        Unfit::DelayReasonMissing => (
            "delay_reason",
            "missing",
            "who tells the authority after the 72 hours says why it is late",
        ),
        Unfit::AuthorityNoticeMissing => (
            "without_authority_notice",
            "missing",
            "there is a risk: the authority is told, or it is said here why not",
        ),
        Unfit::SubjectsNoticeMissing => (
            "without_subjects_notice",
            "missing",
            "the risk is high: the persons are told, or it is said here why not",
        ),
    };
    Error::fault(Pointer::root().member(member), code, detail)
}

fn read(value: &Value, faults: &mut Faults, now: Timestamp) -> Option<Wanted> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let kind = m.required("kind", faults, word(StepKind::ALL, StepKind::as_str));
    let words = m.required("words", faults, text(4_000));
    // Which members belong to a step that is not known is not known either.
    let step = read_step(&mut m, faults, kind?, words, now);
    m.finish(faults);
    Some(Wanted { used, step: step? })
}

fn read_step(
    m: &mut Members<'_>,
    faults: &mut Faults,
    kind: StepKind,
    words: Option<String>,
    now: Timestamp,
) -> Option<Step> {
    let past = |value: &Value, at: &Pointer, faults: &mut Faults| {
        instant(value, at, faults).filter(|told_at| has_been(*told_at, now, at, faults))
    };
    match kind {
        StepKind::Assessment => {
            let risk = m.required("risk", faults, word(Risk::ALL, Risk::as_str));
            let affected = m.optional("affected", faults, number(0, MOST_AFFECTED));
            Some(Step::Assessment { risk: risk?, affected, words: words? })
        }
        StepKind::AuthorityNotice => {
            let told_at = m.required("told_at", faults, past);
            let reference = m.optional("reference", faults, text(200));
            let delay_reason = m.optional("delay_reason", faults, text(1_000));
            Some(Step::AuthorityNotice {
                told_at: told_at?,
                reference,
                delay_reason,
                words: words?,
            })
        }
        StepKind::SubjectsNotice => {
            let told_at = m.required("told_at", faults, past);
            Some(Step::SubjectsNotice { told_at: told_at?, words: words? })
        }
        StepKind::Measure => Some(Step::Measure { words: words? }),
        StepKind::Note => Some(Step::Note { words: words? }),
        StepKind::Closing => {
            let without_authority_notice =
                m.optional("without_authority_notice", faults, text(1_000));
            let without_subjects_notice =
                m.optional("without_subjects_notice", faults, text(1_000));
            let words = words?;
            Some(Step::Closing { without_authority_notice, without_subjects_notice, words })
        }
    }
}

/// Is it not in the future? If it is, that is a fault.
pub(super) fn has_been(
    at: Timestamp,
    now: Timestamp,
    place: &Pointer,
    faults: &mut Faults,
) -> bool {
    if at > now {
        faults.add(place.clone(), "in-future", "this has not happened yet");
    }
    at <= now
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(body: &Value) -> Vec<String> {
        let now = "2026-09-02T08:00:00Z".parse().unwrap();
        match request::read(body.to_string().as_bytes(), |value, faults| read(value, faults, now)) {
            Ok(_) => Vec::new(),
            Err(Error::Rejected { faults, .. }) => {
                faults.as_slice().iter().map(|f| f.pointer.to_string()).collect()
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// REQ LOG-07
    #[test]
    fn steps_have_an_end_and_the_closing_has_room_after_them() {
        for (steps, kind, fits) in [
            (499, StepKind::Note, true),
            (500, StepKind::Note, false),
            (500, StepKind::AuthorityNotice, false),
            (500, StepKind::Closing, true),
        ] {
            assert_eq!(has_room(steps, kind).is_ok(), fits, "{steps} {kind:?}");
        }
    }

    /// REQ LOG-07
    #[test]
    fn each_kind_of_step_has_its_own_members() {
        let told = "2026-09-02T08:00:00Z";
        for (body, expected) in [
            (json!({"kind": "note", "words": "x"}), &[][..]),
            (json!({"kind": "assessment", "words": "x", "risk": "low", "affected": 3}), &[]),
            (json!({"kind": "authority-notice", "words": "x", "told_at": told}), &[]),
            (json!({"kind": "subjects-notice", "words": "x", "told_at": told}), &[]),
            (json!({"kind": "closing", "words": "x", "without_authority_notice": "y"}), &[]),
            (json!({"kind": "assessment", "words": "x"}), &["/risk"]),
            (json!({"kind": "note", "words": " ", "risk": "low"}), &["/words", "/risk"]),
            (
                json!({"kind": "authority-notice", "words": "x", "told_at": "2026-09-02T08:00:01Z"}),
                &["/told_at"],
            ),
            (json!({"kind": "subjects-notice", "words": "x"}), &["/told_at"]),
            (json!({"kind": "forgetting", "words": "x"}), &["/kind"]),
        ] {
            assert_eq!(places(&body), expected, "{body}");
        }
    }
}
