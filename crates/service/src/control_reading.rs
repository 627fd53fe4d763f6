//! A case or clientship document on its way in: what it says, read once, and whether that fits the
//! metadata, the directory and what is stored (CASE-01…05, RA-02).

use jiff::civil::Date;
use serde_json::Value;
use varanto_documents::Structure;
use varanto_documents::control::Control;
use varanto_documents::projection::{
    CaseDocument, ClientshipDocument, DisclosureNotice, Part, UnitEntry,
};
use varanto_model::{ClientIdentifier, Envelope, Faults, Metadata, Oid, Pointer};
use varanto_store::case_file::CaseFile;
use varanto_store::directory::{self, Organisation};

use crate::check_document::structure_of;
use crate::error::{Cause, Findings};
use crate::gather::model;
use crate::present::Present;
use crate::snapshot::{Directory, Snapshot};
use crate::will_reading::WillReading;

/// What a control document says.
pub(crate) enum Reading {
    Case(CaseDocument),
    Clientship(ClientshipDocument),
    Will(WillReading),
    Notice(DisclosureNotice),
    /// It is no document that cases or contexts follow from.
    None,
    /// It is one, and cannot be read.
    Faulty(Faults),
}

impl Reading {
    /// Reads the structured content of an envelope, where its structure is one of a control document.
    pub(crate) fn of(envelope: &Envelope, snapshot: &Snapshot) -> Self {
        let data = envelope.data.as_ref().map(|(index, data)| (*index, data));
        Self::of_parts(&envelope.metadata, data, snapshot)
    }

    /// Reads the structured content `data` of a document, which is its item `index`.
    pub(crate) fn of_parts(
        metadata: &Metadata,
        data: Option<(usize, &Value)>,
        snapshot: &Snapshot,
    ) -> Self {
        let control = structure_of(metadata, snapshot).and_then(Structure::control);
        let (Some(control), Some((index, data))) = (control, data) else { return Self::None };
        let at = Pointer::root().member("content").index(index).member("data");
        match control {
            Control::Case => {
                CaseDocument::read(data, &at, &snapshot.codes).map_or_else(Self::Faulty, Self::Case)
            }
            Control::Clientship => {
                ClientshipDocument::read(data, &at).map_or_else(Self::Faulty, Self::Clientship)
            }
            Control::DisclosureNotice => {
                DisclosureNotice::read(data, &at).map_or_else(Self::Faulty, Self::Notice)
            }
            Control::Informing | Control::Permit | Control::Denial | Control::Representation => {
                WillReading::of(control, data, &at)
                    .map_or(Self::None, |read| read.map_or_else(Self::Faulty, Self::Will))
            }
        }
    }

    /// The case that the document belongs to: the one that it opens, or that its metadata name.
    pub(crate) fn case<'a>(&'a self, metadata: &'a Metadata) -> Option<&'a Oid> {
        match self {
            Self::Case(case) => Some(&case.case),
            _ => metadata.case.as_ref(),
        }
    }
}

/// What the checks look at.
pub(crate) struct CheckControl<'a> {
    pub(crate) metadata: &'a Metadata,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) present: &'a Present,
    /// The organisation that keeps the document, or will.
    pub(crate) keeper: &'a Oid,
    pub(crate) today: Date,
}

impl CheckControl<'_> {
    /// Notes every fault of the document.
    pub(crate) fn check(&self, reading: &Reading, findings: &mut Findings) {
        match reading {
            Reading::Case(case) => self.case(case, findings),
            Reading::Clientship(clientship) => self.clientship(clientship, findings),
            Reading::Will(will) => self.will(will, findings),
            Reading::Notice(notice) => self.notice(notice, findings),
            Reading::Faulty(faults) => {
                findings.extend(Cause::StructureViolation, faults.clone());
            }
            Reading::None => {}
        }
    }

    fn directory(&self) -> &Directory {
        &self.snapshot.directory
    }

    fn case(&self, case: &CaseDocument, findings: &mut Findings) {
        let m = self.metadata;
        self.organiser(Some(&case.organiser), &case.places.organiser, findings);
        if m.service_task.as_ref() != Some(&case.service_task) {
            let why = "the service task is another one than in the metadata";
            differs(&case.places.service_task, why, findings);
        }
        if m.case.as_ref().is_some_and(|named| *named != case.case) {
            let why = "the case is another one than in the metadata";
            differs(&case.places.case, why, findings);
        }
        for client in &case.clients {
            self.is_client(&client.identifier, &client.at, findings);
        }
        let named =
            |sought: &ClientIdentifier| case.clients.iter().any(|c| c.identifier == *sought);
        for (i, client) in m.clients.iter().enumerate() {
            if !named(&client.identifier) {
                let at = Pointer::root().member("metadata").member("clients").index(i);
                differs(&at, "the client is not in the content of the document", findings);
            }
        }
        self.case_alone(case, findings);
        self.nobody_vanishes(case, findings);
    }

    /// A will is its client's, and in every version the same one's.
    fn will(&self, will: &WillReading, findings: &mut Findings) {
        let (client, at) = will.client();
        self.is_client(client, at, findings);
        will.check(self.today, self.snapshot, findings);
        for file in self.present.clients.iter().flatten() {
            will.check_growth(&self.metadata.original_oid, &file.will, findings);
        }
        let now = self.present.keys_now();
        if !self.present.before.iter().all(|file| now.contains(&file.key)) {
            differs(at, "a new version is the will of the same client", findings);
        }
    }

    /// A disclosure that is told of was made already.
    fn notice(&self, notice: &DisclosureNotice, findings: &mut Findings) {
        for client in &notice.clients {
            self.is_client(&client.identifier, &client.at, findings);
        }
    }

    /// A case is opened by one document, and a document opens one case.
    fn case_alone(&self, case: &CaseDocument, findings: &mut Findings) {
        let is_others = |file: &CaseFile| file.original_oid != self.metadata.original_oid;
        if self.present.case.as_ref().is_some_and(is_others) {
            let why = "another document has opened this case";
            findings.add(Cause::CaseExists, case.places.case.clone(), "case-exists", why);
        }
        let before = self.present.document.as_ref().and_then(|d| d.facts.case.as_ref());
        if before.is_some_and(|before| *before != case.case) {
            let why = "a new version is about the same case";
            findings.add(Cause::InvalidRequest, case.places.case.clone(), "changed", why);
        }
    }

    /// Whoever has been in a case stays in its document; leaving has its moment (CASE-03).
    fn nobody_vanishes(&self, case: &CaseDocument, findings: &mut Findings) {
        let now = self.present.keys_now();
        let missing = self.present.before.iter().any(|file| !now.contains(&file.key));
        if missing {
            let why = "a client of the version before is missing: leaving a case has its moment";
            findings.add(Cause::InvalidRequest, case.places.clients.clone(), "left-out", why);
        }
    }

    fn clientship(&self, clientship: &ClientshipDocument, findings: &mut Findings) {
        if self.metadata.clients.len() > 1 {
            let at = Pointer::root().member("metadata").member("clients").index(1);
            let why = "a clientship is of one client";
            findings.add(Cause::InvalidRequest, at, "too-many", why);
        }
        let places = &clientship.places;
        self.is_client(&clientship.client, &places.client, findings);
        self.organiser(clientship.organiser.as_ref(), &places.organiser, findings);
        for entry in &clientship.units {
            self.unit(entry, clientship.is_old, findings);
        }
        self.only_active(clientship, findings);
    }

    /// CASE-04: one active clientship of a client in what a keeper keeps at a controller.
    fn only_active(&self, clientship: &ClientshipDocument, findings: &mut Findings) {
        let goes_on = clientship.last.is_none_or(|last| self.today <= last);
        if clientship.is_old || !goes_on {
            return;
        }
        let others = self
            .present
            .files()
            .filter_map(|file| file.standing.active_clientship_of(self.keeper, self.today));
        if others.into_iter().any(|(document, _)| *document != self.metadata.original_oid) {
            let why = "the client has an active clientship here: store a new version of it";
            let at = clientship.places.clientship.clone();
            findings.add(Cause::ClientshipExists, at, "clientship-exists", why);
        }
    }

    fn is_client(&self, sought: &ClientIdentifier, at: &Pointer, findings: &mut Findings) {
        if !self.metadata.clients.iter().any(|client| client.identifier == *sought) {
            differs(at, "the client is not in the metadata", findings);
        }
    }

    /// The organiser's operating unit is that of the controller.
    fn organiser(&self, named: Option<&Oid>, at: &Pointer, findings: &mut Findings) {
        let controller = self.directory().of_controller(&self.metadata.controller);
        let organiser = controller.map(|organisation| &organisation.operating_unit);
        if named.is_some() && named != organiser {
            let why = "this is not the operating unit of the controller's organiser";
            findings.add(Cause::InvalidRequest, at.clone(), "not-of-the-organiser", why);
        }
    }

    /// RA-02: units of the registry, of organisations that take part, where the entry goes on.
    fn unit(&self, entry: &UnitEntry, is_old: bool, findings: &mut Findings) {
        let at = entry.at.member("palveluyksikon_nimi").member("code");
        let mut refuse = |code, why: &str| {
            findings.add(Cause::UnknownUnit, at.clone(), code, why);
        };
        let Some(unit) = self.directory().units.get(&entry.unit) else {
            if !is_old {
                refuse("unknown-unit", "the organisation registry has no such service unit");
            }
            return;
        };
        let controller = self.directory().of_controller(&self.metadata.controller);
        let organiser = controller.map(|organisation| &organisation.operating_unit);
        if entry.part == Part::Organiser {
            if Some(&unit.organisation) != organiser {
                refuse("not-of-the-organiser", "this is not a service unit of the organiser");
            }
        } else if Some(self.keeper) != organiser && unit.organisation != *self.keeper {
            // Under a wide right one writes of one's own units alone.
            refuse(
                "not-of-the-keeper",
                "this is not a service unit of the organisation that stores",
            );
        }
        let begins = self.today.max(entry.first);
        if is_old || entry.until.is_some_and(|until| until < self.today) {
            return;
        }
        let is_own = entry.part == Part::Organiser || Some(self.keeper) == organiser;
        if !is_own && unit.organisation == *self.keeper && !self.is_of_wide_right(entry) {
            let why =
                "the organisation that stores has no wide right of this unit and service task";
            refuse("not-of-the-wide-right", why);
        }
        if !is_valid(unit, begins) {
            refuse("unit-not-valid", "the service unit is not valid on that day");
        }
        let organisation = self.directory().organisations.get(&unit.organisation);
        let takes_part = |o: &Organisation| {
            Some(&o.operating_unit) == organiser
                || controller.is_some_and(|c| has_joined(o, c, begins))
        };
        if !organisation.is_some_and(takes_part) {
            let why =
                "the unit's organisation has not joined under a model that the controller accepts";
            refuse("not-joined", why);
        }
    }

    /// RA-08: a wide right is of certain units and service tasks.
    fn is_of_wide_right(&self, entry: &UnitEntry) -> bool {
        let organisation = self.directory().of_controller(&self.metadata.controller);
        let controller = organisation.and_then(|organisation| organisation.controller.as_ref());
        let wide = controller.into_iter().flat_map(|controller| &controller.wide_access);
        wide.filter(|wide| wide.unit == entry.unit)
            .any(|wide| entry.service_task.iter().any(|task| wide.service_tasks.contains(task)))
    }
}

/// Is the unit in the registry on that day?
pub(crate) fn is_valid(unit: &directory::Unit, day: Date) -> bool {
    unit.valid_from <= day && unit.valid_to.is_none_or(|last| day <= last)
}

/// Has the organisation joined on that day, under a model that the controller accepts?
fn has_joined(organisation: &Organisation, controller: &Organisation, day: Date) -> bool {
    let accepts = controller.controller.as_ref().map(|c| c.accepts_models.as_slice());
    organisation.joined.as_ref().is_some_and(|joined| {
        let accepted = accepts.is_some_and(|models| models.contains(&joined.model));
        model(&joined.model).is_some()
            && accepted
            && joined.from <= day
            && joined.to.is_none_or(|last| day <= last)
    })
}

fn differs(at: &Pointer, why: &str, findings: &mut Findings) {
    findings.add(Cause::InvalidRequest, at.clone(), "differs-from-metadata", why);
}
