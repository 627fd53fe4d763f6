//! The second chapter of the story: the organiser buys a service, a producer gets its right from the
//! clientship document alone, uses it, and loses it when the service has ended.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use varanto_client::{Session, Signer, UseContext};
use varanto_model::{Code, Oid, calendar};
use varanto_sandbox::SandboxClock;

use super::documents::{self, Assessment, CASE, CLIENT};
use super::show::{problem, step, tell};
use super::{ELSEWHERE, Story, WORKER, expect, expect_problem, same, signed, text};
use crate::commands::CommandError;

/// The producer's worker.
const PRODUCER: &str = "S-2001";

impl Story<'_> {
    /// Plays the chapter.
    pub(super) async fn tell_of_rights(&self) -> Result<(), CommandError> {
        let (worker, organiser) = (self.session(WORKER)?, self.system(WORKER)?);
        let (nurse, producer) = (self.session(PRODUCER)?, self.system(PRODUCER)?);
        self.nothing_yet(&nurse, &producer).await?;
        self.mark(&worker, &organiser).await?;
        self.inbox(&nurse).await?;
        self.use_right(&nurse, &producer, &worker).await?;
        self.explain(&nurse).await?;
        let closes_on = self.end_service(&worker, &organiser, &nurse).await?;
        self.after_closing(&nurse, closes_on).await
    }

    async fn nothing_yet(&self, nurse: &Session, producer: &Signer) -> Result<(), CommandError> {
        step("A producer has no right until the client's clientship document gives it one");
        let refused = nurse.fetch(&Assessment::original(), &under_right()).await;
        problem(&expect_problem(refused, "document-not-found")?);
        let entry = signed(documents::visit()?, producer)?;
        problem(&expect_problem(nurse.store(&entry).await, "register-access-missing")?);
        Ok(())
    }

    async fn mark(&self, worker: &Session, organiser: &Signer) -> Result<(), CommandError> {
        step("The organiser buys home care and marks the producer's unit on the clientship");
        let marked = signed(documents::clientship_with_producer(None)?, organiser)?;
        let receipt = expect(worker.store(&marked).await, 201)?;
        tell(format_args!("   201 Created: clientship, version {}", receipt["version"]));
        tell("   nothing else was granted anywhere: the signed document is the right");
        Ok(())
    }

    async fn inbox(&self, nurse: &Session) -> Result<(), CommandError> {
        step("The producer's worker finds the client and the case in her unit's inbox");
        let rights = inbox(nurse).await?;
        for right in &rights {
            tell(format_args!(
                "   {}: {} {}, case {}, since {}",
                text(right, "state"),
                text(&right["client"], "given_names"),
                text(&right["client"], "family_name"),
                text(right, "case"),
                text(right, "first_day")
            ));
        }
        same(&json!(["open"]), &states(&rights), "the states of the rights")
    }

    async fn use_right(
        &self,
        nurse: &Session,
        producer: &Signer,
        worker: &Session,
    ) -> Result<(), CommandError> {
        step("She reads the assessment and records her visit in the organiser's register");
        let read = expect(nurse.fetch(&Assessment::original(), &under_right()).await, 200)?;
        tell(format_args!("   200 OK: {}", text(&read["metadata"], "title")));
        expect(nurse.store(&signed(documents::visit()?, producer)?).await, 201)?;
        tell("   201 Created: a record entry, signed by the producer's system");
        let seen =
            expect(worker.fetch(&documents::visit_oid(), &UseContext::default()).await, 200)?;
        tell(format_args!(
            "   the organiser's worker reads it at once: {}",
            text(&seen["metadata"], "title")
        ));
        Ok(())
    }

    async fn explain(&self, nurse: &Session) -> Result<(), CommandError> {
        step("Why may she read it? Every decision can be explained");
        let question = json!({
            "context": {"basis": "register_access", "case": CASE},
            "action": "read", "oid": Assessment::original()
        });
        let answer = expect(nurse.post_json("/v1/decisions/explain", &question).await, 200)?;
        same(&json!(true), &answer["permitted"], "the decision that is explained")?;
        let mut told = Vec::new();
        for rule in answer["rules"].as_array().into_iter().flatten() {
            let id = text(rule, "id");
            if !told.contains(&id) {
                tell(format_args!("   {id:>3}  {}", in_english(&rule["text"])));
                told.push(id);
            }
        }
        let stranger = self.session(ELSEWHERE)?;
        let question = json!({"action": "read", "oid": Assessment::original()});
        let answer = expect(stranger.post_json("/v1/decisions/explain", &question).await, 200)?;
        same(&json!(false), &answer["permitted"], "the decision for a worker of another county")?;
        tell(format_args!(
            "   to a worker of another county the explanation tells as little as reading: {}",
            text(&answer, "refusal")
        ));
        Ok(())
    }

    /// Gives the day on which the right closes.
    async fn end_service(
        &self,
        worker: &Session,
        organiser: &Signer,
        nurse: &Session,
    ) -> Result<Date, CommandError> {
        step("The service ends; the right closes at the end of the seventh working day");
        let today = calendar::day_of(self.people.paths.read_clock()?.show(Timestamp::now()));
        let ended = signed(documents::clientship_with_producer(Some(today))?, organiser)?;
        expect(worker.store(&ended).await, 201)?;
        self.set_clock(next_morning(today)?)?;
        let rights = inbox(nurse).await?;
        same(&json!(["closing"]), &states(&rights), "the states of the rights")?;
        let closes_on = rights.first().map(|right| text(right, "closes_on")).unwrap_or_default();
        tell(format_args!("   last day of the service {today}, the right closes on {closes_on}"));
        expect(nurse.fetch(&Assessment::original(), &under_right()).await, 200)?;
        tell("   until then everything goes on: what is left is recorded and stored");
        closes_on.parse().map_err(|_| CommandError::Other("the day of closing is no day".into()))
    }

    async fn after_closing(&self, nurse: &Session, closes_on: Date) -> Result<(), CommandError> {
        step("After that day it is over");
        self.set_clock(next_morning(closes_on)?)?;
        let refused = nurse.fetch(&Assessment::original(), &under_right()).await;
        problem(&expect_problem(refused, "register-access-ended")?);
        let rights = inbox(nurse).await?;
        same(&json!(["closed"]), &states(&rights), "the states of the rights")?;
        let copies = rights.first().map(|right| text(right, "local_copies")).unwrap_or_default();
        tell(format_args!("   local copies: {copies}"));
        let oid = rights.first().map(|right| text(right, "oid")).unwrap_or_default();
        let path = format!("/v1/register-access/{oid}/destruction");
        let confirmed = expect(nurse.post_json(&path, &json!({})).await, 200)?;
        tell(format_args!("   confirmed: {}", text(&confirmed, "local_copies")));
        Ok(())
    }

    /// As `varanto sandbox clock set` does it.
    fn set_clock(&self, wanted: Timestamp) -> Result<(), CommandError> {
        let clock = SandboxClock::set(wanted, Timestamp::now());
        self.people.paths.write_clock(clock.map_err(|e| CommandError::other(&e))?)?;
        tell(format_args!("   varanto sandbox clock set {wanted}"));
        Ok(())
    }
}

/// The rights of the worker's unit.
async fn inbox(session: &Session) -> Result<Vec<Value>, CommandError> {
    let page = expect(session.post_json("/v1/register-access/search", &json!({})).await, 200)?;
    let rights = page["rights"].as_array().cloned().unwrap_or_default();
    Ok(rights.into_iter().filter(|right| right["client"]["id"] == CLIENT).collect())
}

fn states(rights: &[Value]) -> Value {
    rights.iter().map(|right| right["state"].clone()).collect()
}

fn under_right() -> UseContext {
    UseContext {
        basis: Code::parse("register_access").ok(),
        case: Oid::parse(CASE).ok(),
        ..UseContext::default()
    }
}

/// Nine o'clock in Finland on the day after.
fn next_morning(day: Date) -> Result<Timestamp, CommandError> {
    let end = calendar::end_of(day).map_err(|e| CommandError::other(&e))?;
    end.checked_add(9.hours()).map_err(|e| CommandError::other(&e))
}

/// A text that comes in three languages, or in one.
fn in_english(text: &Value) -> &str {
    text["en"].as_str().or_else(|| text.as_str()).unwrap_or_default()
}
