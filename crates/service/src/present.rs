//! What is stored already that matters for a document on its way in.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_model::{ClientIdentifier, Metadata, Oid};
use varanto_rules::{CaseFacts, Stay};
use varanto_store::Statement;
use varanto_store::case_file::{self, CaseFile};
use varanto_store::document::{self, Document, Version};
use varanto_store::standing;

use crate::Error;
use crate::client_file::ClientFile;
use crate::service::Service;

/// A document on its way in, as far as it matters for what is stored already.
pub(crate) struct Coming<'a> {
    pub(crate) controller: &'a Oid,
    /// In whose register its clients are looked at: that of its controller, or, where a will that another
    /// controller has recorded gets a new version, that of the caller's (DIS-09).
    pub(crate) looked_at: &'a Oid,
    pub(crate) clients: Vec<&'a ClientIdentifier>,
    /// The case that it names or opens.
    pub(crate) case: Option<&'a Oid>,
    /// The identifier of its version, where that is known.
    pub(crate) version: Option<&'a Oid>,
    /// Its original identifier, where that is known.
    pub(crate) document: Option<&'a Oid>,
    /// Does it replace an earlier version?
    pub(crate) replaces: bool,
}

impl<'a> Coming<'a> {
    /// The document of these metadata, which names or opens `case`. `own` is the caller's controller, if
    /// any.
    pub(crate) fn of(metadata: &'a Metadata, case: Option<&'a Oid>, own: Option<&'a Oid>) -> Self {
        let is_joint = metadata.group.is_will() && metadata.version > 1;
        Self {
            controller: &metadata.controller,
            looked_at: own.filter(|_| is_joint).unwrap_or(&metadata.controller),
            clients: metadata.clients.iter().map(|client| &client.identifier).collect(),
            case,
            version: Some(&metadata.oid),
            document: Some(&metadata.original_oid),
            replaces: metadata.version > 1,
        }
    }
}

/// What is stored already.
pub(crate) struct Present {
    /// In whose register the clients were looked at.
    pub(crate) looked_at: Oid,
    /// By what the clients of the metadata are known.
    pub(crate) identifiers: Vec<ClientIdentifier>,
    /// Each client of the metadata with the file, where there is one.
    pub(crate) clients: Vec<Option<ClientFile>>,
    /// The other clients of the joint case that the document names.
    pub(crate) others: Vec<ClientFile>,
    /// The clients of the document as it is now.
    pub(crate) before: Vec<ClientFile>,
    /// The version of the same identifier.
    pub(crate) version: Option<Version>,
    /// The document of the original identifier, in the same register.
    pub(crate) document: Option<Document>,
    /// The case that the document names or opens.
    pub(crate) case: Option<CaseFile>,
}

impl Present {
    /// The files, each once.
    pub(crate) fn files(&self) -> impl Iterator<Item = &ClientFile> {
        let all = self.clients.iter().flatten().chain(&self.others).chain(&self.before);
        let each: BTreeMap<Uuid, &ClientFile> = all.map(|file| (file.key, file)).collect();
        each.into_values()
    }

    /// The keys of the clients that the metadata name, as far as they have files.
    pub(crate) fn keys_now(&self) -> BTreeSet<Uuid> {
        self.clients.iter().flatten().map(|file| file.key).collect()
    }

    /// Each client that the metadata name, `None` where there is no file.
    pub(crate) fn named(&self) -> Vec<Option<Uuid>> {
        self.clients.iter().map(|file| file.as_ref().map(|file| file.key)).collect()
    }

    /// The organisation that keeps the document: that which wrote its first version, or that of the
    /// caller, which writes it now.
    pub(crate) fn keeper(&self, caller: &Oid) -> Oid {
        let before = self.document.as_ref().map(|d| &d.facts.author_organisation);
        before.unwrap_or(caller).clone()
    }

    /// Holds a plan to the files as they were read, but those that it changes.
    pub(crate) fn guards(&self, changed: &[Uuid]) -> Vec<Statement> {
        let kept = self.files().filter(|file| !changed.contains(&file.key));
        kept.map(ClientFile::guard).collect()
    }

    /// The case of the document, where it is in the register and stands.
    pub(crate) fn case_facts(&self, controller: &Oid) -> Option<CaseFacts> {
        let case = self.case.as_ref().filter(|case| case.controller == *controller)?;
        let mut known = self.clients.iter().flatten().chain(&self.others);
        let found = known.find_map(|file| file.standing.find_case(&case.case));
        match found {
            Some((_, standing)) if standing.annulled_at.is_some() => None,
            Some((_, standing)) => {
                Some(CaseFacts { closed: standing.closed.filter(|_| standing.is_closed) })
            }
            // It is there, of clients who are not the document's. Which cases another's register has is told
            // nobody who looks at the clients in the own one.
            None => (self.looked_at == *controller).then_some(CaseFacts { closed: None }),
        }
    }

    /// The other clients who were in the joint case when the document was written: it is found under
    /// them too (CASE-03), but what one of them declares is that one's alone.
    pub(crate) fn joint_clients(&self, metadata: &Metadata) -> Vec<Uuid> {
        let case = self.case.as_ref().filter(|_| !metadata.group.is_will());
        let Some(case) = case else { return Vec::new() };
        let was_in = |file: &&ClientFile| {
            file.standing.find_case(&case.case).is_some_and(|(_, standing)| {
                let stay = Stay { joined_at: standing.joined_at, left_at: standing.left_at };
                standing.is_joint && stay.contains(metadata.written_at)
            })
        };
        self.others.iter().filter(was_in).map(|file| file.key).collect()
    }
}

impl Service {
    /// Reads what is stored, in one go; the clients of a joint case and those of the version before
    /// in another.
    pub(crate) async fn present(&self, coming: &Coming<'_>) -> Result<Present, Error> {
        let (register, looked_at) = (coming.controller, coming.looked_at);
        let clients = coming
            .clients
            .iter()
            .map(|identifier| standing::of_lookup(&self.lookup(identifier, register), looked_at));
        let version: Vec<_> = coming.version.map(document::find_version).into_iter().collect();
        let document: Vec<_> = coming.document.map(document::find_document).into_iter().collect();
        let case: Vec<_> = coming.case.map(case_file::find).into_iter().collect();
        let stored = (version, document, case);
        let (clients, (version, document, case)) =
            self.database.fetch((clients.collect::<Vec<_>>(), stored)).await?;
        let file = |rows: Vec<_>| rows.first().map(ClientFile::read).transpose();
        let clients: Vec<_> = clients.into_iter().map(file).collect::<Result<_, _>>()?;
        let case = case.into_iter().flatten().next();
        // What is in another register is as if it were not there.
        let is_seen = |d: &Document| d.facts.controller == *register;
        let document = document.into_iter().flatten().find(is_seen);
        let mut present = Present {
            looked_at: looked_at.clone(),
            identifiers: coming.clients.iter().map(|&identifier| identifier.clone()).collect(),
            clients,
            others: Vec::new(),
            before: Vec::new(),
            version: version.into_iter().flatten().next(),
            document,
            case,
        };
        let now = present.keys_now();
        if let Some(case) = present.case.as_ref().filter(|case| case.controller == *register) {
            let others: Vec<_> =
                case.clients.iter().copied().filter(|key| !now.contains(key)).collect();
            if !others.is_empty() && !now.is_empty() {
                present.others = self.files_of(&others, register).await?;
            }
        }
        if let Some(document) = present.document.as_ref().filter(|_| coming.replaces) {
            present.before = self.files_of(&document.clients, looked_at).await?;
        }
        Ok(present)
    }
}
