//! Joining the file of a temporary identifier to that of the person who turned out to be meant
//! (CASE-06).
//!
//! All that the own register has under the temporary identifier goes under the person in one plan:
//! documents, cases, clientships, rights and the orders about them. What was stored stays as it was
//! signed; from then on both identifiers lead to the same file. A temporary identifier names somebody
//! within one register alone, so that no other controller's documents move.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::Members;
use varanto_model::{ClientIdentifier, ClientReference, Faults, Oid, Pointer, person};
use varanto_rules::{Action, Decision, Disclosed, Mask, decide};
use varanto_store::client::Client;
use varanto_store::document::{self, ListFilter, ListOrder, ListedDocument};
use varanto_store::standing::ClientStanding;
use varanto_store::use_log::{self, LogFilter, Outcome};
use varanto_store::{
    MAX_PAGE, Statement, access_order, case_file, client, disclosure_request, register_access,
    standing,
};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::{About, client_facts};
use crate::project::Projection;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// The most documents that are moved in one plan.
const MAX_MOVED: usize = 2_000;

/// That a temporary identifier has been joined to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JoiningReceipt {
    /// The entry of the use log.
    log_entry: Uuid,
    /// The documents that were moved, by their original identifiers.
    documents: Vec<Oid>,
}

/// A list of identifiers tells nothing of where anybody lives.
impl Mask for JoiningReceipt {
    fn masked(self) -> Self {
        self
    }
}

struct JoinClient<'a> {
    context: &'a CallContext,
    request: Request,
}

struct Request {
    used: UseContext,
    temporary: ClientIdentifier,
    person: ClientReference,
}

impl UseCase for JoinClient<'_> {
    type Answer = Disclosed<JoiningReceipt>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        service.attempt_join(snapshot, self.context, &self.request).await
    }
}

/// The two files, as they are stored.
struct Files {
    register: Oid,
    /// The file of the temporary identifier itself.
    own: Option<Client>,
    /// Where the temporary identifier leads: to its own file, or to the person's it was joined to.
    met: Option<ClientStanding>,
    /// The person's file, if it is open.
    person: Option<ClientStanding>,
}

/// What is to be done about the two files.
enum Course {
    /// The file with the first key is joined to the person's.
    Join(Box<Joining>),
    /// It was: what was answered then.
    Joined(JoiningReceipt),
}

/// A joining, ready to be carried out.
struct Joining {
    temporary: Uuid,
    person: Uuid,
    documents: Vec<Oid>,
    statements: Vec<Statement>,
}

impl Service {
    /// Joins a temporary identifier to a person, on the request of a body. The same again is answered
    /// as it was the first time.
    pub async fn join_client(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<JoiningReceipt>, Error> {
        let known = |read: Request| Ok(Request { used: self.known_context(read.used)?, ..read });
        let request = match request::read(body, read_request).and_then(known) {
            Ok(request) => request,
            Err(error) => return self.refuse_unread(context, Action::JoinClient, error).await,
        };
        self.run(&JoinClient { context, request }).await
    }

    async fn attempt_join(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        request: &Request,
    ) -> Result<Attempt<Disclosed<JoiningReceipt>>, Error> {
        let files = self.files_to_join(snapshot, context, request).await?;
        let met = files.met.as_ref().map(ClientFile::read).transpose()?;
        let about = About {
            clients: client_facts(snapshot, context, met.as_slice(), &files.register, None),
            ..About::new(Action::JoinClient, &request.used)
        };
        let decision = decide(&self.facts(snapshot, context, about));
        let course = self.course(context, request, &files, &decision).await;
        if let Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) =
            course
        {
            return Err(error);
        }
        let (clients, documents) = match &course {
            Ok(Course::Join(joining)) => {
                (vec![joining.temporary, joining.person], joining.documents.clone())
            }
            // Under the temporary identifier's own file nothing is noted once it has been joined.
            Ok(Course::Joined(_)) | Err(_) => {
                (met.iter().map(|file| file.key).collect(), Vec::new())
            }
        };
        let used =
            Use { clients: &clients, documents, ..Use::new(Action::JoinClient, &request.used) };
        let refusal = course.as_ref().err();
        let (log_entry, mut plan) = self.record(snapshot, context, &used, Some(&decision), refusal);
        let (receipt, permission) = match (course, decision.outcome()) {
            (Ok(Course::Join(joining)), Ok(permission)) => {
                plan.extend(joining.statements);
                (JoiningReceipt { log_entry, documents: joining.documents }, permission)
            }
            (course, permitted) => {
                plan.extend(met.iter().map(ClientFile::guard));
                match (course, permitted) {
                    (Ok(Course::Joined(receipt)), Ok(permission)) => (receipt, permission),
                    (Err(error), _) => return Ok(Attempt { plan, result: Err(error) }),
                    (Ok(_), _) => return Err(Error::Internal("a joining without permission")),
                }
            }
        };
        Ok(Attempt { plan, result: Ok(permission.disclose(receipt)) })
    }

    async fn files_to_join(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        request: &Request,
    ) -> Result<Files, Error> {
        let register = own_register(snapshot, context).clone();
        let temporary = self.lookup(&request.temporary, &register);
        let person = self.lookup(&request.person.identifier, &register);
        let (own, met, person) = self
            .database
            .fetch((
                client::find_by_lookup(&temporary),
                standing::of_lookup(&temporary, &register),
                standing::of_lookup(&person, &register),
            ))
            .await?;
        Ok(Files {
            register,
            own: own.into_iter().next(),
            met: met.into_iter().next(),
            person: person.into_iter().next(),
        })
    }

    async fn course(
        &self,
        context: &CallContext,
        request: &Request,
        files: &Files,
        decision: &Decision,
    ) -> Result<Course, Error> {
        if let Err(refusal) = decision.outcome() {
            return Err(Error::Refused { refusal, rules: decision.rule_ids() });
        }
        let (Some(own), Some(met)) = (&files.own, &files.met) else {
            return Err(Error::ClientNotFound);
        };
        match own.joined_to {
            None => {
                let joining = self.joining(context, request, files, met).await?;
                Ok(Course::Join(Box::new(joining)))
            }
            Some(to) if files.person.as_ref().is_some_and(|person| person.client == to) => {
                Ok(Course::Joined(self.first_answer(own.key, &files.register).await?))
            }
            Some(_) => Err(Error::AlreadyJoined),
        }
    }

    /// What was answered when the file was joined: nothing that was permitted later is noted about it.
    async fn first_answer(&self, own: Uuid, register: &Oid) -> Result<JoiningReceipt, Error> {
        let scope = use_log::Scope::ClientInRegister(own, register.clone());
        let action = Some(Action::JoinClient.as_str().to_owned());
        let filter = LogFilter { action, ..LogFilter::default() };
        let query = use_log::list(scope, filter, None, MAX_PAGE)
            .map_err(|_| Error::Internal("a filter of the log is too long"))?;
        let entries = self.database.fetch(query).await?;
        let first = entries.into_iter().find(|entry| entry.outcome == Outcome::Permitted);
        let first = first.ok_or(Error::Internal("a joining is not in the log"))?;
        Ok(JoiningReceipt { log_entry: first.id, documents: first.documents })
    }

    async fn joining(
        &self,
        context: &CallContext,
        request: &Request,
        files: &Files,
        met: &ClientStanding,
    ) -> Result<Joining, Error> {
        let temporary = ClientFile::read(met)?;
        let mut statements = Vec::new();
        let mut person = if let Some(row) = &files.person {
            ClientFile::read(row)?
        } else {
            let key = fresh_key(context.at, &*self.randomness);
            let opened = self.new_client(key, &request.person, context.at)?;
            let lookup = self.lookup(&request.person.identifier, &files.register);
            statements.push(client::insert(opened, &lookup));
            ClientFile::new(key)
        };
        let (from, to) = (temporary.key, person.key);
        let (documents, moved) = self.move_documents(from, to).await?;
        statements.extend(moved);
        statements.extend(self.move_cases(&temporary, to).await?);
        statements.push(client::join(from, temporary.version, to));
        statements.push(register_access::clear(from, &files.register));
        if met.derived.is_some() {
            statements.push(standing::remove(from, &files.register));
        }
        statements.push(access_order::follow(from, to, &files.register));
        statements.push(disclosure_request::follow(from, to, &files.register));
        person.standing.merge(temporary.standing);
        person.orders.merge(temporary.orders);
        let mut projection = Projection { statements: Vec::new(), changed: Vec::new() };
        projection.change(&person, &files.register)?;
        statements.extend(projection.statements);
        statements.push(document::guard_nothing_under(from));
        Ok(Joining { temporary: from, person: to, documents, statements })
    }

    /// The documents under one client, and the statements that put them under another.
    async fn move_documents(
        &self,
        from: Uuid,
        to: Uuid,
    ) -> Result<(Vec<Oid>, Vec<Statement>), Error> {
        let filter = ListFilter { include_annulled: true, ..ListFilter::default() };
        let (mut documents, mut statements, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let page =
                document::list_documents(from, &filter, ListOrder::OldestFirst, after, MAX_PAGE)
                    .map_err(|_| Error::Internal("a filter has too many values"))?;
            let page = self.database.fetch(page).await?;
            let is_last = u32::try_from(page.len()) != Ok(MAX_PAGE);
            if documents.len() + page.len() > MAX_MOVED {
                return Err(Error::TooManyDocuments);
            }
            after = page.last().map(ListedDocument::cursor);
            let queries = page.iter().map(|listed| {
                let document = &listed.original_oid;
                (document::find_document(document), document::links_of(document, from))
            });
            for (found, links) in self.database.fetch(queries.collect::<Vec<_>>()).await? {
                let found = found.into_iter().next().ok_or(Error::Contended)?;
                let clients = replaced(&found.clients, from, to);
                statements.extend(document::reindex(&found, &links, &clients));
                documents.push(found.original_oid);
            }
            if is_last {
                return Ok((documents, statements));
            }
        }
    }

    /// The statements that put one client into the cases of another, in its place.
    async fn move_cases(&self, from: &ClientFile, to: Uuid) -> Result<Vec<Statement>, Error> {
        let cases = from.standing.cases().map(|(_, standing)| case_file::find(&standing.case));
        let found = self.database.fetch(cases.collect::<Vec<_>>()).await?;
        let of_client = found.into_iter().flatten().filter(|case| case.clients.contains(&from.key));
        let moved = of_client.map(|mut case| {
            case.clients = replaced(&case.clients, from.key, to);
            case_file::upsert(case)
        });
        Ok(moved.collect())
    }
}

/// The keys with `to` in the place of `from`, each once.
fn replaced(keys: &[Uuid], from: Uuid, to: Uuid) -> Vec<Uuid> {
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        let key = if *key == from { to } else { *key };
        if !all.contains(&key) {
            all.push(key);
        }
    }
    all
}

fn read_request(value: &Value, faults: &mut Faults) -> Option<Request> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let temporary = m.required("temporary", faults, |value, at, faults| {
        let sought = person::client_sought(value, at, faults)?;
        let is_temporary = matches!(sought, ClientIdentifier::Temporary(_));
        if !is_temporary {
            let why = "here a temporary identifier is wanted";
            faults.add(at.clone(), "not-a-temporary-identifier", why);
        }
        is_temporary.then_some(sought)
    });
    let person = m.required("client", faults, |value, at, faults| {
        let person = person::client(value, at, faults)?;
        let is_person = matches!(person.identifier, ClientIdentifier::PersonalIdentityCode(_));
        if !is_person {
            faults.add(at.clone(), "not-an-identity-code", "here an identity code is wanted");
        }
        is_person.then_some(person)
    });
    m.finish(faults);
    Some(Request { used, temporary: temporary?, person: person? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ CASE-06
    #[test]
    fn a_temporary_identifier_is_joined_to_an_identity_code_and_nothing_else() {
        let body = br#"{"temporary": {"id": "010594Y9032"}, "client":
            {"temporary_id": "1.2.246.10.99990001.22.2026.1", "birth_date": "1994-05-01",
             "family_name": "Testinen", "given_names": "Aino"}}"#;
        let Err(Error::Rejected { faults, .. }) = request::read(body, read_request) else {
            panic!("it must be refused")
        };
        let found: Vec<_> =
            faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        assert_eq!(
            found,
            [
                ("/temporary".to_owned(), "not-a-temporary-identifier"),
                ("/client".to_owned(), "not-an-identity-code")
            ]
        );
    }

    /// REQ CASE-06: both may be clients of one joint case.
    #[test]
    fn who_stood_twice_in_a_case_stands_in_it_once() {
        let [temporary, person, other] = [1, 2, 3].map(Uuid::from_u128);
        let after = replaced(&[other, temporary, person], temporary, person);
        assert_eq!(after, [other, person]);
    }
}
