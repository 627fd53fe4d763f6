//! Comparing what a producer has written under a right with what is stored (RA-09): before the right
//! closes it stores what is missing, and afterwards it knows what it may destroy.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use varanto_model::reader::{self, Members};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::{MAX_VALUES, document};

use super::asked::Asked;
use super::right::View;
use crate::Error;
use crate::context::CallContext;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most identifiers that are compared at once.
const MAX_COMPARED: usize = 1_000;

/// Original identifiers of documents, each in the order and as often as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// Those that the caller's organisation has stored in the case, annulled ones too.
    stored: Vec<Oid>,
    /// All others.
    missing: Vec<Oid>,
}

/// Identifiers that the caller has given tell nothing of anybody.
impl Mask for Reconciled {
    fn masked(self) -> Self {
        self
    }
}

struct Reconcile<'a> {
    asked: Asked<'a>,
    oids: Vec<Oid>,
}

impl UseCase for Reconcile<'_> {
    type Answer = Disclosed<Reconciled>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, oids } = self;
        let weighed = asked.weigh(service, snapshot).await?;
        let result = match weighed.permitted() {
            Ok((permission, right)) => {
                let case = &right.row.case;
                let organisation = &asked.context.system.organisation;
                let queries = oids
                    .chunks(MAX_VALUES)
                    .map(|oids| document::which_exist(oids, organisation, case))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|_| Error::Internal("too many identifiers at once"))?;
                let stored = service.database.fetch(queries).await?;
                let known: BTreeSet<_> = stored.into_iter().flatten().collect();
                let (stored, missing) = oids.iter().cloned().partition(|oid| known.contains(oid));
                Ok(permission.disclose(Reconciled { stored, missing }))
            }
            Err(error) => Err(error),
        };
        let (_, mut plan) = asked.note(service, snapshot, &weighed, result.as_ref().err());
        plan.extend(weighed.right.iter().map(|right| right.file.guard()));
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Says which documents of a list the caller's organisation has stored under a right. It tells of
    /// the caller's own documents alone, and so does it also after the right has closed.
    pub async fn reconcile_register_access(
        &self,
        context: &CallContext,
        oid: &str,
        body: &[u8],
    ) -> Result<Disclosed<Reconciled>, Error> {
        let action = Action::ReportAccess;
        let oids = match request::read(body, read) {
            Ok(oids) => oids,
            Err(error) => return self.refuse_unread(context, action, error).await,
        };
        let (used, views) = (UseContext::default(), &[View::Producer]);
        let asked = Asked { context, action, used, views, oid, noted: "reconciliation" };
        self.run(&Reconcile { asked, oids }).await
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Vec<Oid>> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let oids = m.required("oids", faults, |value, at, faults| {
        let oids = reader::elements(value, at, MAX_COMPARED, faults, reader::oid);
        if value.as_array().is_some_and(Vec::is_empty) {
            faults.add(at.clone(), "too-few", "at least one identifier is wanted here");
        }
        Some(oids)
    });
    m.finish(faults);
    oids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// REQ RA-09
    #[test]
    fn one_to_a_thousand_identifiers_are_compared() {
        let faults = |count: usize| {
            let mut faults = Faults::none();
            let oids: Vec<_> = (0..count).map(|n| format!("1.2.{n}")).collect();
            let read = read(&json!({"oids": oids}), &mut faults);
            (read.map_or(0, |oids| oids.len()), faults.as_slice().first().map(|f| f.code))
        };
        assert_eq!(faults(0), (0, Some("too-few")));
        assert_eq!(faults(1_000), (1_000, None));
        assert_eq!(faults(1_001), (0, Some("too-many")));
    }
}
