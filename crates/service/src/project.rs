//! What follows from a control document, as statements: the standings of its clients, the index of
//! rights, the case. They are part of the plan that stores or annuls the document (CASE-05).

use jiff::Timestamp;
use uuid::{Builder, Uuid};
use varanto_documents::projection::{CaseDocument, DerivedRight, Standing, Will};
use varanto_model::{ClientIdentifier, Envelope, Oid, digest};
use varanto_store::case_file::{self, CaseFile};
use varanto_store::register_access::{self, AccessRow};
use varanto_store::{Statement, client, standing, will};

use crate::Error;
use crate::client_file::ClientFile;
use crate::control_reading::Reading;
use crate::will_reading::{Names, WillReading};

/// The name of the right of a unit to a case of a client: the same for the same four, and telling
/// nothing of them to others (an object identifier made of a UUID, ITU-T X.667).
pub(crate) fn access_oid(
    controller: &Oid,
    client: Uuid,
    case: &Oid,
    unit: &Oid,
) -> Result<Oid, Error> {
    let key = client.as_bytes().as_slice();
    let parts = [controller.as_str().as_bytes(), &[0], key, case.as_str().as_bytes(), &[0]];
    let named = [parts.concat().as_slice(), unit.as_str().as_bytes()].concat();
    let digest = digest::sha256(&named);
    let first = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    let name = Builder::from_custom_bytes(first).into_uuid();
    Oid::parse(&format!("2.25.{}", name.as_u128()))
        .map_err(|_| Error::Internal("a right could not be named"))
}

/// A control document as it stands after a plan: what the standings of its clients change to.
#[derive(Default)]
pub(crate) struct Projection {
    pub(crate) statements: Vec<Statement>,
    /// The clients whose standing changes.
    pub(crate) changed: Vec<Uuid>,
}

/// Where a version of a control document stands.
pub(crate) struct Place<'a> {
    pub(crate) document: &'a Oid,
    pub(crate) controller: &'a Oid,
    /// The organisation that keeps the document.
    pub(crate) keeper: &'a Oid,
    pub(crate) stored_at: Timestamp,
}

impl Projection {
    /// What follows from a version that is being stored. `files` are those of the clients of the
    /// envelope, in their order.
    pub(crate) fn of_version(
        reading: &Reading,
        envelope: &Envelope,
        place: &Place<'_>,
        files: Vec<ClientFile>,
    ) -> Result<Self, Error> {
        let mut projection = Self::default();
        let keys: Vec<_> = files.iter().map(|file| file.key).collect();
        for (reference, mut file) in envelope.metadata.clients.iter().zip(files) {
            if put(&mut file.standing, reading, &reference.identifier, place) {
                projection.change(&file, place.controller)?;
            }
        }
        if let Reading::Case(case) = reading {
            projection.statements.push(case_file::upsert(opened(case, place, keys)));
        }
        Ok(projection)
    }

    /// What follows from the annulment of a control document.
    pub(crate) fn of_annulment(
        document: &Oid,
        controller: &Oid,
        at: Timestamp,
        files: Vec<ClientFile>,
    ) -> Result<Self, Error> {
        let mut projection = Self::default();
        for mut file in files {
            file.standing.annul(document, at);
            projection.change(&file, controller)?;
        }
        Ok(projection)
    }

    /// What follows from a version of a will that is being stored, for the file of its client.
    pub(crate) fn of_will(
        will: &WillReading,
        place: &Place<'_>,
        names: &Names<'_>,
        mut file: ClientFile,
    ) -> Result<Self, Error> {
        will.put(&mut file.will, place, names);
        let mut projection = Self::default();
        projection.change_will(&file)?;
        Ok(projection)
    }

    /// What follows from the annulment of a will.
    pub(crate) fn of_annulled_will(
        document: &Oid,
        at: Timestamp,
        files: Vec<ClientFile>,
    ) -> Result<Self, Error> {
        let mut projection = Self::default();
        for mut file in files {
            file.will.annul(document, at);
            projection.change_will(&file)?;
        }
        Ok(projection)
    }

    /// Writes what a client has declared, and raises the client's counter: whatever was decided on it
    /// starts over (DIS-09).
    fn change_will(&mut self, file: &ClientFile) -> Result<(), Error> {
        self.raise(file)?;
        self.statements.push(will::upsert(file.key, written_will(&file.will)?));
        Ok(())
    }

    fn raise(&mut self, file: &ClientFile) -> Result<(), Error> {
        if self.changed.contains(&file.key) {
            return Err(Error::Internal("a client's file was to be changed twice"));
        }
        if file.version > 0 {
            self.statements.push(client::raise(file.key, file.version));
        }
        self.changed.push(file.key);
        Ok(())
    }

    /// Writes a file as it is now, and raises the client's counter.
    pub(crate) fn change(&mut self, file: &ClientFile, controller: &Oid) -> Result<(), Error> {
        self.raise(file)?;
        let (derived, orders) = (written(&file.standing)?, file.orders.written()?);
        // The rights refer to the standing: first the old ones go, then the new ones come.
        self.statements.push(register_access::clear(file.key, controller));
        self.statements.push(standing::upsert(file.key, controller, derived, orders));
        for right in file.standing.rights() {
            let row = access_row(&right, file.key, controller)?;
            self.statements.push(register_access::insert(row));
        }
        Ok(())
    }
}

/// Takes a version of a control document into the standing of one of its clients. Says whether anything
/// of the client's follows from it.
pub(crate) fn put(
    standing: &mut Standing,
    reading: &Reading,
    client: &ClientIdentifier,
    place: &Place<'_>,
) -> bool {
    match reading {
        Reading::Case(case) => {
            let member = case.clients.iter().find(|member| member.identifier == *client);
            let Some(member) = member else { return false };
            standing.put_case(place.document, place.keeper, case, member);
        }
        Reading::Clientship(clientship) => {
            standing.put_clientship(place.document, place.keeper, clientship, place.stored_at);
        }
        Reading::Will(_) | Reading::Notice(_) | Reading::None | Reading::Faulty(_) => return false,
    }
    true
}

/// The case that a document opens for these clients.
pub(crate) fn opened(case: &CaseDocument, place: &Place<'_>, clients: Vec<Uuid>) -> CaseFile {
    CaseFile {
        case: case.case.clone(),
        controller: place.controller.clone(),
        original_oid: place.document.clone(),
        clients,
    }
}

/// The stored form of a standing.
pub(crate) fn written(standing: &Standing) -> Result<String, Error> {
    serde_json::to_string(standing).map_err(|_| Error::Internal("a standing could not be written"))
}

/// The stored form of what a client has declared.
pub(crate) fn written_will(will: &Will) -> Result<String, Error> {
    serde_json::to_string(will).map_err(|_| Error::Internal("a will could not be written"))
}

/// The row of the index for a right.
pub(crate) fn access_row(
    right: &DerivedRight,
    client: Uuid,
    controller: &Oid,
) -> Result<AccessRow, Error> {
    Ok(AccessRow {
        oid: access_oid(controller, client, &right.case, &right.unit)?,
        unit: right.unit.clone(),
        client,
        controller: controller.clone(),
        case: right.case.clone(),
        service_task: right.service_task.clone(),
        spells: serde_json::to_string(&right.spells)
            .map_err(|_| Error::Internal("a right could not be written"))?,
    })
}
