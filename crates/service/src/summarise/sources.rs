//! The documents that a summary is made of: exactly those that a search in the same context shows and
//! a fetch would give, newest first, as many as can be opened for one answer.

use serde_json::Value;
use uuid::Uuid;
use varanto_documents::masking::mask;
use varanto_documents::summary::{SourceDocument, Texts};
use varanto_model::{MediaType, Oid, calendar};
use varanto_rules::{Action, Disclosed, Facts, Mask, Scope};
use varanto_store::MAX_VALUES;
use varanto_store::document::{
    self, Content, Document, DocumentCursor, ListFilter, ListOrder, ListedDocument,
};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::disclosure::{Leave, Left};
use crate::found_document::{Found, own_register};
use crate::search_documents::within;
use crate::seek::Sought;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most documents of one group that are opened.
const MAX_OPENED: usize = 100;
/// The most documents of one group that are looked at, to find those that rules are for.
const MAX_LISTED: usize = 2_000;
/// How many are listed and opened at once.
const PAGE: u32 = 200;
const AT_ONCE: usize = 10;
/// Nothing more is opened once this much structured content is, in bytes.
const FULL: usize = 16 * 1024 * 1024;

/// Whose documents, for whom.
pub(super) struct Wanted<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) context: &'a CallContext,
    pub(super) used: &'a UseContext,
    pub(super) sought: &'a Sought,
    pub(super) facts: &'a Facts,
    pub(super) scope: &'a Scope,
}

/// The documents of a summary, as they were decided on.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) opened: Vec<Opened>,
    /// The files of other clients on which that was decided.
    pub(super) others: Vec<ClientFile>,
    /// Are there older ones that were not looked at?
    pub(super) cut: bool,
}

/// A document that may be seen.
pub(super) struct Opened {
    pub(super) document: Document,
    content: Disclosed<Structured>,
}

/// The structured content of a document.
struct Structured {
    json: Value,
    texts: Texts,
}

/// Free text cannot be masked. A fetch gives it all the same, for a document without its text would be
/// none; a summary goes without.
impl Mask for Structured {
    fn masked(self) -> Self {
        Self { json: mask(&self.json).data, texts: Texts::Withheld }
    }
}

impl Opened {
    /// Is it about this client?
    pub(super) fn is_of(&self, client: Uuid) -> bool {
        self.document.clients.contains(&client)
    }

    /// Whose register it is in, and its newest version.
    pub(super) fn place(&self) -> (&Oid, &Oid) {
        (&self.document.facts.controller, &self.document.newest)
    }

    /// The same as a summary is made of it.
    pub(super) fn source(&self) -> SourceDocument<'_> {
        let Document { newest, facts, .. } = &self.document;
        let Structured { json, texts } = self.content.get();
        SourceDocument {
            oid: newest,
            controller: &facts.controller,
            unit: facts.unit.as_ref(),
            group: facts.group,
            type_code: facts.type_code.as_ref(),
            service_task: facts.service_task.as_ref(),
            written_at: facts.written_at,
            content: json,
            texts: *texts,
        }
    }
}

impl Service {
    /// The documents of the client sought that rules of summaries are for. Each group has a bound of its
    /// own, so that many decisions do not hide a clientship.
    pub(super) async fn sources(&self, wanted: &Wanted<'_>) -> Result<Sources, Error> {
        let mut sources = Sources::default();
        let Some(client) = wanted.sought.file.as_ref().map(|file| file.key) else {
            return Ok(sources);
        };
        let mut bytes = 0;
        for group in self.summary_rules.groups() {
            let filter = ListFilter { groups: vec![group], ..ListFilter::default() };
            let Some(filter) = within(&filter, wanted.scope) else { continue };
            let listed = self.list_sources(wanted, client, &filter, &mut sources).await?;
            for some in listed.chunks(AT_ONCE) {
                if bytes >= FULL {
                    sources.cut = true;
                    break;
                }
                bytes += self.open_sources(wanted, some, &mut sources).await?;
            }
        }
        Ok(sources)
    }

    /// The newest documents of a group that rules are for.
    async fn list_sources(
        &self,
        wanted: &Wanted<'_>,
        client: Uuid,
        filter: &ListFilter,
        sources: &mut Sources,
    ) -> Result<Vec<ListedDocument>, Error> {
        let is_concerned = |row: &ListedDocument| {
            row.facts.structure.is_some()
                && self.summary_rules.concern(row.facts.group, row.facts.type_code.as_ref())
        };
        let (mut listed, mut looked_at, mut after) = (Vec::new(), 0, None);
        loop {
            // Of what is opened, what other clients have declared is looked at once more.
            let Left { listed: rows, .. } = self.list_page(wanted, client, filter, after).await?;
            let is_last = rows.len() < PAGE as usize;
            looked_at += rows.len();
            after = rows.last().map(ListedDocument::cursor);
            listed.extend(rows.into_iter().filter(is_concerned));
            if is_last || listed.len() > MAX_OPENED || looked_at >= MAX_LISTED {
                sources.cut |= !is_last || listed.len() > MAX_OPENED;
                listed.truncate(MAX_OPENED);
                return Ok(listed);
            }
        }
    }

    /// A page of what a search shows.
    async fn list_page(
        &self,
        wanted: &Wanted<'_>,
        client: Uuid,
        filter: &ListFilter,
        after: Option<DocumentCursor>,
    ) -> Result<Left, Error> {
        let Wanted { snapshot, context, facts, scope, .. } = wanted;
        if wanted.used.basis.discloses() {
            let leave = Leave { snapshot, context, facts, scope, client, filter };
            return leave.page(self, after, PAGE).await;
        }
        let order = ListOrder::NewestFirst;
        let query = document::list_documents(client, filter, order, after, PAGE)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        Ok(Left { listed: self.database.fetch(query).await?, ..Left::default() })
    }

    /// Opens what was listed, each as a fetch of it would, and gives the size of what was opened.
    async fn open_sources(
        &self,
        wanted: &Wanted<'_>,
        listed: &[ListedDocument],
        sources: &mut Sources,
    ) -> Result<usize, Error> {
        let Wanted { snapshot, context, used, sought, .. } = wanted;
        let queries: Vec<_> =
            listed.iter().map(|row| document::find_document(&row.original_oid)).collect();
        let documents: Vec<Document> =
            self.database.fetch(queries).await?.into_iter().flatten().collect();
        self.read_others(wanted, &documents, sources).await?;
        let versions: Vec<Oid> = documents.iter().map(|document| document.newest.clone()).collect();
        let contents = document::contents_of_each(&versions)
            .map_err(|_| Error::Internal("too many documents are opened at once"))?;
        let contents = self.database.fetch(contents).await?;
        let mut bytes = 0;
        for document in documents {
            let known = sources.others.iter().chain(&sought.file);
            let found = Found {
                others_wrote: self.others_wrote(context, &document).await?,
                files: known.filter(|f| document.clients.contains(&f.key)).cloned().collect(),
                version: document.newest.clone(),
                document,
            };
            let decision = self.decide_on(snapshot, context, Action::Read, used, Some(&found));
            let Ok(permission) = decision.outcome() else { continue };
            let is_wanted = |content: &&Content| {
                content.version_oid == found.version && content.media_type == MediaType::Json
            };
            let Some(content) = contents.iter().find(is_wanted) else { continue };
            let item = self.unseal_content(content)?;
            bytes += item.bytes.len();
            let json = serde_json::from_slice(&item.bytes)
                .map_err(|_| Error::Internal("stored content cannot be read"))?;
            let content = permission.disclose(Structured { json, texts: Texts::Shown });
            sources.opened.push(Opened { document: found.document, content });
        }
        Ok(bytes)
    }

    /// Reads the files of the documents' other clients that are not known yet.
    async fn read_others(
        &self,
        wanted: &Wanted<'_>,
        documents: &[Document],
        sources: &mut Sources,
    ) -> Result<(), Error> {
        let Wanted { snapshot, context, used, sought, .. } = wanted;
        let mut keys: Vec<Uuid> = documents.iter().flat_map(|d| d.clients.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        let known = |key: &Uuid| sources.others.iter().chain(&sought.file).any(|f| f.key == *key);
        keys.retain(|key| !known(key));
        for some in keys.chunks(MAX_VALUES) {
            let files = if used.basis.discloses() {
                let today = calendar::day_of(context.at);
                self.files_everywhere(some, own_register(snapshot, context), today).await?
            } else {
                self.files_of(some, &sought.register).await?
            };
            sources.add_others(sought, files);
        }
        Ok(())
    }
}

impl Sources {
    fn add_others(&mut self, sought: &Sought, files: Vec<ClientFile>) {
        for file in files {
            let mut known = self.others.iter().chain(&sought.file);
            if !known.any(|known| known.key == file.key) {
                self.others.push(file);
            }
        }
    }
}
