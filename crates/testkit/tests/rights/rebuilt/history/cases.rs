//! Cases of the history and the documents in them: opened, closed and opened again, joined, left and
//! annulled.

use jiff::civil::Date;
use varanto_service::Error;
use varanto_testkit::{Draft, fresh_case};

use super::{Case, Client, History, KEEPERS};

impl History {
    pub(super) async fn new_case(&mut self) {
        let Some(client) = self.any_client() else { return };
        let mut members = vec![client];
        if self.dice.below(3) == 0 {
            members.extend(self.companion(&members));
        }
        self.open_case(members).await;
    }

    /// Another client of the same keeper, whom the case does not have yet.
    pub(super) fn companion(&mut self, members: &[usize]) -> Option<usize> {
        let other = self.any_client()?;
        let keeper = self.clients[members[0]].keeper;
        let is_same =
            |member: &usize| self.clients[*member].who.id() == self.clients[other].who.id();
        (self.clients[other].keeper == keeper && !members.iter().any(is_same)).then_some(other)
    }

    pub(super) async fn open_case(&mut self, members: Vec<usize>) {
        let keeper = self.clients[members[0]].keeper;
        let task = self.one_of(KEEPERS[keeper].tasks);
        let opened = self.past_day(Date::constant(2024, 3, 4));
        let who: Vec<_> = members.iter().map(|member| self.clients[*member].who.clone()).collect();
        let author = self.callers[keeper].person.clone();
        let draft = Draft::case(&author, &who[0], &fresh_case())
            .organised_by(&self.organiser(keeper))
            .service_task(task)
            .opened(&opened.to_string())
            .with_clients(who.clone());
        let newest = draft.draft();
        if !self.keep(keeper, "a case", &newest).await {
            return;
        }
        let (is_closed, is_annulled) = (false, false);
        let case =
            Case { keeper, task, draft, members: who, newest, opened, is_closed, is_annulled };
        self.cases.push(case);
        let place = self.cases.len() - 1;
        for member in members {
            self.clients[member].cases.push(place);
        }
    }

    pub(super) async fn change_case(&mut self) {
        if self.cases.is_empty() {
            return;
        }
        let place = self.dice.place(self.cases.len());
        if self.cases[place].is_annulled {
            return;
        }
        let (keeper, opened) = (self.cases[place].keeper, self.cases[place].opened);
        let (mut draft, mut members) =
            (self.cases[place].draft.clone(), self.cases[place].members.clone());
        let mut is_closed = self.cases[place].is_closed;
        let today = self.today();
        match self.dice.below(4) {
            0 | 1 if is_closed => (draft, is_closed) = (draft.reopened(), false),
            0 | 1 => {
                let last = self.past_day(opened);
                (draft, is_closed) = (draft.closed(&last.to_string()), true);
            }
            2 => {
                let other = self.any_client().filter(|other| self.clients[*other].keeper == keeper);
                let Some(other) = other else { return };
                let who = self.clients[other].who.clone();
                if members.iter().any(|member| member.id() == who.id()) {
                    return;
                }
                members.push(who.joining(&format!("{today}T06:00:00Z")));
                self.clients[other].cases.push(place);
            }
            _ => {
                let member = self.dice.place(members.len());
                if members.len() < 2 {
                    return;
                }
                members[member] = members[member].clone().leaving(&format!("{today}T06:30:00Z"));
            }
        }
        draft = draft.with_clients(members.clone());
        let newer = draft.version_after(&self.cases[place].newest);
        let newer = newer.with("clients", draft.draft().metadata["clients"].clone());
        if self.keep(keeper, "a version of a case", &newer).await {
            let case = &mut self.cases[place];
            (case.draft, case.members, case.is_closed, case.newest) =
                (draft, members, is_closed, newer);
        }
    }

    pub(super) async fn annul_case(&mut self) {
        if self.cases.is_empty() {
            return;
        }
        let place = self.dice.place(self.cases.len());
        if self.cases[place].is_annulled {
            return;
        }
        let oid = self.cases[place].newest.oid();
        if self.annul(self.cases[place].keeper, &oid).await {
            self.cases[place].is_annulled = true;
        }
    }

    /// A document in an open case, by the keeper or by a producer who may be refused.
    pub(super) async fn write_document(&mut self) {
        let Some(client) = self.any_client() else { return };
        let Client { keeper, who, person, cases, .. } = &self.clients[client];
        let (keeper, who) = (*keeper, person.as_ref().unwrap_or(who).clone());
        let mut open = cases.iter().map(|place| &self.cases[*place]);
        let open = open.rfind(|case| !case.is_closed && !case.is_annulled);
        let Some((case, task)) = open.map(|case| (case.draft.oid().clone(), case.task)) else {
            return;
        };
        let by_producer = self.dice.below(3) == 0;
        let author = self.producers[keeper].as_ref().filter(|_| by_producer);
        let author = author.unwrap_or(&self.callers[keeper]).clone();
        let draft = Draft::assessment(&author.person, &who)
            .in_case(&case)
            .in_register_of(&self.organiser(keeper))
            .with("service_task", task)
            .with("written_at", "2024-05-06T10:15:00+03:00");
        match author.store(&draft).await {
            Ok(_) => self.stored += 1,
            Err(Error::Refused { .. }) => self.refused += 1,
            Err(error) => panic!("a document: {error:?}"),
        }
    }
}
