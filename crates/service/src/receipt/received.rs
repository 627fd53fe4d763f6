//! The receipt of a document that another controller discloses, for the reader's own file (AstL 39 §, DIS-04).

use serde_json::Value;
use varanto_documents::receipt::{self, Document, Named, Received};
use varanto_model::{Metadata, Pointer, calendar};

use super::ReceiptEntry;
use super::names::{Names, named, professional};
use crate::context::CallContext;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The receipt of a document with these signed metadata, read now; `None` where they name no service task,
/// without which there is no record entry.
pub(crate) fn received(
    snapshot: &Snapshot,
    context: &CallContext,
    used: &UseContext,
    metadata: &str,
) -> Option<ReceiptEntry> {
    let value: Value = serde_json::from_str(metadata).ok()?;
    let metadata = Metadata::parse(&value, &Pointer::root()).ok()?;
    let names = Names { snapshot, language: metadata.language };
    let task = metadata.service_task.as_ref()?;
    let clients: Vec<_> = named(&metadata).collect();
    let type_display = names.type_of(&metadata);
    let type_code = metadata.type_code.as_ref().zip(type_display.as_deref());
    let document = Document {
        oid: &metadata.oid,
        type_code: type_code.map(|(code, display)| Named { code, display }),
        title: &metadata.title,
    };
    let unit = names.unit(&context.actor.unit);
    let reader = professional(&context.actor, &unit);
    let purpose = names.purpose(used)?;
    let ground = names.ground(used);
    let (task_display, source) = (names.service_task(task), names.source(&metadata));
    let today = calendar::day_of(context.at);
    let data = receipt::received(&Received {
        clients: &clients,
        service_task: Named { code: task, display: &task_display },
        reader,
        ground: Some(&ground),
        purpose: &purpose,
        documents: &[document],
        sources: &[source.as_str()],
        received_on: today,
        written_on: today,
        author: reader,
    });
    Some(ReceiptEntry::new(receipt::RECEIVED, data))
}
