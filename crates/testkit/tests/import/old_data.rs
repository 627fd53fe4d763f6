//! Documents of the time before the register opened, on 2024-01-01, and runs that store them.

use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use varanto_model::Oid;
use varanto_service::{DocumentImport, Error, Importer, Settled, Verdict};
use varanto_store::administration_log::{self, AdministrativeEntry, AdministrativeFilter};
use varanto_testkit::{Draft, Form, TestClient, TestPerson, fresh_client};

use crate::in_process::InProcess;

/// The organisation whose old data it is: operating unit 99990001.
pub(crate) const ORGANISATION: &str = "1.2.246.10.99990001.10.0";
/// Its archivist.
pub(crate) const ARCHIVIST: &str = "T-1007";
/// When documents here were written.
const WRITTEN_AT: &str = "2023-05-02T10:15:00+03:00";

/// A letter from before, of no case, about a client.
pub(crate) fn letter(author: &TestPerson, client: &str) -> Draft {
    let draft = Draft::assessment(author, client);
    let display = vec![draft.content[1].clone()];
    let draft = draft.without("structure").with_content(display);
    draft.with("generation", "old").with("written_at", WRITTEN_AT)
}

/// An entry of the continuous record from before, of a client's case.
pub(crate) fn entry(author: &TestPerson, client: &str, case: &Oid) -> Draft {
    letter(author, client).with("group", "record_entry").with("generation", "phase1").in_case(case)
}

/// A case from before, and the clientship with it.
pub(crate) fn case_and_clientship(author: &TestPerson, client: &str, case: &Oid) -> [Draft; 2] {
    let client = TestClient::of(client);
    let opened = Draft::case(author, &client, case).opened("2023-02-01").draft();
    let clientship = Draft::clientship(author, &client).started("2023-02-01").draft();
    [opened, clientship].map(|draft| draft.with("written_at", "2023-02-01T09:00:00+02:00"))
}

/// A client with a case, a clientship and some documents, each of which depends on the one before: in the
/// order in which they came to be.
pub(crate) fn whole_file(author: &TestPerson, case: &Oid) -> Vec<Draft> {
    let client = fresh_client();
    let [case_document, clientship] = case_and_clientship(author, &client, case);
    let first = entry(author, &client, case);
    let second = first.next_version();
    let third = second.next_version();
    let free = letter(author, &client);
    vec![case_document, clientship, first, second, third, free]
}

/// The body with which a draft is stored.
pub(crate) fn body(draft: &Draft) -> Vec<u8> {
    draft.build().to_string().into_bytes()
}

/// Drafts as files of a folder, `1.json` and so on with as many digits as it takes.
pub(crate) fn write(folder: &Path, drafts: &[Draft]) {
    for (i, draft) in drafts.iter().enumerate() {
        std::fs::write(folder.join(format!("{i:05}.json")), body(draft)).unwrap();
    }
}

/// With another title, which the signature does not cover any more.
pub(crate) fn tampered(draft: &Draft) -> Vec<u8> {
    let mut envelope: Value = draft.build();
    envelope["metadata"]["title"] = "Muutettu".into();
    envelope.to_string().into_bytes()
}

/// A display form that runs a script.
pub(crate) fn unsafe_form(draft: &Draft) -> Draft {
    let Form::Xhtml(text) = &draft.content[0] else { panic!("a display form") };
    let text = text.replacen("</body>", "<script>1</script></body>", 1);
    draft.clone().with_content(vec![Form::Xhtml(text)])
}

impl InProcess {
    /// A run on the archivist's responsibility.
    pub(crate) async fn import(&self, only_checked: bool) -> DocumentImport {
        self.service.import_documents(&archivist(), only_checked).await.unwrap()
    }

    /// The administration log on imports, the newest first.
    pub(crate) async fn import_entries(&self) -> Vec<AdministrativeEntry> {
        let action = Some("import_documents".to_owned());
        let filter = AdministrativeFilter { action, ..AdministrativeFilter::default() };
        self.database.fetch(administration_log::list(filter, None, 100)).await.unwrap()
    }

    /// Derives everything anew from the documents; says in how much it differs.
    pub(crate) async fn differences(&self) -> usize {
        let rebuilt = self.service.rebuild(&mut |_| {}).await.unwrap();
        rebuilt.repaired.len() + usize::try_from(rebuilt.left + rebuilt.unreadable).unwrap()
    }
}

pub(crate) fn archivist() -> Importer {
    Importer {
        organisation: Oid::parse(ORGANISATION).unwrap(),
        user: ARCHIVIST.to_owned(),
        unit: None,
    }
}

/// Checks and stores a batch; answers in its order, each in a word.
pub(crate) async fn store(
    run: &DocumentImport,
    batch: Vec<Vec<u8>>,
    is_last_chance: bool,
) -> Vec<String> {
    let checked = run.check(batch).await.unwrap();
    let settled = run.store(checked, is_last_chance).await.unwrap();
    settled.iter().map(word).collect()
}

/// What has become of a document: `stored`, `stored before`, `good`, `waiting`, or why it is refused.
pub(crate) fn word(settled: &Settled) -> String {
    match &settled.verdict {
        Verdict::Stored(_) => "stored".to_owned(),
        Verdict::StoredBefore(_) => "stored before".to_owned(),
        Verdict::Good => "good".to_owned(),
        Verdict::Waiting(_) => "waiting".to_owned(),
        Verdict::Refused(error) => error.outcome().to_owned(),
        Verdict::Undecided(error) => format!("undecided: {}", error.slug()),
    }
}

/// The faults of a refused document, by place and kind.
pub(crate) fn faults(settled: &Settled) -> Vec<(String, &'static str)> {
    let Verdict::Refused(Error::Rejected { faults, .. }) = &settled.verdict else {
        return Vec::new();
    };
    faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
}

/// A day on which the register was open.
pub(crate) fn afterwards() -> String {
    Timestamp::now().to_string()
}
