//! The file of one client at one controller, opened: the standing that is derived from documents, the
//! orders beside it, and what the client has declared, which is the same at every controller.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use varanto_documents::projection::{Standing, Will};
use varanto_model::{ClientIdentifier, Oid, calendar};
use varanto_rules::{ClientFacts, ContextUnit, RegisterAccess, Spell, Stay};
use varanto_store::standing::{self, ClientEverywhere, ClientStanding};
use varanto_store::{Statement, client};

use crate::Error;
use crate::orders::Orders;
use crate::service::Service;
use crate::snapshot::Directory;
use crate::will_facts::will_facts;

/// The file of a client at a controller.
#[derive(Clone)]
pub(crate) struct ClientFile {
    pub(crate) key: Uuid,
    /// The client's counter, as it was read.
    pub(crate) version: i64,
    pub(crate) standing: Standing,
    pub(crate) orders: Orders,
    /// What the client has declared, wherever it was recorded.
    pub(crate) will: Will,
    /// Do the documents of another controller put the client under turvakielto today (CASE-07)? Known
    /// only where the file was read to disclose.
    pub(crate) protected_elsewhere: bool,
}

impl ClientFile {
    /// A file that is not there yet.
    pub(crate) fn new(key: Uuid) -> Self {
        Self {
            key,
            version: 0,
            standing: Standing::default(),
            orders: Orders::default(),
            will: Will::default(),
            protected_elsewhere: false,
        }
    }

    pub(crate) fn read(row: &ClientStanding) -> Result<Self, Error> {
        let derived = row.derived.as_deref().map_or_else(|| Ok(Standing::default()), read)?;
        let orders = row.orders.as_deref().map_or_else(|| Ok(Orders::default()), Orders::read)?;
        let will = row.will.as_deref().map_or_else(|| Ok(Will::default()), read_will)?;
        Ok(Self {
            version: row.client_version,
            standing: derived,
            orders,
            will,
            ..Self::new(row.client)
        })
    }

    /// The file at the reader's own controller, of a client whose documents elsewhere are to be disclosed.
    /// Orders do not matter then.
    pub(crate) fn read_everywhere(
        row: &ClientEverywhere,
        own: &Oid,
        today: Date,
    ) -> Result<Self, Error> {
        let will = row.will.as_deref().map_or_else(|| Ok(Will::default()), read_will)?;
        let new = Self::new(row.client);
        let mut file = Self { version: row.client_version, will, ..new };
        for (controller, derived) in &row.standings {
            let standing = read(derived)?;
            if controller == own {
                file.standing = standing;
            } else {
                file.protected_elsewhere |= standing.turvakielto(today);
            }
        }
        Ok(file)
    }

    /// Is the client under turvakielto on `today`, as far as is known?
    pub(crate) fn turvakielto(&self, today: Date) -> bool {
        self.protected_elsewhere || self.standing.turvakielto(today)
    }

    /// Is it told that the client is under turvakielto? What only others know is not, where nothing of theirs
    /// is shown.
    pub(crate) fn tells_turvakielto(&self, shows: bool, today: Date) -> bool {
        self.standing.turvakielto(today) || (shows && self.turvakielto(today))
    }

    /// Holds a plan to the file as it was read.
    pub(crate) fn guard(&self) -> Statement {
        client::guard(self.key, self.version)
    }

    /// What the rules need of it for a use that began at `now`, of a document of `case`. Units of the
    /// organiser need no right.
    ///
    /// A withdrawal or suspension that is stored has happened, also where the use began a moment before
    /// it and is decided anew, or where another server's clock is ahead: none counts as still to come.
    pub(crate) fn facts(
        &self,
        directory: &Directory,
        controller: &Oid,
        case: Option<&Oid>,
        now: Timestamp,
    ) -> ClientFacts {
        let today = calendar::day_of(now);
        let happened = |at: Option<Timestamp>| at.map(|at| at.min(now));
        let organiser = directory.of_controller(controller).map(|o| &o.operating_unit);
        let is_own = |unit: &Oid| {
            organiser.is_some() && directory.units.get(unit).map(|u| &u.organisation) == organiser
        };
        let context = self.standing.context_units().map(|unit| ContextUnit {
            unit: unit.unit.clone(),
            spell: Spell {
                first: unit.first,
                last: unit.last,
                withdrawn_at: happened(unit.withdrawn_at),
            },
        });
        let rights = self.standing.rights().into_iter().filter(|right| !is_own(&right.unit));
        let rights = rights.map(|right| {
            let mut right = self.access(right);
            right.suspended_since = happened(right.suspended_since);
            right.spells.iter_mut().for_each(|s| s.withdrawn_at = happened(s.withdrawn_at));
            right
        });
        let member = case
            .and_then(|case| self.standing.find_case(case))
            .filter(|(_, case)| case.annulled_at.is_none());
        ClientFacts {
            context: context.collect(),
            rights: rights.collect(),
            stay: member.map(|(_, case)| Stay { joined_at: case.joined_at, left_at: case.left_at }),
            turvakielto: self.turvakielto(today),
            will: will_facts(&self.will),
            // Only one who is known by an identity code can have declared anything (rule W7).
            has_identity_code: !self.will.is_empty(),
            is_minor: false,
        }
    }

    /// A right as it follows from documents, with the orders about it.
    pub(crate) fn access(
        &self,
        right: varanto_documents::projection::DerivedRight,
    ) -> RegisterAccess {
        let order = self.orders.find(&right.case, &right.unit);
        RegisterAccess {
            suspended_since: order.and_then(|order| order.suspended_since),
            reopened_until: order.and_then(|order| order.reopened_until),
            case: right.case,
            unit: right.unit,
            spells: right
                .spells
                .into_iter()
                .map(|s| Spell { first: s.first, last: s.last, withdrawn_at: s.withdrawn_at })
                .collect(),
        }
    }
}

/// The standing of its stored form.
pub(crate) fn read(json: &str) -> Result<Standing, Error> {
    serde_json::from_str(json).map_err(|_| Error::Internal("a stored standing cannot be read"))
}

/// The will of its stored form.
pub(crate) fn read_will(json: &str) -> Result<Will, Error> {
    serde_json::from_str(json).map_err(|_| Error::Internal("a stored will cannot be read"))
}

impl Service {
    /// The files of these clients at a controller, in the order asked for.
    ///
    /// The store is asked also where there is nothing to ask for, so that what is not there takes as
    /// long as what is.
    pub(crate) async fn files_of(
        &self,
        keys: &[Uuid],
        controller: &Oid,
    ) -> Result<Vec<ClientFile>, Error> {
        let nobody = [Uuid::nil()];
        let asked = if keys.is_empty() { &nobody } else { keys };
        let query = standing::of_clients(asked, controller)
            .map_err(|_| Error::Internal("a document has too many clients"))?;
        let rows = self.database.fetch(query).await?;
        let mut files = Vec::with_capacity(keys.len());
        for key in keys {
            let row = rows.iter().find(|row| row.client == *key);
            files.push(ClientFile::read(row.ok_or(Error::Contended)?)?);
        }
        Ok(files)
    }

    /// The files of these clients as a reader of the controller `own` looks at them to get what others
    /// hold, in the order asked for.
    pub(crate) async fn files_everywhere(
        &self,
        keys: &[Uuid],
        own: &Oid,
        today: Date,
    ) -> Result<Vec<ClientFile>, Error> {
        let nobody = [Uuid::nil()];
        let asked = if keys.is_empty() { &nobody } else { keys };
        let query = standing::everywhere(asked)
            .map_err(|_| Error::Internal("a document has too many clients"))?;
        let rows = standing::fold(self.database.fetch(query).await?);
        let mut files = Vec::with_capacity(keys.len());
        for key in keys {
            let row = rows.iter().find(|row| row.client == *key).ok_or(Error::Contended)?;
            files.push(ClientFile::read_everywhere(row, own, today)?);
        }
        Ok(files)
    }

    /// The file of a person as a reader of the controller `own` looks at it to get what others hold.
    pub(crate) async fn file_everywhere(
        &self,
        identifier: &ClientIdentifier,
        own: &Oid,
        today: Date,
    ) -> Result<Option<ClientFile>, Error> {
        let query = standing::everywhere_of_lookup(&self.lookup(identifier, own));
        let rows = standing::fold(self.database.fetch(query).await?);
        rows.first().map(|row| ClientFile::read_everywhere(row, own, today)).transpose()
    }

    /// The file of a person at a controller, if there is one.
    pub(crate) async fn file_of_person(
        &self,
        identifier: &ClientIdentifier,
        controller: &Oid,
    ) -> Result<Option<ClientFile>, Error> {
        let query = standing::of_lookup(&self.lookup(identifier, controller), controller);
        self.database.fetch_one(query).await?.as_ref().map(ClientFile::read).transpose()
    }
}
