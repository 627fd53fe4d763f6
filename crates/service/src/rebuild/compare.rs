//! What is stored beside what the documents say: page by page, to find whatever may differ.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_documents::projection::Standing;
use varanto_model::Oid;
use varanto_store::register_access::{AccessFilter, AccessFound, AccessRow};
use varanto_store::{MAX_PAGE, case_file, register_access, standing, will};

use super::sweep::Derived;
use super::{Derivation, Difference, Suspects};
use crate::Error;
use crate::orders::Orders;
use crate::project::{access_row, written, written_will};
use crate::service::Service;

/// What should be stored about a client at a controller.
pub(super) struct Wanted {
    /// The standing as it is stored; `None` where there is to be no row.
    pub(super) derived: Option<String>,
    pub(super) rights: BTreeMap<Oid, AccessRow>,
}

impl Wanted {
    /// What follows from documents. A row that has orders stays, whatever follows.
    pub(super) fn of(
        (client, controller): &(Uuid, Oid),
        standing: Option<&Standing>,
        orders: Option<&str>,
    ) -> Result<Self, Error> {
        let Some(standing) = standing else {
            let has_orders = match orders {
                Some(orders) => Orders::read(orders)? != Orders::default(),
                None => false,
            };
            let empty = has_orders.then(|| written(&Standing::default())).transpose()?;
            return Ok(Self { derived: empty, rights: BTreeMap::new() });
        };
        let rows = standing.rights().into_iter().map(|right| {
            let row = access_row(&right, *client, controller)?;
            Ok((row.oid.clone(), row))
        });
        Ok(Self { derived: Some(written(standing)?), rights: rows.collect::<Result<_, Error>>()? })
    }

    /// How these rows differ from what should be stored.
    pub(super) fn differences(
        &self,
        derived: Option<&str>,
        rights: &[AccessRow],
    ) -> Vec<(Derivation, Difference)> {
        let mut found: Vec<_> = difference(self.derived.as_deref(), derived)
            .map(|d| (Derivation::Standing, d))
            .into_iter()
            .collect();
        let stored: BTreeMap<&Oid, &AccessRow> = rights.iter().map(|row| (&row.oid, row)).collect();
        let oids: BTreeSet<&Oid> = self.rights.keys().chain(stored.keys().copied()).collect();
        let right = |oid: &Oid| difference(self.rights.get(oid), stored.get(oid).copied());
        found.extend(oids.into_iter().filter_map(right).map(|d| (Derivation::Right, d)));
        found
    }
}

/// How what is stored differs from what is wanted, if it does.
pub(super) fn difference<T: PartialEq>(wanted: Option<T>, stored: Option<T>) -> Option<Difference> {
    match (wanted, stored) {
        (None, None) => None,
        (Some(wanted), Some(stored)) => (wanted != stored).then_some(Difference::Changed),
        (Some(_), None) => Some(Difference::Missing),
        (None, Some(_)) => Some(Difference::Superfluous),
    }
}

impl Service {
    /// Everything that is stored otherwise than it follows, or seems to be.
    pub(super) async fn suspects(&self, derived: &Derived) -> Result<Suspects, Error> {
        let mut suspects = Suspects::default();
        self.suspect_standings(derived, &mut suspects).await?;
        self.suspect_rights(derived, &mut suspects).await?;
        self.suspect_cases(derived, &mut suspects).await?;
        self.suspect_wills(derived, &mut suspects).await?;
        Ok(suspects)
    }

    async fn suspect_standings(
        &self,
        derived: &Derived,
        suspects: &mut Suspects,
    ) -> Result<(), Error> {
        let mut missing: BTreeSet<&(Uuid, Oid)> = derived.standings.keys().collect();
        let mut after = None;
        loop {
            let page = self.database.fetch(standing::every(after.take(), MAX_PAGE)).await?;
            after = page.last().map(|row| (row.client, row.controller.clone()));
            if after.is_none() {
                break;
            }
            for row in page {
                let of = (row.client, row.controller);
                missing.remove(&of);
                let wanted = Wanted::of(&of, derived.standings.get(&of), Some(&row.orders))?;
                if wanted.derived.as_deref() != Some(row.derived.as_str()) {
                    suspects.files.insert(of);
                }
            }
        }
        suspects.files.extend(missing.into_iter().cloned());
        Ok(())
    }

    async fn suspect_rights(
        &self,
        derived: &Derived,
        suspects: &mut Suspects,
    ) -> Result<(), Error> {
        let mut missing: BTreeMap<&(Uuid, Oid), BTreeMap<Oid, AccessRow>> = BTreeMap::new();
        for (of, standing) in &derived.standings {
            let rights = Wanted::of(of, Some(standing), None)?.rights;
            if !rights.is_empty() {
                missing.insert(of, rights);
            }
        }
        let mut after = None;
        loop {
            let page = rights(&AccessFilter::default(), after.take())?;
            let page = self.database.fetch(page).await?;
            after = page.last().map(AccessFound::cursor);
            if after.is_none() {
                break;
            }
            for AccessFound { right, .. } in page {
                let of = (right.client, right.controller.clone());
                let wanted = missing.get_mut(&of).and_then(|rights| rights.remove(&right.oid));
                if wanted.as_ref() != Some(&right) {
                    suspects.files.insert(of);
                }
            }
        }
        let lacking = missing.into_iter().filter(|(_, rights)| !rights.is_empty());
        suspects.files.extend(lacking.map(|(of, _)| of.clone()));
        Ok(())
    }

    async fn suspect_cases(&self, derived: &Derived, suspects: &mut Suspects) -> Result<(), Error> {
        let mut missing: BTreeSet<&Oid> = derived.cases.keys().collect();
        let mut after = None;
        loop {
            let page = self.database.fetch(case_file::every(after.take(), MAX_PAGE)).await?;
            after = page.last().map(|row| row.case.clone());
            if after.is_none() {
                break;
            }
            for row in page {
                missing.remove(&row.case);
                let wanted = derived.cases.get(&row.case);
                if wanted != Some(&row) {
                    let both = wanted.into_iter().chain([&row]);
                    suspects.of_cases.extend(both.flat_map(|case| &case.clients));
                    suspects.cases.insert(row.case);
                }
            }
        }
        for case in missing.into_iter().filter_map(|case| derived.cases.get(case)) {
            suspects.of_cases.extend(&case.clients);
            suspects.cases.insert(case.case.clone());
        }
        Ok(())
    }

    async fn suspect_wills(&self, derived: &Derived, suspects: &mut Suspects) -> Result<(), Error> {
        let mut missing: BTreeSet<&Uuid> = derived.wills.keys().collect();
        let mut after = None;
        loop {
            let page = self.database.fetch(will::every(after.take(), MAX_PAGE)).await?;
            after = page.last().map(|row| row.client);
            if after.is_none() {
                break;
            }
            for row in page {
                missing.remove(&row.client);
                let wanted = derived.wills.get(&row.client).map(written_will).transpose()?;
                if wanted.as_ref() != Some(&row.derived) {
                    suspects.wills.insert(row.client);
                }
            }
        }
        suspects.wills.extend(missing);
        Ok(())
    }

    /// The rights in the index about a client at a controller, however many.
    pub(super) async fn stored_rights(
        &self,
        (client, controller): &(Uuid, Oid),
    ) -> Result<Vec<AccessRow>, Error> {
        let filter = AccessFilter {
            client: Some(*client),
            controller: Some(controller.clone()),
            ..AccessFilter::default()
        };
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = self.database.fetch(rights(&filter, after.take())?).await?;
            after = page.last().map(AccessFound::cursor);
            if after.is_none() {
                return Ok(found);
            }
            found.extend(page.into_iter().map(|found| found.right));
        }
    }
}

fn rights(
    filter: &AccessFilter,
    after: Option<register_access::AccessCursor>,
) -> Result<varanto_store::Query<AccessFound>, Error> {
    register_access::list(filter, after, MAX_PAGE)
        .map_err(|_| Error::Internal("a filter has too many values"))
}
