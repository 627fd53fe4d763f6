//! The rules against random facts: a second, naive reading of the table of rules, and its laws.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken fixture fails the test"
)]

use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;
use varanto_model::{Code, Group, Oid, Period};
use varanto_rules::{
    Action, Authentication, ControllerFacts, DocumentFacts, Facts, JoiningModel, Listing,
    Membership, Professional, Purpose, Refusal, Role, Scope, System, decide,
};

const ORGANISATIONS: [&str; 2] = ["1.2.246.10.99990001.10.0", "1.2.246.10.99990002.10.0"];
const CONTROLLERS: [&str; 2] = ["1.2.246.10.99990001.19.0", "1.2.246.10.99990002.19.0"];
const TASKS: [&str; 3] = ["10", "20", "X-ELDERLY"];

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn period() -> impl Strategy<Value = Period> {
    let today = date(2026, 9, 2);
    let first = (-20i32..20).prop_map(move |d| today + jiff::Span::new().days(d));
    (first, prop::option::of(0i32..20)).prop_map(|(first, length)| {
        Period::new(first, length.map(|n| first + jiff::Span::new().days(n))).unwrap()
    })
}

fn group() -> impl Strategy<Value = Group> {
    prop::sample::select(Group::ALL)
}

fn groups() -> impl Strategy<Value = BTreeSet<Group>> {
    prop::collection::btree_set(group(), 0..9)
}

fn role() -> impl Strategy<Value = Role> {
    let tasks =
        prop::option::of(prop::collection::btree_set(prop::sample::select(&TASKS[..]), 0..3));
    let purposes = prop::collection::btree_set(prop::sample::select(Purpose::ALL), 0..3);
    (purposes, tasks, groups(), groups()).prop_map(|(purposes, tasks, reads, writes)| Role {
        purposes,
        service_tasks: tasks.map(|t| t.into_iter().map(code).collect()),
        reads,
        writes,
    })
}

fn professional() -> impl Strategy<Value = Professional> {
    let listing =
        (period(), any::<bool>()).prop_map(|(period, outsider)| Listing { period, outsider });
    (
        prop::option::weighted(0.9, period()),
        prop::option::weighted(0.9, listing),
        prop::option::weighted(0.9, role()),
        (prop::sample::select(Authentication::ALL), any::<bool>()),
    )
        .prop_map(|(unit_of_organisation, listing, role, (authentication, card_shown))| {
            Professional {
                unit: oid("1.2.246.10.99990001.10.1"),
                unit_of_organisation,
                listing,
                role,
                authentication,
                card_shown,
            }
        })
}

fn model() -> impl Strategy<Value = JoiningModel> {
    prop::sample::select(JoiningModel::ALL)
}

fn controller() -> impl Strategy<Value = ControllerFacts> {
    let day = || prop::option::weighted(0.8, period().prop_map(|p| p.first()));
    (0usize..2, prop::collection::vec(model(), 0..3), day(), day()).prop_map(
        |(which, accepts, opens, signatures)| ControllerFacts {
            oid: oid(CONTROLLERS[which]),
            organiser: oid(ORGANISATIONS[which]),
            accepts,
            opens,
            professional_signatures_from: signatures,
        },
    )
}

fn document() -> impl Strategy<Value = DocumentFacts> {
    let task = prop::option::of(prop::sample::select(&TASKS[..]));
    (0usize..2, group(), task, 0usize..2, any::<bool>(), any::<bool>()).prop_map(
        |(controller, group, task, author, asks, has)| DocumentFacts {
            controller: oid(CONTROLLERS[controller]),
            group,
            service_task: task.map(code),
            author_organisation: oid(ORGANISATIONS[author]),
            asks_professional_signature: asks,
            has_professional_signature: has,
        },
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let membership = (model(), period()).prop_map(|(model, period)| Membership { model, period });
    (
        (prop::sample::select(Action::ALL), prop::sample::select(Purpose::ALL)),
        (0usize..2, prop::option::weighted(0.9, membership)),
        professional(),
        prop::option::weighted(0.9, controller()),
        prop::option::weighted(0.8, document()),
    )
        .prop_map(
            |((action, purpose), (which, membership), professional, controller, document)| Facts {
                action,
                purpose,
                today: date(2026, 9, 2),
                system: System { organisation: oid(ORGANISATIONS[which]), membership },
                professional,
                controller,
                document,
            },
        )
}

/// The table of rules read once more, as plain conditions: the set of refusals of an act.
fn oracle(f: &Facts) -> BTreeSet<Refusal> {
    use Action::*;
    let mut refusals = BTreeSet::new();
    let mut refuse_if = |condition: bool, refusal: Refusal| {
        if condition {
            refusals.insert(refusal);
        }
    };
    let within = |p: &Period| p.first() <= f.today && p.last().is_none_or(|last| f.today <= last);
    let me = f.system.organisation.clone();
    let nothing = Role::default();
    let role = f.professional.role.as_ref().unwrap_or(&nothing);
    let own_register = match (&f.controller, &f.document) {
        (None, _) => false,
        (Some(c), None) => c.organiser == me,
        (Some(c), Some(d)) => c.organiser == me && c.oid == d.controller,
    };
    let stores = f.action == Store || f.action == StoreVersion;
    let writes = stores || f.action == Annul;

    refuse_if(
        match (&f.system.membership, &f.controller) {
            (None, _) => true,
            (Some(m), None) => !within(&m.period),
            (Some(m), Some(c)) => !within(&m.period) || !c.accepts.contains(&m.model),
        },
        Refusal::NotJoined,
    );
    refuse_if(
        !f.professional.unit_of_organisation.as_ref().is_some_and(within),
        Refusal::UnitUnknown,
    );
    let listed = f.professional.listing.as_ref().filter(|l| within(&l.period));
    refuse_if(listed.is_none(), Refusal::UserUnknown);
    refuse_if(listed.is_some_and(|l| l.outsider), Refusal::Outsider);

    let wrong_purpose = match f.purpose {
        Purpose::ClientWork => f.action == ReadLog,
        Purpose::Archive => f.action == ReadLog || stores,
        Purpose::Supervision => f.action != ReadLog,
    };
    refuse_if(wrong_purpose || !role.purposes.contains(&f.purpose), Refusal::PurposeNotPermitted);
    refuse_if(stores && !own_register, Refusal::NotTheController);
    refuse_if(!stores && !own_register, Refusal::NotOfOwnRegister);
    refuse_if(
        f.purpose == Purpose::Archive && f.document.as_ref().is_some_and(|d| d.group.is_will()),
        Refusal::HiddenFromArchivist,
    );
    let groups = if writes { &role.writes } else { &role.reads };
    let uncovered = match &f.document {
        None => groups.is_empty(),
        Some(d) => {
            let task = match (&role.service_tasks, &d.service_task) {
                (Some(tasks), Some(task)) => tasks.contains(task),
                _ => true,
            };
            !groups.contains(&d.group) || !task
        }
    };
    refuse_if(f.action != ReadLog && uncovered, Refusal::ServiceTaskNotPermitted);
    if stores {
        let opens = f.controller.as_ref().and_then(|c| c.opens);
        refuse_if(opens.is_none_or(|day| day > f.today), Refusal::RegisterNotOpen);
        let from = f.controller.as_ref().and_then(|c| c.professional_signatures_from);
        let unsigned = f.document.as_ref().is_some_and(|d| {
            d.asks_professional_signature
                && !(d.has_professional_signature && f.professional.card_shown)
        });
        refuse_if(from.is_some_and(|day| day <= f.today) && unsigned, Refusal::SignatureMissing);
    }
    if writes && f.action != Store {
        let controls = f.controller.as_ref().is_some_and(|c| c.organiser == me);
        let wrote = f.document.as_ref().is_some_and(|d| d.author_organisation == me);
        refuse_if(!controls && !wrote, Refusal::NotTheAuthor);
    }
    refusals
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    /// REQ AC-02
    #[test]
    fn decisions_are_those_of_a_naive_reading_of_the_table(facts in facts()) {
        let decided: BTreeSet<Refusal> = decide(&facts).refusals().map(|(_, r)| r).collect();
        prop_assert_eq!(decided, oracle(&facts));
    }

    /// REQ REG-01: search and fetch show the same.
    #[test]
    fn a_search_shows_exactly_what_a_fetch_would_give(facts in facts(), documents in prop::collection::vec(document(), 0..8)) {
        let search = Facts { action: Action::Search, document: None, ..facts.clone() };
        let permitted = decide(&search).outcome().is_ok();
        for document in documents {
            let shown = permitted && Scope::of(&search).is_some_and(|s| s.covers(&document));
            let fetch = Facts { action: Action::Read, document: Some(document), ..facts.clone() };
            prop_assert_eq!(shown, decide(&fetch).outcome().is_ok());
        }
    }

    /// One who may not act at all is told the same whatever document is asked for.
    #[test]
    fn a_refusal_about_the_caller_does_not_depend_on_the_document(facts in facts(), other in prop::option::of(document())) {
        let refusal = decide(&facts).outcome().err();
        let about_caller = [Refusal::NotJoined, Refusal::UnitUnknown, Refusal::UserUnknown, Refusal::Outsider, Refusal::PurposeNotPermitted];
        if let Some(refusal) = refusal.filter(|r| about_caller.contains(r)) {
            let again = decide(&Facts { document: other, ..facts }).outcome().err();
            prop_assert_eq!(again, Some(refusal));
        }
    }

    /// REQ AC-03: making someone an outsider never shows more.
    #[test]
    fn an_outsider_never_sees_more(mut facts in facts()) {
        let before = decide(&facts).outcome().is_ok();
        if let Some(listing) = &mut facts.professional.listing {
            listing.outsider = true;
        }
        prop_assert!(before || decide(&facts).outcome().is_err());
    }
}
