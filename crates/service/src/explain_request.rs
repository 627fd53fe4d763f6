//! The request for an explanation: which act, on what.

use jiff::Timestamp;
use serde_json::Value;
use varanto_model::reader::{self, Members, instant, word};
use varanto_model::{ClientIdentifier, Code, Faults, Generation, Group, Oid, Pointer, person};
use varanto_rules::{Action, DocumentFacts};

use crate::use_context::UseContext;

/// The acts that are explained.
const EXPLAINED: &[Action] =
    &[Action::Read, Action::Search, Action::Store, Action::StoreVersion, Action::Annul];
/// The most clients of one document.
const MAX_CLIENTS: usize = 100;

/// A request for an explanation.
pub(crate) struct Explain {
    pub(crate) context: UseContext,
    pub(crate) action: Action,
    pub(crate) object: Object,
}

/// What the act is about.
pub(crate) enum Object {
    /// A stored document, which is read or annulled.
    Document(Oid),
    /// A client, whose documents are sought.
    Client(ClientIdentifier),
    /// A document that is to be stored; with the original identifier where it is a new version.
    Coming(Box<Intended>, Option<Oid>),
}

/// The parts of a document's metadata that matter to the rules.
pub(crate) struct Intended {
    pub(crate) controller: Oid,
    group: Group,
    generation: Generation,
    service_task: Option<Code>,
    service_process: Option<Code>,
    type_code: Option<Code>,
    /// The case that it names or opens.
    pub(crate) case: Option<Oid>,
    pub(crate) clients: Vec<ClientIdentifier>,
    written_at: Option<Timestamp>,
}

impl Intended {
    /// Does it declare what a client wants?
    pub(crate) const fn is_will(&self) -> bool {
        self.group.is_will()
    }

    /// What the rules need of it, kept by `keeper` and stored `now`. A structure that asks for a
    /// professional's signature is taken to get it.
    pub(crate) fn facts(&self, keeper: Oid, now: Timestamp) -> DocumentFacts {
        DocumentFacts {
            original_oid: self.controller.clone(),
            controller: self.controller.clone(),
            group: self.group,
            generation: self.generation,
            service_task: self.service_task.clone(),
            service_process: self.service_process.clone(),
            type_code: self.type_code.clone(),
            case: self.case.clone(),
            author_organisation: keeper,
            others_wrote: false,
            written_at: self.written_at.unwrap_or(now),
            stored_at: None,
            annulled: false,
            is_newest: true,
            by_representative: false,
            asks_professional_signature: false,
            has_professional_signature: false,
        }
    }
}

/// Reads a request. Each act wants its own members and no others.
pub(crate) fn read(value: &Value, faults: &mut Faults) -> Option<Explain> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let action = m.required("action", faults, word(EXPLAINED, Action::as_str));
    let given = m.raw("context").is_some_and(|context| !context.is_null());
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let object = match action {
        None => {
            // Which of these is wanted cannot be said.
            for name in ["oid", "client", "metadata"] {
                m.raw(name);
            }
            None
        }
        Some(Action::Search) => {
            m.required("client", faults, person::client_sought).map(Object::Client)
        }
        Some(Action::Store | Action::StoreVersion) => {
            let original = match action {
                Some(Action::StoreVersion) => Some(m.required("oid", faults, reader::oid)),
                _ => None,
            };
            let intended = m.required("metadata", faults, read_intended);
            match original {
                None => intended.map(|intended| Object::Coming(Box::new(intended), None)),
                Some(original) => original
                    .zip(intended)
                    .map(|(oid, intended)| Object::Coming(Box::new(intended), Some(oid))),
            }
        }
        Some(_) => m.required("oid", faults, reader::oid).map(Object::Document),
    };
    if given && action.is_some_and(Action::stores) {
        let why = "a document is stored without context: it names its register and its case";
        faults.add(m.place("context"), "not-wanted", why);
    }
    m.finish(faults);
    Some(Explain { context, action: action?, object: object? })
}

fn read_intended(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Intended> {
    let mut m = Members::of(value, at, faults)?;
    let controller = m.required("controller", faults, reader::oid);
    let group = m.required("group", faults, word(Group::ALL, Group::as_str));
    let generation = m.optional("generation", faults, word(Generation::ALL, Generation::as_str));
    let service_task = m.optional("service_task", faults, reader::code);
    let service_process = m.optional("service_process", faults, reader::code);
    let type_code = m.optional("type_code", faults, reader::code);
    let case = m.optional("case", faults, reader::oid);
    let clients = m.required("clients", faults, |v, at, faults| {
        Some(reader::elements(v, at, MAX_CLIENTS, faults, person::client_sought))
    });
    let written_at = m.optional("written_at", faults, instant);
    if clients.as_ref().is_some_and(Vec::is_empty) {
        faults.add(m.place("clients"), "missing", "a document has at least one client");
    }
    m.finish(faults);
    Some(Intended {
        controller: controller?,
        group: group?,
        generation: generation.unwrap_or(Generation::Phase2),
        service_task,
        service_process,
        type_code,
        case,
        clients: clients?,
        written_at,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults_of(body: &Value) -> Vec<String> {
        let mut faults = Faults::none();
        read(body, &mut faults);
        let mut places: Vec<_> = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        places.sort();
        places
    }

    /// REQ AC-06
    #[test]
    fn every_act_wants_its_own_members_and_no_others() {
        let oid = "1.2.246.10.99990001.11.2026.17";
        let client = json!({"id": "010594Y9032"});
        let metadata = json!({"controller": oid, "group": "client_document", "clients": [client]});
        let none: [&str; 0] = [];
        assert_eq!(faults_of(&json!({"action": "read", "oid": oid})), none);
        assert_eq!(faults_of(&json!({"action": "annul", "oid": oid})), none);
        assert_eq!(faults_of(&json!({"action": "search", "client": client})), none);
        assert_eq!(faults_of(&json!({"action": "store", "metadata": metadata})), none);
        let version = json!({"action": "store-version", "oid": oid, "metadata": metadata});
        assert_eq!(faults_of(&version), none);

        assert_eq!(faults_of(&json!({"action": "read"})), ["/oid"]);
        assert_eq!(
            faults_of(&json!({"action": "read", "oid": oid, "client": client})),
            ["/client"]
        );
        assert_eq!(faults_of(&json!({"action": "read-log", "oid": oid})), ["/action"]);
        assert_eq!(faults_of(&json!({"action": "store-version", "metadata": metadata})), ["/oid"]);
        let with_context = json!({"action": "store", "context": {}, "metadata": metadata});
        assert_eq!(faults_of(&with_context), ["/context"]);
        let nobodys = json!({"controller": oid, "group": "case", "clients": []});
        let nobodys = json!({"action": "store", "metadata": nobodys});
        assert_eq!(faults_of(&nobodys), ["/metadata/clients"]);
    }
}
