//! The third chapter of the story: the client decides what another county gets of her documents, and an
//! authority with a broad right of access gets them all the same. Whose data it is sees both in its log.

use serde_json::{Value, json};
use varanto_client::{Session, Signer, UseContext};
use varanto_model::Code;

use super::documents::{self, Assessment, CLIENT, MALLILA};
use super::show::{self, problem, step, tell};
use super::{
    ELSEWHERE, PRIVACY_OFFICER, Story, WORKER, expect, expect_problem, program, same, signed, text,
    wills,
};
use crate::commands::CommandError;

/// The ground of the broad right that the built-in code set has.
const GROUND: &str = "X-AUTHORITY";

impl Story<'_> {
    /// Plays the chapter.
    pub(super) async fn tell_of_disclosure(&self) -> Result<(), CommandError> {
        let (worker, testila) = (self.session(WORKER)?, self.system(WORKER)?);
        let (reader, mallila) = (self.session(ELSEWHERE)?, self.system(ELSEWHERE)?);
        self.begin_elsewhere(&reader, &mallila).await?;
        self.declare(&worker, &testila).await?;
        let receipt = self.receive(&reader).await?;
        self.note_receipt(&reader, &mallila, &receipt).await?;
        self.withdraw(&worker, &testila, &reader).await?;
        self.use_broad_right(&reader).await?;
        self.disclosures().await
    }

    async fn begin_elsewhere(
        &self,
        reader: &Session,
        mallila: &Signer,
    ) -> Result<(), CommandError> {
        step("The client stays with her daughter in another county, which begins to serve her");
        for builder in [documents::case(&MALLILA)?, documents::clientship(&MALLILA)?] {
            let stored = expect(reader.store(&signed(builder, mallila)?).await, 201)?;
            tell(format_args!("   201 Created: {}", text(&stored, "oid")));
        }
        same(&json!([]), &found(reader, &by_disclosure()).await?, "what the county finds")?;
        tell("   her documents elsewhere are not there for it: she has permitted nothing");
        tell("   the answer is the one about somebody who has no documents anywhere");
        self.try_search(&by_disclosure());
        Ok(())
    }

    async fn declare(&self, worker: &Session, testila: &Signer) -> Result<(), CommandError> {
        step("She is informed, permits disclosure, and denies that of one document");
        let permit = signed(wills::permit(worker, 1).await?, testila)?;
        problem(&expect_problem(worker.store(&permit).await, "not-informed")?);
        tell("   the informing comes first; all of them are signed documents like any other");
        let denial = wills::denial(worker, &documents::visit_oid()).await?;
        for builder in [wills::informing()?, wills::permit(worker, 1).await?, denial] {
            let envelope = signed(builder, testila)?;
            expect(worker.store(&envelope).await, 201)?;
            tell(format_args!("   201 Created: {}", text(&envelope["metadata"], "title")));
        }
        let asked = json!({"context": {"purpose": "will"}, "client": {"id": CLIENT}});
        let will = expect(worker.post_json("/v1/wills/search", &asked).await, 200)?;
        same(&json!(true), &will["permit"]["given"], "the permit in force")?;
        same(&json!("document"), &will["denials"][0]["scope"], "what is denied")?;
        tell(format_args!(
            "   what stands now: informed {}, permit {}, denied document {}",
            will["informed"],
            will["permit"]["given"],
            text(&will["denials"][0], "denied_document")
        ));
        self.try_next(WORKER, "POST /v1/wills/search", Some(&asked));
        Ok(())
    }

    /// Gives the receipt of the document that was read.
    async fn receive(&self, reader: &Session) -> Result<Value, CommandError> {
        step("The other county gets what she permits, and what she denies is not there");
        let list = found(reader, &by_disclosure()).await?;
        same(&json!([Assessment::original()]), &originals(&list), "what the county finds")?;
        tell(format_args!("   found: {}", text(&list[0], "title")));
        let read = expect(reader.fetch(&Assessment::original(), &by_disclosure()).await, 200)?;
        tell(format_args!("   200 OK, the newest version: {}", text(&read["metadata"], "title")));
        let denied = reader.fetch(&documents::visit_oid(), &by_disclosure()).await;
        problem(&expect_problem(denied, "document-not-found")?);
        tell("   the same words, in the same time, as about a document that never was");
        let path = format!("/v1/documents/{}?basis=disclosure", Assessment::original());
        self.try_next(ELSEWHERE, &format!("GET '{path}'"), None);
        Ok(read["receipt"].clone())
    }

    async fn note_receipt(
        &self,
        reader: &Session,
        mallila: &Signer,
        receipt: &Value,
    ) -> Result<(), CommandError> {
        step("What was received belongs in the receiver's own file: the entry comes ready made");
        let entry = documents::received(receipt)?;
        expect(reader.store(&signed(entry, mallila)?).await, 201)?;
        let search = json!({"client": {"id": CLIENT}});
        let page = expect(reader.search_record_entries(&search).await, 200)?;
        let entries = page["entries"].as_array().map_or(0, Vec::len);
        same(&json!(1), &json!(entries), "the number of record entries")?;
        tell(format_args!("   201 Created: {}", text(&page["entries"][0]["metadata"], "title")));
        self.try_next(ELSEWHERE, "POST /v1/record-entries/search", Some(&search));
        Ok(())
    }

    async fn withdraw(
        &self,
        worker: &Session,
        testila: &Signer,
        reader: &Session,
    ) -> Result<(), CommandError> {
        step("She withdraws the permit, and from that moment nothing leaves");
        let withdrawn = signed(wills::permit(worker, 2).await?, testila)?;
        let stored = expect(worker.store(&withdrawn).await, 201)?;
        tell(format_args!("   201 Created: permit, version {}", stored["version"]));
        same(&json!([]), &found(reader, &by_disclosure()).await?, "what the county finds")?;
        let refused = reader.fetch(&Assessment::original(), &by_disclosure()).await;
        problem(&expect_problem(refused, "document-not-found")?);
        expect(worker.fetch(&Assessment::original(), &UseContext::default()).await, 200)?;
        tell("   her own county goes on reading its documents: a will is about what leaves it");
        self.try_search(&by_disclosure());
        Ok(())
    }

    async fn use_broad_right(&self, reader: &Session) -> Result<(), CommandError> {
        step("An authority with a broad right of access gets them, and says on what ground");
        let refused = reader.fetch(&Assessment::original(), &on_ground(None)).await;
        problem(&expect_problem(refused, "ground-required")?);
        let list = found(reader, &on_ground(Some(GROUND))).await?;
        for document in list.as_array().into_iter().flatten() {
            tell(format_args!("   found: {}", text(document, "title")));
        }
        let mut all = json!([documents::visit_oid(), Assessment::original()]);
        let mut shown = originals(&list);
        for list in [&mut all, &mut shown] {
            list.as_array_mut().into_iter().for_each(|list| list.sort_by_key(Value::to_string));
        }
        same(&all, &shown, "what the authority finds")?;
        let read = reader.fetch(&documents::visit_oid(), &on_ground(Some(GROUND))).await;
        tell(format_args!("   200 OK: {}", text(&expect(read, 200)?["metadata"], "title")));
        self.try_search(&on_ground(Some(GROUND)));
        Ok(())
    }

    async fn disclosures(&self) -> Result<(), CommandError> {
        step("Whose data it is sees what has gone to whom, on what basis and ground");
        let officer = self.session(PRIVACY_OFFICER)?;
        let asked = json!({"context": {"purpose": "supervision"}});
        let page = expect(officer.search_disclosure_log(&asked).await, 200)?;
        let entries = page["entries"].as_array().cloned().unwrap_or_default();
        show::disclosures(entries.iter().rev());
        let told = entries
            .iter()
            .rev()
            .map(|entry| json!([entry["basis"], entry["action"], entry["ground"]]));
        let expected = json!([
            ["disclosure", "search", null],
            ["disclosure", "read", null],
            ["broad", "search", GROUND],
            ["broad", "read", GROUND]
        ]);
        same(&expected, &told.collect(), "the disclosure log")?;
        self.try_next(PRIVACY_OFFICER, "POST /v1/logs/disclosure/search", Some(&asked));
        Ok(())
    }

    /// Tells how to search as the other county does.
    fn try_search(&self, context: &UseContext) {
        self.try_next(ELSEWHERE, "POST /v1/documents/search", Some(&search(context)));
    }

    /// Tells how to do it oneself while the demo goes on serving.
    fn try_next(&self, person: &str, call: &str, data: Option<&Value>) {
        let (sandbox, url) = (self.people.paths.directory().display(), &self.people.base_url);
        let data = data.map_or_else(String::new, |data| format!(" --data '{data}'"));
        tell(format_args!(
            "   try: {} call --sandbox {sandbox} --url {url} --as {person} \\\n          {call}{data}",
            program()
        ));
    }
}

/// What a search finds under a context, newest first.
async fn found(session: &Session, context: &UseContext) -> Result<Value, CommandError> {
    let page = expect(session.search(&search(context)).await, 200)?;
    Ok(page["documents"].clone())
}

fn search(context: &UseContext) -> Value {
    let mut members = json!({});
    for (name, code) in [("basis", &context.basis), ("ground", &context.ground)] {
        if let Some(code) = code {
            members[name] = json!(code);
        }
    }
    json!({"context": members, "client": {"id": CLIENT}})
}

/// The original identifiers of the documents of a list.
fn originals(list: &Value) -> Value {
    list.as_array().into_iter().flatten().map(|found| found["original_oid"].clone()).collect()
}

fn by_disclosure() -> UseContext {
    UseContext { basis: Code::parse("disclosure").ok(), ..UseContext::default() }
}

fn on_ground(ground: Option<&str>) -> UseContext {
    let ground = ground.and_then(|ground| Code::parse(ground).ok());
    UseContext { basis: Code::parse("broad").ok(), ground, ..UseContext::default() }
}
