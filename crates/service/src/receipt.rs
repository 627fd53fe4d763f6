//! The receipt of a disclosed document: a record entry, ready made, by which whoever has read it notes in the
//! client's own file what was received (AstL 39 §; DIS-04).

use serde::Serialize;
use serde_json::Value;
use varanto_documents::receipt::{self, Client, Document, Named, Professional, Received};
use varanto_model::{Code, Group, Language, Metadata, Oid, Pointer, calendar};
use varanto_rules::Basis;

use crate::context::CallContext;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

const SERVICE_TASKS: &str = "1.2.246.537.6.1221";
const DOCUMENT_TYPES: &str = "1.2.246.537.6.1506";
const PURPOSES: &str = "1.2.246.10.99990000.98.3";
const SPECIAL_REASONS: &str = "1.2.246.10.99990000.98.4";
const GROUNDS: &str = "1.2.246.537.6.1299";

/// Content of a record entry on data received. Title, case, display form and signature are the reader's. Has no
/// `Debug`: it names persons.
#[derive(Serialize)]
pub(crate) struct ReceiptEntry {
    group: &'static str,
    structure: &'static str,
    data: Value,
}

/// The receipt of a document with these signed metadata, read now; `None` where they name no service task,
/// without which there is no record entry.
pub(crate) fn of(
    snapshot: &Snapshot,
    context: &CallContext,
    used: &UseContext,
    metadata: &str,
) -> Option<ReceiptEntry> {
    let value: Value = serde_json::from_str(metadata).ok()?;
    let metadata = Metadata::parse(&value, &Pointer::root()).ok()?;
    let names = Names { snapshot, language: metadata.language };
    let task = metadata.service_task.as_ref()?;
    let clients: Vec<Client<'_>> = metadata
        .clients
        .iter()
        .filter_map(|c| Some(Client { identifier: &c.identifier, name: c.name.as_ref()? }))
        .collect();
    let type_display = metadata.type_code.as_ref().map(|code| names.code(DOCUMENT_TYPES, code));
    let type_code = metadata.type_code.as_ref().zip(type_display.as_deref());
    let document = Document {
        oid: &metadata.oid,
        type_code: type_code.map(|(code, display)| Named { code, display }),
        title: &metadata.title,
    };
    let unit = names.unit(&context.actor.unit);
    let reader = || Professional {
        name: &context.actor.name,
        title: None,
        unit: Some((&context.actor.unit, unit.as_str())),
    };
    let purpose = Code::parse(used.purpose.as_str()).ok()?;
    let purpose = names.code(PURPOSES, &purpose);
    let ground = names.ground(used);
    let (task_display, source) = (names.code(SERVICE_TASKS, task), names.source(&metadata));
    let today = calendar::day_of(context.at);
    let data = receipt::received(&Received {
        clients: &clients,
        service_task: Named { code: task, display: &task_display },
        reader: reader(),
        ground: Some(&ground),
        purpose: &purpose,
        documents: &[document],
        sources: &[source.as_str()],
        received_on: today,
        written_on: today,
        author: reader(),
    });
    let group = Group::RecordEntry.as_str();
    Some(ReceiptEntry { group, structure: receipt::RECEIVED, data })
}

/// What things are called, in the language of the document.
struct Names<'a> {
    snapshot: &'a Snapshot,
    language: Language,
}

impl Names<'_> {
    /// The name of a code, or the code itself where no name is known.
    fn code(&self, set: &str, code: &Code) -> String {
        let set = Oid::parse(set).ok();
        let entry = set.as_ref().and_then(|set| self.snapshot.codes.find(set)?.find(code.as_str()));
        entry.map_or_else(|| code.to_string(), |entry| entry.name().get(self.language).to_owned())
    }

    fn unit(&self, oid: &Oid) -> String {
        let unit = self.snapshot.directory.units.get(oid);
        unit.map_or_else(|| oid.to_string(), |unit| unit.name.clone())
    }

    fn source(&self, metadata: &Metadata) -> String {
        let organisation = self.snapshot.directory.of_controller(&metadata.controller);
        organisation.map_or_else(|| metadata.controller.to_string(), |o| o.name_fi.clone())
    }

    /// On what ground the reader got it.
    fn ground(&self, used: &UseContext) -> String {
        match (&used.ground, &used.special_reason) {
            (Some(ground), _) if used.basis == Basis::Broad => self.code(GROUNDS, ground),
            (_, Some(reason)) => self.code(SPECIAL_REASONS, reason),
            _ => match self.language {
                Language::Fi => "Luovutuslupa",
                Language::Sv => "Tillstånd till utlämnande",
                Language::En => "Permit for disclosure",
            }
            .to_owned(),
        }
    }
}
