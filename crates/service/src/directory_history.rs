//! What has become of the records of the directories (DIR-01, AC-04), and the user registers, as the
//! operator sees them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use varanto_model::Oid;
use varanto_store::directory::{self, DirectoryChange, Person, RecordKind};

use crate::Error;
use crate::service::Service;
use crate::snapshot::Directory;

/// A change of a record.
#[derive(Serialize)]
pub struct ShownChange {
    at: Timestamp,
    kind: String,
    subject: String,
    source: String,
    /// The members that are otherwise since; `new` alone for a record that was not there.
    what: Vec<String>,
    earlier: Option<Value>,
    later: Value,
}

/// A person of a user register.
#[derive(Serialize)]
pub struct ShownPerson {
    id: String,
    family_name: String,
    given_names: String,
    role: String,
    units: Vec<Oid>,
    card: Option<String>,
    outsider: bool,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

impl Service {
    /// The changes of a unit, or of an organisation with its units and certificates, the first one
    /// first.
    pub async fn organisation_history(&self, oid: &Oid) -> Result<Vec<ShownChange>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let changes = if snapshot.directory.units.contains_key(oid) {
            directory::history_of(RecordKind::Unit, oid.to_string())
        } else {
            let organisation = known(&snapshot.directory, oid)?;
            directory::history_of_organisation(&organisation.operating_unit)
        };
        self.changes(changes).await
    }

    /// The changes of a person in the user register of an organisation, the first one first.
    pub async fn user_history(
        &self,
        organisation: &Oid,
        user_id: &str,
    ) -> Result<Vec<ShownChange>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let organisation = known(&snapshot.directory, organisation)?;
        let changes =
            directory::history_of_person(&organisation.operating_unit, user_id.to_owned());
        self.changes(changes).await
    }

    /// The changes of the rights under a registration number, the first one first.
    pub async fn professional_history(&self, id: &str) -> Result<Vec<ShownChange>, Error> {
        let kind = RecordKind::ProfessionalRight;
        self.changes(directory::history_of(kind, id.to_owned())).await
    }

    /// The user register of an organisation, by id.
    pub async fn list_users(&self, organisation: &Oid) -> Result<Vec<ShownPerson>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let organisation = known(&snapshot.directory, organisation)?;
        let people = snapshot.directory.people_of(&organisation.operating_unit);
        Ok(people.cloned().map(ShownPerson::from).collect())
    }

    async fn changes(
        &self,
        query: varanto_store::Query<DirectoryChange>,
    ) -> Result<Vec<ShownChange>, Error> {
        let changes = self.database.fetch(query).await?;
        if changes.is_empty() {
            return Err(Error::NotFound);
        }
        changes.into_iter().map(shown).collect()
    }
}

fn known<'a>(directory: &'a Directory, oid: &Oid) -> Result<&'a directory::Organisation, Error> {
    directory.find(oid).ok_or(Error::NotFound)
}

fn shown(change: DirectoryChange) -> Result<ShownChange, Error> {
    let read = |text: String| {
        serde_json::from_str::<Value>(&text)
            .map_err(|_| Error::Internal("a noted record cannot be read"))
    };
    let (earlier, later) = (change.earlier.map(read).transpose()?, read(change.later)?);
    let what = match &earlier {
        None => vec!["new".to_owned()],
        Some(earlier) => later.as_object().map_or_else(Vec::new, |members| {
            let differs = |(name, value): &(&String, &Value)| earlier.get(name) != Some(value);
            members.iter().filter(differs).map(|(name, _)| name.clone()).collect()
        }),
    };
    Ok(ShownChange {
        at: change.at,
        kind: change.kind,
        subject: change.subject,
        source: change.source,
        what,
        earlier,
        later,
    })
}

impl From<Person> for ShownPerson {
    fn from(person: Person) -> Self {
        Self {
            id: person.user_id,
            family_name: person.family_name,
            given_names: person.given_names,
            role: person.role,
            units: person.units,
            card: person.card,
            outsider: person.outsider,
            valid_from: person.valid_from,
            valid_to: person.valid_to,
        }
    }
}
