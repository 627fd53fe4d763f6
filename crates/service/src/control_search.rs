//! Listing what a client's control documents say: which there are is told by the client's file, and
//! which are shown by the scope of a search for those documents, so that a list shows exactly those
//! that a fetch would give. Nothing is read from the documents themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use varanto_model::reader::Members;
use varanto_model::{ClientIdentifier, Faults, Group, Oid, Pointer, calendar, person};
use varanto_rules::{Action, Disclosed, Mask, Scope};
use varanto_store::document;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::document_facts;
use crate::record::Use;
use crate::request::Page;
use crate::seek::Sought;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of what control documents say, in order of the documents' identifiers.
#[derive(Debug)]
pub struct ControlPage<T> {
    /// The member under which they stand.
    member: &'static str,
    items: Vec<T>,
    next: Option<String>,
}

impl<T> ControlPage<T> {
    /// Is there nothing on it?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<T: Serialize> Serialize for ControlPage<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(self.member, &self.items)?;
        map.serialize_entry("next", &self.next)?;
        map.end()
    }
}

/// A list of cases or clientships holds no contact data.
impl<T> Mask for ControlPage<T> {
    fn masked(self) -> Self {
        self
    }
}

/// What is listed.
pub(crate) trait Listing: Sync {
    /// What is told of one document.
    type Item: Serialize + Send;

    /// The group of the documents.
    const GROUP: Group;
    /// The member of the answer.
    const MEMBER: &'static str;

    /// The documents of the client's file that are not annulled, in order, with what they say.
    fn items(&self, file: &ClientFile, register: &Oid, today: Date) -> Vec<(Oid, Self::Item)>;
}

/// A request: whose control documents, and which page of them.
pub(crate) struct OfClient {
    context: UseContext,
    client: ClientIdentifier,
    page: Page<Oid>,
}

impl OfClient {
    /// Reads the body of a request.
    pub(crate) fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let client = m.required("client", faults, person::client_sought);
        let page =
            m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
        m.finish(faults);
        Some(Self { context, client: client?, page: page.unwrap_or_default() })
    }

    /// The same in a context that has been looked at.
    pub(crate) fn within(
        self,
        look: impl FnOnce(UseContext, &ClientIdentifier) -> Result<UseContext, Error>,
    ) -> Result<Self, Error> {
        Ok(Self { context: look(self.context, &self.client)?, ..self })
    }
}

/// The place after a document as an opaque word.
fn cursor(document: &Oid) -> String {
    URL_SAFE_NO_PAD.encode(document.as_str())
}

fn read_cursor(word: &str) -> Option<Oid> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    Oid::parse(&text).ok()
}

/// The use case.
pub(crate) struct SearchControl<'a, L> {
    pub(crate) context: &'a CallContext,
    pub(crate) asked: OfClient,
    pub(crate) listing: L,
}

impl<L: Listing> UseCase for SearchControl<'_, L> {
    type Answer = Disclosed<ControlPage<L::Item>>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, asked, listing } = self;
        let sought = service.seek(snapshot, context, &asked.context, &asked.client).await?;
        let about = sought.about(snapshot, context, Action::Search, &asked.context);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let result = match (decision.outcome(), Scope::of(&facts)) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a search was permitted without a scope")),
            (Ok(permission), Some(scope)) => {
                let items = service.within(listing, context, &sought, &scope).await?;
                Ok((permission, asked.page(items)))
            }
        };
        let documents = match &result {
            Ok((_, page)) => page.items.iter().map(|(document, _)| document.clone()).collect(),
            Err(_) => Vec::new(),
        };
        let client = sought.file.as_ref().map(|file| file.key);
        let used = Use {
            controller: sought.noted_register(snapshot),
            clients: client.as_slice(),
            documents,
            parameters: Some(asked.noted(L::GROUP).to_string()),
            ..Use::new(Action::Search, &asked.context)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        plan.extend(sought.guard());
        let result = result.map(|(permission, page)| {
            let items = page.items.into_iter().map(|(_, item)| item).collect();
            permission.disclose(ControlPage { member: L::MEMBER, items, next: page.next })
        });
        Ok(Attempt { plan, result })
    }
}

impl OfClient {
    fn noted(&self, group: Group) -> Value {
        json!({"groups": [group.as_str()], "page": self.page.noted(cursor)})
    }

    fn page<T>(&self, mut items: Vec<(Oid, T)>) -> ControlPage<(Oid, T)> {
        if let Some(after) = &self.page.after {
            items.retain(|(document, _)| document > after);
        }
        let size = self.page.size as usize;
        let more = items.len() > size;
        items.truncate(size);
        let last = items.last().filter(|_| more);
        let next = last.map(|(document, _)| cursor(document));
        ControlPage { member: "", items, next }
    }
}

impl Service {
    /// What is listed of the client sought, as far as the scope covers the documents.
    pub(crate) async fn within<L: Listing>(
        &self,
        listing: &L,
        context: &CallContext,
        sought: &Sought,
        scope: &Scope,
    ) -> Result<Vec<(Oid, L::Item)>, Error> {
        let today = calendar::day_of(context.at);
        let file = sought.file.as_ref();
        let mut items = file.map_or_else(Vec::new, |f| listing.items(f, &sought.register, today));
        let queries: Vec<_> =
            items.iter().map(|(document, _)| document::find_document(document)).collect();
        let stored = self.database.fetch(queries).await?;
        let covered: BTreeSet<Oid> = stored
            .into_iter()
            .flatten()
            .filter(|document| scope.covers(&document_facts(document), &[]))
            .map(|document| document.original_oid)
            .collect();
        items.retain(|(document, _)| covered.contains(document));
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    fn asked(page: Page<Oid>) -> OfClient {
        let mut faults = Faults::none();
        let body = json!({"client": {"id": "010594Y9032"}});
        OfClient { page, ..OfClient::read(&body, &mut faults).unwrap() }
    }

    #[test]
    fn every_item_stands_on_one_page_and_the_last_page_names_no_next() {
        let all: Vec<_> = (1..=5).map(|n| (oid(&format!("1.2.{n}")), n)).collect();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = asked(Page { size: 2, after: after.take() }).page(all.clone());
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            after = Some(read_cursor(&next).unwrap());
        }
        assert_eq!(seen, all);
        assert_eq!(asked(Page { size: 5, after: None }).page(all).next, None);
        for word in ["", "x", "!!", "MQ"] {
            assert_eq!(read_cursor(word), None, "{word}");
        }
    }
}
