//! Putting right what differs, held to the counters of the clients concerned.

use std::collections::BTreeMap;

use uuid::Uuid;
use varanto_documents::projection::Standing;
use varanto_model::Oid;
use varanto_store::case_file::{self, CaseFile};
use varanto_store::register_access::{self, AccessRow};
use varanto_store::standing::{self, ClientStanding};
use varanto_store::{Plan, Statement, StoreError, client, will};

use super::compare::{Wanted, difference};
use super::sweep::Derived;
use super::{Derivation, Difference, Rebuilt, Suspects};
use crate::Error;
use crate::client_file::ClientFile;
use crate::orders::Orders;
use crate::project::{Projection, written_will};
use crate::service::Service;

/// What is stored about the suspects, read before the documents are.
struct Seen {
    files: BTreeMap<(Uuid, Oid), (ClientStanding, Vec<AccessRow>)>,
    cases: BTreeMap<Oid, Option<CaseFile>>,
    wills: BTreeMap<Uuid, Option<String>>,
    counters: Counters,
}

/// The counter of each client, as it was read or as a repair has raised it.
struct Counters(BTreeMap<Uuid, i64>);

impl Counters {
    /// The statement that raises a counter; nothing where the client was not looked at.
    fn raise(&mut self, client: Uuid) -> Option<Statement> {
        let version = self.0.get_mut(&client)?;
        let statement = client::raise(client, *version);
        *version += 1;
        Some(statement)
    }
}

impl Service {
    /// Looks at the suspects again and repairs those that do differ; gives those that could not be
    /// repaired now.
    pub(super) async fn repair(
        &self,
        suspects: &Suspects,
        rebuilt: &mut Rebuilt,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Suspects, Error> {
        let mut seen = self.seen(suspects).await?;
        let derived = self.derive_anew(Some(&suspects.clients()), progress).await?;
        let mut left = Suspects::default();
        // A case without a document goes first: it may stand in the place of another.
        let mut cases: Vec<_> = seen.cases.iter().collect();
        cases.sort_by_key(|(case, _)| derived.cases.contains_key(*case));
        for (case, stored) in cases {
            let wanted = derived.cases.get(case);
            let Some(kind) = difference(wanted, stored.as_ref()) else { continue };
            let plan = self.case_plan(wanted, stored.as_ref(), &derived, &mut seen.counters);
            let is_done = match plan {
                Some(plan) => self.commit_repair(plan).await?,
                None => false,
            };
            if is_done {
                rebuilt.note(&[(Derivation::Case, kind)]);
            } else {
                let both = wanted.into_iter().chain(stored);
                left.of_cases.extend(both.flat_map(|case| &case.clients));
                left.cases.insert(case.clone());
            }
        }
        for (of, (row, rights)) in &seen.files {
            let standing = derived.standings.get(of);
            let wanted = Wanted::of(of, standing, row.orders.as_deref())?;
            let kinds = wanted.differences(row.derived.as_deref(), rights);
            if kinds.is_empty() {
                continue;
            }
            let known: &[Uuid] = if standing.is_some() { &[of.0] } else { &[] };
            let is_known = derived.is_sure_of(known);
            let counters = &mut seen.counters;
            if is_known
                && self.commit_repair(self.file_plan(of, row, standing, &kinds, counters)?).await?
            {
                rebuilt.note(&kinds);
            } else {
                left.files.insert(of.clone());
            }
        }
        for (client, stored) in &seen.wills {
            let wanted = derived.wills.get(client).map(written_will).transpose()?;
            let Some(kind) = difference(wanted.as_ref(), stored.as_ref()) else { continue };
            let known: &[Uuid] = if wanted.is_some() { &[*client] } else { &[] };
            let plan = self.will_plan(*client, wanted, &mut seen.counters);
            if derived.is_sure_of(known) && self.commit_repair(plan).await? {
                rebuilt.note(&[(Derivation::Will, kind)]);
            } else {
                left.wills.insert(*client);
            }
        }
        Ok(left)
    }

    /// The plan that puts right what a client has declared.
    fn will_plan(&self, client: Uuid, wanted: Option<String>, counters: &mut Counters) -> Plan {
        let mut plan = Plan::administrative(self.rebuild_entry("a will".to_owned()));
        plan.extend(counters.raise(client));
        plan.push(match wanted {
            Some(derived) => will::upsert(client, derived),
            None => will::remove(client),
        });
        plan
    }

    async fn seen(&self, suspects: &Suspects) -> Result<Seen, Error> {
        let mut seen = Seen {
            files: BTreeMap::new(),
            cases: BTreeMap::new(),
            wills: BTreeMap::new(),
            counters: Counters(BTreeMap::new()),
        };
        for key in suspects.clients() {
            let found = self.database.fetch_one(client::find(key)).await?;
            seen.counters.0.extend(found.map(|client| (key, client.version)));
        }
        for of in &suspects.files {
            let row = standing::of_clients(&[of.0], &of.1)
                .map_err(|_| Error::Internal("a filter has too many values"))?;
            let Some(row) = self.database.fetch_one(row).await? else { continue };
            seen.files.insert(of.clone(), (row, self.stored_rights(of).await?));
        }
        for case in &suspects.cases {
            let stored = self.database.fetch_one(case_file::find(case)).await?;
            seen.cases.insert(case.clone(), stored);
        }
        for client in &suspects.wills {
            let stored = self.database.fetch_one(will::of_client(*client)).await?;
            seen.wills.insert(*client, stored.map(|will| will.derived));
        }
        Ok(seen)
    }

    /// The plan that puts a case right. None where it cannot be held to all of its clients.
    fn case_plan(
        &self,
        wanted: Option<&CaseFile>,
        stored: Option<&CaseFile>,
        derived: &Derived,
        counters: &mut Counters,
    ) -> Option<Plan> {
        let clients = wanted.map(|case| case.clients.as_slice()).unwrap_or_default();
        if !derived.is_sure_of(clients) {
            return None;
        }
        let mut plan = Plan::administrative(self.rebuild_entry("a case".to_owned()));
        for client in clients {
            plan.push(counters.raise(*client)?);
        }
        let of = |case: &CaseFile| case.original_oid.clone();
        if let Some(stored) = stored.filter(|stored| wanted.map(of) != Some(of(stored))) {
            plan.push(case_file::remove(stored));
        }
        plan.extend(wanted.cloned().map(case_file::upsert));
        Some(plan)
    }

    /// The plan that puts a client's file at a controller right.
    fn file_plan(
        &self,
        of: &(Uuid, Oid),
        row: &ClientStanding,
        standing: Option<&Standing>,
        kinds: &[(Derivation, Difference)],
        counters: &mut Counters,
    ) -> Result<Plan, Error> {
        let (client, controller) = of;
        let detail = format!("a client's file, {} rows", kinds.len());
        let mut plan = Plan::administrative(self.rebuild_entry(detail));
        plan.extend(counters.raise(*client));
        let orders = row.orders.as_deref().map_or_else(|| Ok(Orders::default()), Orders::read)?;
        if standing.is_none() && orders == Orders::default() {
            plan.push(register_access::clear(*client, controller));
            plan.extend(row.derived.as_ref().map(|_| standing::remove(*client, controller)));
            return Ok(plan);
        }
        // The counter is raised already.
        let file = ClientFile {
            standing: standing.cloned().unwrap_or_default(),
            orders,
            ..ClientFile::new(*client)
        };
        let mut projection = Projection::default();
        projection.change(&file, controller)?;
        plan.extend(projection.statements);
        Ok(plan)
    }

    /// Commits a repair; `false` where something has changed meanwhile.
    async fn commit_repair(&self, plan: Plan) -> Result<bool, Error> {
        match self.database.commit(plan).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
