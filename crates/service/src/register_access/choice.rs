//! A report of a client's choice, as it stands: reported, opened or refused (RA-12).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Oid, calendar};
use varanto_store::choice::Choice;
use varanto_store::{MAX_VALUES, standing};

use crate::Error;
use crate::client_file::ClientFile;
use crate::service::Service;

/// The word for a report that waits for the organiser.
pub(super) const REPORTED: &str = "reported";

/// How a report stands: the organiser's documents open the right, whatever was said before.
pub(super) fn state(choice: &Choice, file: Option<&ClientFile>, now: Timestamp) -> &'static str {
    if file.is_some_and(|file| is_opened(choice, file, now)) {
        "opened"
    } else if choice.refusal.is_some() {
        "refused"
    } else {
        REPORTED
    }
}

/// Has the unit been given a right to the client for the service task, which reaches to the day that
/// was reported and has not been taken back before the report?
fn is_opened(choice: &Choice, file: &ClientFile, now: Timestamp) -> bool {
    let today = calendar::day_of(now);
    let rights = file.standing.rights().into_iter();
    let of_choice =
        rights.filter(|r| r.unit == choice.unit && r.service_task == choice.service_task);
    of_choice.flat_map(|right| right.spells).any(|spell| {
        spell.first <= today
            && spell.last.is_none_or(|last| choice.first_day <= last)
            && spell.withdrawn_at.is_none_or(|at| choice.at < at)
    })
}

impl Service {
    /// The files of the clients of reports to one controller, by the keys that the reports have. A
    /// report about a temporary identifier that was joined to a person leads to the person's file.
    pub(super) async fn files_of_choices(
        &self,
        controller: &Oid,
        keys: &BTreeSet<Uuid>,
    ) -> Result<BTreeMap<Uuid, ClientFile>, Error> {
        let first = self.standings(controller, keys).await?;
        let joined: BTreeMap<Uuid, Uuid> =
            first.values().filter_map(|row| Some((row.client, row.joined_to?))).collect();
        let persons = self.standings(controller, &joined.values().copied().collect()).await?;
        let mut files = BTreeMap::new();
        for (key, row) in &first {
            let row = joined.get(key).and_then(|person| persons.get(person)).unwrap_or(row);
            files.insert(*key, ClientFile::read(row)?);
        }
        Ok(files)
    }

    async fn standings(
        &self,
        controller: &Oid,
        keys: &BTreeSet<Uuid>,
    ) -> Result<BTreeMap<Uuid, standing::ClientStanding>, Error> {
        let keys: Vec<_> = keys.iter().copied().collect();
        let queries = keys
            .chunks(MAX_VALUES)
            .map(|keys| standing::of_clients(keys, controller))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| Error::Internal("too many clients at once"))?;
        let rows = self.database.fetch(queries).await?;
        Ok(rows.into_iter().flatten().map(|row| (row.client, row)).collect())
    }
}
