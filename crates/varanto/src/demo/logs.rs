//! The last chapter of the story: what the log is worth. An entry is proven as an outsider would do it, a
//! use without a context is reviewed, a suspected breach is handled, and the client is told who used her data.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_log::{Checkpoint, Commitment, Hash, InclusionProof, VerifierKey};
use varanto_model::Code;
use varanto_sandbox::SandboxClock;

use super::documents::{Assessment, CLIENT};
use super::show::{problem, step, tell};
use super::{
    COLLEAGUE, PRIVACY_OFFICER, Story, WORKER, expect, expect_problem, program, same, text,
};
use crate::commands::CommandError;

/// How long the sealer is waited for: it takes less than a second.
const PATIENCE: u32 = 50;

impl Story<'_> {
    /// Plays the chapter.
    pub(super) async fn tell_of_the_log(&self) -> Result<(), CommandError> {
        let officer = self.session(PRIVACY_OFFICER)?;
        self.prove(&officer).await?;
        self.review(&officer).await?;
        self.report(&officer).await?;
        self.answer(&officer).await
    }

    /// Checks a proof with the keys, the checkpoint and the hashes that anybody gets.
    async fn prove(&self, officer: &Session) -> Result<(), CommandError> {
        step("Anybody can check that no entry was changed, removed or put in afterwards");
        let search = json!({"context": supervision(), "page": {"size": 1}});
        let page = expect(officer.search_use_log(&search).await, 200)?;
        let entry = text(&page["entries"][0], "id").to_owned();
        let proof = self.sealed(officer, &entry).await?;
        let keys = officer.client().get("/v1/logs/key").await;
        let keys = keys.map_err(|e| CommandError::other(&e))?;
        let keys = String::from_utf8_lossy(&keys.body).into_owned();
        let keys = keys.lines().map(VerifierKey::parse).collect::<Result<Vec<_>, _>>();
        let keys = keys.map_err(|e| CommandError::other(&e))?;
        let signed = Checkpoint::open(text(&proof, "checkpoint"), &keys);
        let signed = signed.map_err(|e| CommandError::other(&e))?;
        tell(format_args!(
            "   checkpoint of {}: {} entries at {}, signed",
            signed.origin, signed.size, signed.at
        ));
        let commitment = Hash::parse(text(&proof, "commitment"));
        let commitment = commitment.map_err(|e| CommandError::other(&e))?;
        let hashes = proof["hashes"].as_array().into_iter().flatten();
        let hashes = hashes.map(|hash| Hash::parse(hash.as_str().unwrap_or_default()));
        let hashes = hashes.collect::<Result<Vec<_>, _>>().map_err(|e| CommandError::other(&e))?;
        let place = InclusionProof::new(proof["leaf"].as_u64().unwrap_or(u64::MAX), signed.size);
        let place = place.map_err(|e| CommandError::other(&e))?;
        let leaf = Commitment::new(*commitment.as_bytes()).leaf();
        place.verify(leaf, &hashes, signed.root).map_err(|e| CommandError::other(&e))?;
        tell(format_args!(
            "   entry {entry} is leaf {}: {} hashes lead from it to the root",
            proof["leaf"],
            hashes.len()
        ));
        let changed = Commitment::new([0; 32]).leaf();
        if place.verify(changed, &hashes, signed.root).is_ok() {
            return Err(CommandError::Other("a changed entry was proven".to_owned()));
        }
        tell(
            "   with any other entry in its place they lead elsewhere; no personal data is in any of it",
        );
        tell(format_args!(
            "   try: {} log verify --config {}",
            program(),
            self.people.paths.configuration().display()
        ));
        Ok(())
    }

    /// The proof of an entry, once it is sealed.
    async fn sealed(&self, officer: &Session, entry: &str) -> Result<Value, CommandError> {
        let path = format!("/v1/logs/proofs/{entry}");
        for _ in 0..PATIENCE {
            let answer = officer.client().get(&path).await;
            let answer = answer.map_err(|e| CommandError::other(&e))?;
            if answer.status == 200 {
                return answer.json().map_err(|e| CommandError::other(&e));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(CommandError::Other("the log is not sealed".to_owned()))
    }

    async fn review(&self, officer: &Session) -> Result<(), CommandError> {
        step("What was used for a special reason is reviewed, and the decision is kept");
        let desk = self.session(COLLEAGUE)?;
        let context =
            UseContext { special_reason: Code::parse("X-OTHER").ok(), ..UseContext::default() };
        expect(desk.fetch(&Assessment::original(), &context).await, 200)?;
        let filter = json!({"list": "special-reasons", "decided": "open"});
        let search = json!({"context": supervision(), "filter": filter});
        let page = expect(officer.post_json("/v1/supervision/search", &search).await, 200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        for item in &items {
            tell(format_args!(
                "   {}: {}, {}",
                text(&item["user"], "name"),
                text(item, "action"),
                text(item, "special_reason")
            ));
        }
        let Some(item) = items.first() else {
            return Err(CommandError::Other("the list of special reasons is empty".to_owned()));
        };
        let decision = json!({
            "context": supervision(), "list": "special-reasons", "item": item["id"],
            "decision": "justified", "reason": "The client telephoned the unit.",
        });
        expect(officer.post_json("/v1/supervision/decisions", &decision).await, 201)?;
        let page = expect(officer.post_json("/v1/supervision/search", &search).await, 200)?;
        let left = page["items"].as_array().map_or(0, Vec::len);
        same(&json!(items.len() - 1), &json!(left), "what is left to review")?;
        tell(format_args!("   decided: justified; {left} left to review"));
        Ok(())
    }

    async fn report(&self, officer: &Session) -> Result<(), CommandError> {
        step(
            "A worker reports a suspected breach; the clock of 72 hours runs, and it is closed in order",
        );
        let worker = self.session(WORKER)?;
        let now = expect(worker.fetch(&Assessment::original(), &UseContext::default()).await, 200)?;
        same(&json!(Assessment::original()), &now["metadata"]["original_oid"], "the document")?;
        let noticed = self.clock()?;
        let report = json!({
            "what": "A printed copy was left on the bus", "when_noticed": noticed,
            "documents": [Assessment::original()],
        });
        let reported = expect(worker.report_breach(&report).await, 201)?;
        let id = text(&reported, "id");
        let purpose =
            UseContext { purpose: Code::parse("supervision").ok(), ..UseContext::default() };
        let breach = expect(officer.find_breach(id, &purpose).await, 200)?;
        tell(format_args!(
            "   {}: the authority is to be told by {}",
            text(&breach, "state"),
            text(&breach["clock"], "due_at")
        ));
        let taken = |kind: &str| json!({"context": supervision(), "kind": kind, "words": "The copy was found by the driver."});
        let closing = taken("closing");
        problem(&expect_problem(officer.step_breach(id, &closing).await, "invalid-request")?);
        let mut assessment = taken("assessment");
        assessment["risk"] = json!("none");
        for step in [assessment, closing] {
            let breach = expect(officer.step_breach(id, &step).await, 201)?;
            tell(format_args!("   {}: {}", text(&step, "kind"), text(&breach, "state")));
        }
        Ok(())
    }

    async fn answer(&self, officer: &Session) -> Result<(), CommandError> {
        step("The client asks who has used her data, and is answered on paper and with proofs");
        let request = json!({
            "context": supervision(), "client": {"id": CLIENT}, "received_at": self.clock()?,
            "channel": "letter", "identified_by": "identity-document", "language": "fi",
        });
        let request = expect(officer.register_log_request(&request).await, 201)?;
        let id = text(&request, "id");
        tell(format_args!("   the answer is due on {}", text(&request, "due")));
        let decision = json!({"context": supervision(), "with_proofs": true});
        expect(officer.answer_log_request(id, &decision).await, 200)?;
        let purpose =
            UseContext { purpose: Code::parse("supervision").ok(), ..UseContext::default() };
        for (language, form) in [("fi", "application/json"), ("sv", "application/pdf")] {
            let answer = officer.fetch_log_answer(id, (language, form), &purpose).await;
            let answer = answer.map_err(|e| CommandError::other(&e))?;
            if answer.status != 200 {
                return Err(CommandError::Other(format!("the answer came with {}", answer.status)));
            }
            tell(format_args!("   {form}, {language}: {} bytes", answer.body.len()));
            if form == "application/json" {
                let given: Value = answer.json().map_err(|e| CommandError::other(&e))?;
                let entries = given["entries"].as_array().map_or(0, Vec::len);
                tell(format_args!("   it tells of {entries} uses and disclosures"));
            }
        }
        Ok(())
    }

    /// The sandbox's time.
    fn clock(&self) -> Result<Timestamp, CommandError> {
        let file = self.people.paths.clock();
        let text = std::fs::read_to_string(&file).map_err(|e| CommandError::file(&file, e))?;
        let clock = SandboxClock::parse(&text).map_err(|e| CommandError::other(&e))?;
        Ok(clock.show(Timestamp::now()))
    }
}

fn supervision() -> Value {
    json!({"purpose": "supervision"})
}
