//! A citizen's own cases and clientships with their services and workers, of all controllers.
//!
//! What is told of one follows from its document, and it is told where that document is shown (rules C1, C2):
//! a case that a professional keeps back stands in no list.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use varanto_documents::projection::{CaseStanding, ClientshipStanding, Standing, UnitStanding};
use varanto_model::{Code, Group, LocalText, MediaType, Oid};
use varanto_rules::{Action, CitizenAction, Disclosed};
use varanto_store::document::{self, Content, ListFilter};
use varanto_store::{MAX_VALUES, document::ListedDocument};

use super::list::{CitizenList, cursor, page_of, read_page};
use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Snapshot, name_of};

/// A case, as its client sees it.
#[derive(Debug, Serialize)]
pub struct CitizenCase {
    oid: Oid,
    document: Oid,
    controller: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_name: Option<LocalText>,
    service_task: Code,
    name: Code,
    state: &'static str,
    opened_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_on: Option<Date>,
}

/// A clientship, as its client sees it.
#[derive(Debug, Serialize)]
pub struct CitizenClientship {
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<Oid>,
    document: Oid,
    controller: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_name: Option<LocalText>,
    started_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Date>,
    /// Where the client is served now and will be.
    units: Vec<ServingUnit>,
    workers: Vec<Worker>,
}

#[derive(Debug, Serialize)]
struct ServingUnit {
    part: &'static str,
    unit: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<LocalText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_task: Option<Code>,
    services: Vec<Code>,
    first_day: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Date>,
}

/// Who answers for the client's services.
#[derive(Debug, Serialize)]
struct Worker {
    family_name: String,
    given_names: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// What is listed.
trait Listing: Sync {
    type Item: Serialize + Send;

    const GROUP: Group;
    const MEMBER: &'static str;

    /// Whose it is.
    fn controller(item: &Self::Item) -> &Oid;

    /// The documents of a standing that are not annulled, with what they say.
    fn items(
        standing: &Standing,
        controller: (&Oid, Option<LocalText>),
        snapshot: &Snapshot,
        today: Date,
    ) -> Vec<(Oid, Self::Item)>;

    /// Adds what only the documents themselves tell, which are given with their newest versions.
    fn complete(
        service: &Service,
        items: &mut [(Oid, Self::Item)],
        newest: &BTreeMap<Oid, Oid>,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

struct Cases;

impl Listing for Cases {
    type Item = CitizenCase;

    const GROUP: Group = Group::Case;
    const MEMBER: &'static str = "cases";

    fn controller(item: &CitizenCase) -> &Oid {
        &item.controller
    }

    fn items(
        standing: &Standing,
        (controller, name): (&Oid, Option<LocalText>),
        _: &Snapshot,
        today: Date,
    ) -> Vec<(Oid, CitizenCase)> {
        let stand = standing.cases().filter(|(_, case)| case.annulled_at.is_none());
        let shown = |(document, case): (&Oid, &CaseStanding)| {
            let is_over = case.is_closed && case.closed.is_none_or(|last| last <= today);
            let shown = CitizenCase {
                oid: case.case.clone(),
                document: document.clone(),
                controller: controller.clone(),
                controller_name: name.clone(),
                service_task: case.service_task.clone(),
                name: case.name.clone(),
                state: if is_over { "closed" } else { "open" },
                opened_on: case.opened,
                closed_on: case.closed,
            };
            (document.clone(), shown)
        };
        stand.map(shown).collect()
    }

    async fn complete(
        _: &Service,
        _: &mut [(Oid, CitizenCase)],
        _: &BTreeMap<Oid, Oid>,
    ) -> Result<(), Error> {
        Ok(())
    }
}

struct Clientships;

impl Listing for Clientships {
    type Item = CitizenClientship;

    const GROUP: Group = Group::Clientship;
    const MEMBER: &'static str = "clientships";

    fn controller(item: &CitizenClientship) -> &Oid {
        &item.controller
    }

    fn items(
        standing: &Standing,
        (controller, name): (&Oid, Option<LocalText>),
        snapshot: &Snapshot,
        today: Date,
    ) -> Vec<(Oid, CitizenClientship)> {
        let stand = standing.clientships().filter(|(_, c)| c.annulled_at.is_none());
        let shown = |(document, clientship): (&Oid, &ClientshipStanding)| {
            let is_serving = |unit: &&UnitStanding| {
                unit.withdrawn_at.is_none() && unit.until.is_none_or(|until| today <= until)
            };
            let units = clientship.units.iter().filter(is_serving);
            let shown = CitizenClientship {
                oid: clientship.clientship.clone(),
                document: document.clone(),
                controller: controller.clone(),
                controller_name: name.clone(),
                started_on: clientship.first,
                ended_on: clientship.last,
                units: units.map(|unit| serving(unit, snapshot)).collect(),
                workers: Vec::new(),
            };
            (document.clone(), shown)
        };
        stand.map(shown).collect()
    }

    async fn complete(
        service: &Service,
        items: &mut [(Oid, CitizenClientship)],
        newest: &BTreeMap<Oid, Oid>,
    ) -> Result<(), Error> {
        let versions: Vec<Oid> =
            items.iter().filter_map(|(document, _)| newest.get(document)).cloned().collect();
        let mut contents: Vec<Content> = Vec::new();
        for some in versions.chunks(MAX_VALUES) {
            let query = document::contents_of_each(some)
                .map_err(|_| Error::Internal("a page has too many documents"))?;
            contents.extend(service.database.fetch(query).await?);
        }
        for (document, clientship) in items {
            let of_document =
                contents.iter().filter(|c| newest.get(document) == Some(&c.version_oid));
            for content in of_document.filter(|content| content.media_type == MediaType::Json) {
                let item = service.unseal_content(content)?;
                let data: Value = serde_json::from_slice(&item.bytes)
                    .map_err(|_| Error::Internal("stored content is not JSON"))?;
                clientship.workers = workers(&data);
            }
        }
        Ok(())
    }
}

fn serving(unit: &UnitStanding, snapshot: &Snapshot) -> ServingUnit {
    let known = snapshot.directory.units.get(&unit.unit);
    ServingUnit {
        part: unit.part.as_str(),
        unit: unit.unit.clone(),
        name: known.map(|unit| LocalText {
            fi: unit.name.clone(),
            sv: unit.name_sv.clone(),
            en: unit.name_en.clone(),
        }),
        service_task: unit.service_task.clone(),
        services: unit.services.clone(),
        first_day: unit.first,
        last_day: unit.until,
    }
}

/// The workers who answer for a client's services, by the content of a clientship document.
fn workers(data: &Value) -> Vec<Worker> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let listed = data.pointer("/asiakkuusasiakirja/palveluista_vastaava_tyontekija");
    let worker = |worker: &Value| {
        Some(Worker {
            family_name: text(worker.get("sukunimi"))?,
            given_names: text(worker.get("etunimet"))?,
            unit: text(worker.pointer("/palveluyksikko/code")),
            telephone: first_text(worker.pointer("/yhteystiedot/puhelinnumero")),
            email: first_text(worker.pointer("/yhteystiedot/sahkopostiosoite")),
        })
    };
    listed.and_then(Value::as_array).into_iter().flatten().filter_map(worker).collect()
}

/// A text, the first of several where there are.
fn first_text(value: Option<&Value>) -> Option<String> {
    let value = value?;
    value.as_str().or_else(|| value.get(0)?.as_str()).map(str::to_owned)
}

struct SearchControl<'a, L> {
    context: &'a CitizenContext,
    page: Page<Oid>,
    listing: std::marker::PhantomData<L>,
}

impl<L: Listing> UseCase for SearchControl<'_, L> {
    type Answer = Disclosed<CitizenList<L::Item>>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, page, .. } = self;
        let subject = service.subject_of(snapshot, context).await?;
        let decision = subject.decide(CitizenAction::Search);
        let found = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let list = service.control_of::<L>(snapshot, &subject, page).await?;
                Ok((permission, list))
            }
        };
        let shown = found.iter().flat_map(|(_, list)| &list.items);
        let shown = shown.map(|(document, item)| (L::controller(item), document));
        let groups = serde_json::json!([L::GROUP.as_str()]);
        let noted = serde_json::json!({"groups": groups, "page": page.noted(cursor)});
        let used = CitizenUse {
            parameters: Some(noted.to_string()),
            ..CitizenUse::new(Action::Search, &subject).with(shown)
        };
        let refusal = found.as_ref().err();
        let (_, mut plan) =
            service.record_citizen(snapshot, context, used, Some(&decision), refusal);
        plan.extend(subject.guard());
        let result = found.map(|(permission, list)| {
            let items = list.items.into_iter().map(|(_, item)| item).collect();
            permission.disclose(CitizenList { member: L::MEMBER, items, next: list.next })
        });
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists the citizen's own cases, by their documents' identifiers.
    pub async fn search_citizen_cases(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenList<CitizenCase>>, Error> {
        self.search_citizen_control::<Cases>(context, body).await
    }

    /// Lists the citizen's own clientships, by their documents' identifiers.
    pub async fn search_citizen_clientships(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenList<CitizenClientship>>, Error> {
        self.search_citizen_control::<Clientships>(context, body).await
    }

    async fn search_citizen_control<L: Listing>(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Disclosed<CitizenList<L::Item>>, Error> {
        match request::read(body, read_page) {
            Ok(page) => {
                let listing = std::marker::PhantomData::<L>;
                self.run(&SearchControl { context, page, listing }).await
            }
            Err(error) => self.refuse_unread_citizen(context, Action::Search, error).await,
        }
    }

    async fn control_of<L: Listing>(
        &self,
        snapshot: &Snapshot,
        subject: &Subject,
        page: &Page<Oid>,
    ) -> Result<CitizenList<(Oid, L::Item)>, Error> {
        let filter = ListFilter { groups: vec![L::GROUP], ..ListFilter::default() };
        let shown = self.shown_to(subject, &filter, None, None).await?;
        let names = |listed: &ListedDocument| (listed.original_oid.clone(), listed.newest.clone());
        let newest: BTreeMap<Oid, Oid> = shown.iter().map(|shown| names(&shown.listed)).collect();
        let mut items = Vec::new();
        for (controller, standing) in &subject.standings {
            let name = snapshot.directory.of_controller(controller).map(name_of);
            items.extend(L::items(standing, (controller, name), snapshot, subject.today));
        }
        items.retain(|(document, _)| newest.contains_key(document));
        items.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut list = page_of(items, page);
        L::complete(self, &mut list.items, &newest).await?;
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// REQ CIT-01
    #[test]
    fn workers_are_read_with_what_reaches_them() {
        let data = json!({"asiakkuusasiakirja": {"palveluista_vastaava_tyontekija": [
            {"sukunimi": "Esimerkki", "etunimet": "Maija",
             "palveluyksikko": {"code": "1.2.246.10.99990001.10.1"},
             "yhteystiedot": {"puhelinnumero": ["0401234567"]}},
            {"etunimet": "Nameless"}
        ]}});
        let found = workers(&data);
        assert_eq!(found.len(), 1);
        let worker = found.first().unwrap();
        assert_eq!(worker.family_name, "Esimerkki");
        assert_eq!(worker.unit.as_deref(), Some("1.2.246.10.99990001.10.1"));
        assert_eq!(worker.telephone.as_deref(), Some("0401234567"));
        assert!(workers(&json!({})).is_empty());
    }
}
