//! Seeking a client: in whose register a use takes place, and the client's file there.

use varanto_model::{ClientIdentifier, Oid, Pointer, calendar};
use varanto_rules::{Action, Basis};
use varanto_store::Statement;
use varanto_store::case_file;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A client sought in a register, or from one in those of others.
pub(crate) struct Sought {
    /// The controller of the register, on the basis of disclosure the reader's own; where none is known, a
    /// name that no controller has.
    pub(crate) register: Oid,
    /// The client's file, if there is one.
    pub(crate) file: Option<ClientFile>,
}

impl Service {
    /// A use context in which clients are sought: under a register access right the case is named, and to
    /// get what others hold the personal identity code, for a temporary identifier is a name within one
    /// register.
    pub(crate) fn seeking(
        &self,
        used: UseContext,
        client: &ClientIdentifier,
    ) -> Result<UseContext, Error> {
        if used.basis.discloses() && matches!(client, ClientIdentifier::Temporary(_)) {
            let at = Pointer::root().member("client").member("temporary_id");
            let detail = "data of other controllers are sought by the personal identity code";
            return Err(Error::fault(at, "hetu-required", detail));
        }
        if used.basis == Basis::RegisterAccess && used.case.is_none() {
            let at = Pointer::root().member("context").member("case");
            let detail = "under a register access right the case is named";
            return Err(Error::fault(at, "missing", detail));
        }
        self.known_context(used)
    }

    /// The same where only the own register is looked at, or another's under a register access right.
    pub(crate) fn seeking_without_disclosure(
        &self,
        used: UseContext,
        client: &ClientIdentifier,
    ) -> Result<UseContext, Error> {
        if used.basis.discloses() {
            let at = Pointer::root().member("context").member("basis");
            let detail = "other controllers disclose documents, and no such lists";
            return Err(Error::fault(at, "not-offered", detail));
        }
        self.seeking(used, client)
    }

    /// The register of a use – the own one, or that of the case that is named – and the client's file
    /// in it.
    pub(crate) async fn seek(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        client: &ClientIdentifier,
    ) -> Result<Sought, Error> {
        let organisation = &context.system.organisation;
        let register = match (used.basis, &used.case) {
            (Basis::RegisterAccess, Some(case)) => {
                let file = self.database.fetch_one(case_file::find(case)).await?;
                file.map(|file| file.controller)
            }
            _ => snapshot.directory.controller_of(organisation).cloned(),
        };
        let register = register.unwrap_or_else(|| organisation.clone());
        let file = if used.basis.discloses() {
            self.file_everywhere(client, &register, calendar::day_of(context.at)).await?
        } else {
            self.file_of_person(client, &register).await?
        };
        Ok(Sought { register, file })
    }
}

impl Sought {
    /// The facts of an act on this client.
    pub(crate) fn about<'a>(
        &'a self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &'a UseContext,
    ) -> About<'a> {
        let case = used.case.as_ref();
        let files = self.file.as_slice();
        About {
            controller: Some(&self.register),
            clients: client_facts(snapshot, context, files, &self.register, case),
            ..About::new(action, used)
        }
    }

    /// The controller whose log notes the use; `None`: that of the caller.
    pub(crate) fn noted_register(&self, snapshot: &Snapshot) -> Option<&Oid> {
        snapshot.directory.of_controller(&self.register).map(|_| &self.register)
    }

    /// Holds a plan to the file as it was read.
    pub(crate) fn guard(&self) -> Option<Statement> {
        self.file.as_ref().map(ClientFile::guard)
    }
}
