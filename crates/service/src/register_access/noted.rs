//! The plan of a list that shows clients of several registers.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::Plan;

use crate::client_file::ClientFile;

/// One plan with the entries of the log of each register in which something is told of clients, or with
/// a single one where nothing is told. It is held to every state in which a file was read, where it was
/// read more than once.
pub(super) fn plan_of<'a>(
    registers: BTreeMap<&Oid, BTreeSet<Uuid>>,
    files: impl Iterator<Item = &'a ClientFile>,
    noted: impl Fn(Option<&Oid>, &[Uuid]) -> Plan,
) -> Plan {
    let mut plans = registers
        .into_iter()
        .map(|(controller, clients)| noted(Some(controller), &Vec::from_iter(clients)));
    let mut plan = plans.next().unwrap_or_else(|| noted(None, &[]));
    plans.for_each(|other| plan.append(other));
    let files: BTreeMap<_, _> = files.map(|file| ((file.key, file.version), file)).collect();
    plan.extend(files.into_values().map(ClientFile::guard));
    plan
}
