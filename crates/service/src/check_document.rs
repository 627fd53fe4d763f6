//! Everything about a document that can be checked without knowing who may store it (DOC-05): forms,
//! structure, codes, display form, PDF/A, times.

use jiff::{SignedDuration, Timestamp};
use varanto_documents::codes::Standing;
use varanto_documents::control::{Circumstances, Control};
use varanto_documents::structure::Family;
use varanto_documents::{Structure, display_form, pdfa};
use varanto_model::{
    Code, Envelope, Faults, Generation, Group, MediaType, Metadata, Oid, Pointer, calendar,
};

use crate::error::{Cause, Findings};
use crate::sets;
use crate::snapshot::Snapshot;

/// How far a document's time of writing may lie ahead: clocks differ.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Checks an envelope against the structures and code sets of a snapshot; notes every fault.
pub(crate) fn check(
    envelope: &Envelope,
    snapshot: &Snapshot,
    now: Timestamp,
    findings: &mut Findings,
) {
    let check = Check { envelope, snapshot, now, root: Pointer::root() };
    check.times(findings);
    check.clients(findings);
    check.codes(findings);
    check.forms(findings);
    check.structure(findings);
    check.display_forms(findings);
    check.pdfs(findings);
}

/// The structure that the metadata names, where it is known.
pub(crate) fn structure_of<'a>(
    metadata: &Metadata,
    snapshot: &'a Snapshot,
) -> Option<&'a Structure> {
    snapshot.structures.get(metadata.structure.as_ref()?).map(|known| &known.structure)
}

struct Check<'a> {
    envelope: &'a Envelope,
    snapshot: &'a Snapshot,
    now: Timestamp,
    root: Pointer,
}

impl Check<'_> {
    fn metadata(&self, name: &str) -> Pointer {
        self.root.member("metadata").member(name)
    }

    fn item(&self, index: usize) -> Pointer {
        self.root.member("content").index(index)
    }

    fn times(&self, findings: &mut Findings) {
        let latest = self.now.checked_add(TOLERANCE).unwrap_or(Timestamp::MAX);
        if self.envelope.metadata.written_at > latest {
            let detail = "a document is not written in the future";
            findings.add(
                Cause::InvalidRequest,
                self.metadata("written_at"),
                "in-the-future",
                detail,
            );
        }
    }

    fn clients(&self, findings: &mut Findings) {
        let clients = &self.envelope.metadata.clients;
        for (i, client) in clients.iter().enumerate() {
            let earlier = clients.iter().take(i).any(|other| other.identifier == client.identifier);
            if earlier {
                let detail = "the same client is named twice";
                findings.add(
                    Cause::InvalidRequest,
                    self.metadata("clients").index(i),
                    "duplicate",
                    detail,
                );
            }
        }
    }

    /// Rights hang on the service task and the register, so these must be known; of other sets only
    /// what is known to be wrong is refused, for most of them are known in part.
    fn codes(&self, findings: &mut Findings) {
        let m = &self.envelope.metadata;
        let known = [Standing::Valid].as_slice();
        let not_wrong = [Standing::Valid, Standing::Unchecked].as_slice();
        let mut check = |set, code: Option<&Code>, at, good: &[Standing]| {
            if let Some(code) = code {
                self.code(set, code, at, good, findings);
            }
        };
        check(sets::SERVICE_TASKS, m.service_task.as_ref(), self.metadata("service_task"), known);
        check(sets::REGISTERS, Some(&m.register), self.metadata("register"), known);
        let process = self.metadata("service_process");
        check(sets::SERVICE_PROCESSES, m.service_process.as_ref(), process, not_wrong);
        for (i, service) in m.services.iter().enumerate() {
            let at = self.metadata("services").index(i);
            check(sets::SERVICES, Some(service), at, not_wrong);
        }
        if m.structure.is_none() {
            let at = self.metadata("type_code");
            check(sets::DOCUMENT_TYPES, m.type_code.as_ref(), at, not_wrong);
        }
    }

    /// A code must be good on the day on which the document was written.
    fn code(
        &self,
        set: &str,
        code: &Code,
        at: Pointer,
        good: &[Standing],
        findings: &mut Findings,
    ) {
        let Ok(oid) = Oid::parse(set) else { return };
        let day = calendar::day_of(self.envelope.metadata.written_at);
        let standing = self.snapshot.codes.known(&oid, code.as_str(), day);
        if good.contains(&standing) {
            return;
        }
        let how = match standing {
            Standing::NotOnThatDay => "was not valid on the day of writing in",
            Standing::Valid | Standing::Unknown | Standing::Unchecked => "is not in",
        };
        let detail = format!("the code {how} the code set {set}");
        findings.add(Cause::UnknownCode, at, "unknown-code", detail);
    }

    /// DOC-02: which forms a document has, by its generation.
    fn forms(&self, findings: &mut Findings) {
        let content = self.root.member("content");
        let m = &self.envelope.metadata;
        let count =
            |kind| self.envelope.content.iter().filter(|item| item.media_type == kind).count();
        let (json, xhtml, pdf) =
            (count(MediaType::Json), count(MediaType::Xhtml), count(MediaType::Pdf));
        let mut refuse = |code, detail: &str| {
            findings.add(Cause::InvalidRequest, content.clone(), code, detail);
        };
        if json > 1 || xhtml > 1 {
            refuse("too-many", "a document has at most one structured form and one display form");
        }
        if json > 0 && m.generation != Generation::Phase2 {
            refuse("content-form", "only phase-2 documents have a structured form");
        }
        if json == 0 && pdf == 0 && m.generation == Generation::Phase2 {
            refuse("content-form", "a phase-2 document is structured, or PDF/A");
        }
        // Nothing would follow from one that only people can read.
        if json == 0 && (m.group.is_will() || m.group == Group::DisclosureNotice) {
            refuse("content-form", "what is declared, and a disclosure notice, are structured");
        }
        if json == 0 && m.structure.is_some() {
            refuse("missing", "the metadata names a structure, and there is no structured form");
        }
        if json > 0 && xhtml == 0 {
            let detail = "a structured document has an XHTML form for people to read";
            findings.add(Cause::DisplayFormMissing, content, "missing", detail);
        }
    }

    fn structure(&self, findings: &mut Findings) {
        let m = &self.envelope.metadata;
        let Some((index, data)) = &self.envelope.data else { return };
        if m.structure.is_none() {
            let detail = "a structured document names its structure";
            findings.add(Cause::InvalidRequest, self.metadata("structure"), "missing", detail);
            return;
        }
        let Some(structure) = structure_of(m, self.snapshot) else {
            let detail = "no such structure is known here";
            findings.add(
                Cause::UnknownStructure,
                self.metadata("structure"),
                "unknown-structure",
                detail,
            );
            return;
        };
        if m.type_code.as_ref().is_some_and(|code| code.as_str() != structure.code()) {
            let detail = format!("the structure is of the document type `{}`", structure.code());
            findings.add(
                Cause::InvalidRequest,
                self.metadata("type_code"),
                "structure-type",
                detail,
            );
        }
        if !fits(m.group, structure) {
            let detail = "the structure is not of this group of documents";
            findings.add(Cause::InvalidRequest, self.metadata("group"), "structure-group", detail);
        }
        let at = self.item(*index).member("data");
        let (codes, day) = (&self.snapshot.codes, calendar::day_of(m.written_at));
        let faults = structure.validate(data, &at, codes, day);
        findings.extend(Cause::StructureViolation, faults);
        if let Some(control) = structure.control() {
            let circumstances = Circumstances {
                today: calendar::day_of(self.now),
                codes,
                by_professional: !m.authors.is_empty(),
            };
            findings.extend(Cause::StructureViolation, control.check(data, &at, circumstances));
        }
    }

    fn display_forms(&self, findings: &mut Findings) {
        for (bytes, at) in self.of(MediaType::Xhtml) {
            let faults = display_form::check(bytes, &at).err().unwrap_or_else(Faults::none);
            findings.extend(Cause::DisplayFormUnsafe, faults);
        }
    }

    fn pdfs(&self, findings: &mut Findings) {
        for (bytes, at) in self.of(MediaType::Pdf) {
            let faults = pdfa::check(bytes, &at).err().unwrap_or_else(Faults::none);
            findings.extend(Cause::NotPdfA, faults);
        }
    }

    fn of(&self, kind: MediaType) -> impl Iterator<Item = (&[u8], Pointer)> {
        let items = self.envelope.content.iter().enumerate();
        items
            .filter(move |(_, item)| item.media_type == kind)
            .map(|(i, item)| (item.bytes.as_slice(), self.item(i)))
    }
}

/// The control documents are each a group of their own, so that nothing is derived from a document that
/// passes under another name; all other structures are for all other groups.
fn fits(group: Group, structure: &Structure) -> bool {
    if let Some(control) = structure.control() {
        return group == group_of(control);
    }
    let is_control = matches!(group, Group::Clientship | Group::Case | Group::DisclosureNotice);
    structure.family() == Family::ClientDocument && !group.is_will() && !is_control
}

/// The group of the control documents of a kind.
fn group_of(control: Control) -> Group {
    match control {
        Control::Clientship => Group::Clientship,
        Control::Case => Group::Case,
        Control::Permit => Group::Permit,
        Control::Denial => Group::Denial,
        Control::Informing => Group::Informing,
        Control::Representation => Group::Representation,
        Control::DisclosureNotice => Group::DisclosureNotice,
    }
}
