//! The citizen's side read once more: random visits of citizens and of those who act for them, decided by a
//! naive reading of C1, C2 and W7.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use varanto_model::{CitizenView, Code, Generation, Group, GuardianView, Oid, Period};
use varanto_rules::{
    Acting, CitizenAction, CitizenDocument, CitizenFacts, JoiningModel, Membership, Refusal,
    Representing, Restrictions, System, WillFacts, decide_citizen,
};

use crate::dice::Dice;
use crate::first_seed;
use crate::world::Days;

/// What somebody does in a service for citizens, as plain data.
#[derive(Clone, Debug)]
struct Visit {
    action: CitizenAction,
    today: Date,
    joined: Option<Days>,
    /// The codes of the roles in which another acts; `None`: the client.
    roles: Option<Vec<&'static str>>,
    born: Date,
    informed: bool,
    document: Option<Shown>,
    /// The types that are never shown.
    restricted: Vec<usize>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
struct Shown {
    is_clients: bool,
    annulled: bool,
    newest: bool,
    hidden: bool,
    generation: Generation,
    r#type: Option<usize>,
    /// The first day on which it is shown, where it is delayed.
    from: Option<Date>,
    guardian: GuardianView,
}

fn visit(dice: &mut Dice) -> Visit {
    let action = match dice.below(10) {
        0..5 => CitizenAction::Read,
        5..7 => CitizenAction::Search,
        7 => CitizenAction::Declare(dice.pick(Group::ALL)),
        _ => CitizenAction::Declare(dice.pick(&[Group::Informing, Group::Permit, Group::Denial])),
    };
    Visit {
        action,
        today: dice.day(),
        joined: dice
            .maybe(95, |d| Days { first: d.day() - 30.days(), last: d.maybe(40, Dice::day) }),
        roles: dice.maybe(50, |d| d.some(40, &["31", "32", "33", "34", "35"])),
        born: dice.day() - dice.pick(&[17, 18, 18, 40]).years(),
        informed: dice.percent(70),
        document: dice.maybe(70, |d| Shown {
            is_clients: d.percent(92),
            annulled: d.percent(8),
            newest: d.percent(92),
            hidden: d.percent(8),
            generation: d.pick(&[
                Generation::Phase2,
                Generation::Phase2,
                Generation::Phase1,
                Generation::Old,
            ]),
            r#type: d.maybe(80, |d| d.below(3)),
            from: d.maybe(25, Dice::day),
            guardian: d.pick(GuardianView::ALL),
        }),
        restricted: dice.some(15, &[0, 1, 2]),
    }
}

fn code(number: usize) -> Code {
    Code::parse(&number.to_string()).unwrap()
}

fn facts(visit: &Visit) -> CitizenFacts {
    let representing = |code: &&str| Representing::of_code(&Code::parse(code).unwrap());
    let document = visit.document.as_ref().map(|shown| CitizenDocument {
        is_clients: shown.is_clients,
        group: Group::ClientDocument,
        generation: shown.generation,
        type_code: shown.r#type.map(code),
        annulled: shown.annulled,
        is_newest: shown.newest,
        citizen_view: match (shown.hidden, shown.from) {
            (true, _) => CitizenView::Hidden { reason: "worry".to_owned() },
            (false, Some(release_on)) => CitizenView::Delayed { release_on },
            (false, None) => CitizenView::Shown,
        },
        guardian_view: shown.guardian,
    });
    CitizenFacts {
        action: visit.action,
        today: visit.today,
        system: System {
            organisation: Oid::parse("1.2.246.10.99990004.10.0").unwrap(),
            membership: visit
                .joined
                .and_then(|days| Period::new(days.first, days.last).ok())
                .map(|period| Membership { model: JoiningModel::Direct, period }),
            controller: None,
            is_public: true,
        },
        acting: match &visit.roles {
            None => Acting::Self_,
            Some(roles) => Acting::OnBehalf(roles.iter().filter_map(representing).collect()),
        },
        is_minor: visit.today < visit.born + 18.years(),
        will: WillFacts { informed: visit.informed, ..WillFacts::default() },
        document,
        restrictions: Arc::new(Restrictions {
            not_disclosed: BTreeSet::new(),
            not_shown_to_citizen: visit.restricted.iter().copied().map(code).collect(),
        }),
    }
}

/// Every refusal of the visit, by the table.
fn expected(visit: &Visit) -> BTreeSet<Refusal> {
    let mut found = BTreeSet::new();
    if !visit.joined.is_some_and(|days| days.hold(visit.today)) {
        found.insert(Refusal::NotJoined);
    }
    let birthday = (visit.born.year() + 18, visit.born.month(), visit.born.day());
    let is_minor = (visit.today.year(), visit.today.month(), visit.today.day()) < birthday;
    if let Some(roles) = &visit.roles {
        let is_guardian = is_minor && roles.contains(&"31");
        let is_another = ["32", "33", "34"].iter().any(|role| roles.contains(role));
        if !is_guardian && !is_another {
            found.insert(Refusal::NotARepresentative);
        }
    }
    match (visit.action, &visit.document) {
        (CitizenAction::Declare(group), _) => declaring(visit, group, is_minor, &mut found),
        (_, Some(shown)) => {
            let is_restricted = shown.r#type.is_some_and(|t| visit.restricted.contains(&t));
            let is_early = shown.from.is_some_and(|from| visit.today < from);
            let is_kept = match shown.guardian {
                GuardianView::Allowed => false,
                GuardianView::Denied => true,
                GuardianView::Unknown => is_minor,
            };
            if !shown.is_clients
                || shown.annulled
                || !shown.newest
                || shown.hidden
                || shown.generation != Generation::Phase2
                || is_restricted
                || is_early
                || (is_kept && visit.roles.is_some())
            {
                found.insert(Refusal::NotShown);
            }
        }
        (_, None) => {}
    }
    found
}

fn declaring(visit: &Visit, group: Group, is_minor: bool, found: &mut BTreeSet<Refusal>) {
    if ![Group::Informing, Group::Permit, Group::Denial].contains(&group) {
        found.insert(Refusal::ServiceTaskNotPermitted);
    }
    if [Group::Permit, Group::Denial].contains(&group) && !visit.informed {
        found.insert(Refusal::NotInformed);
    }
    if is_minor && visit.roles.is_none() {
        found.insert(Refusal::CapacityNotAssessed);
    }
    if is_minor && visit.roles.is_some() && group == Group::Denial {
        found.insert(Refusal::DenialByGuardian);
    }
}

/// REQ CIT-02, CIT-03, CIT-05
#[test]
fn visits_of_citizens_are_decided_as_a_naive_reading_of_the_table_does() {
    let first = first_seed();
    let (mut told, mut permitted) = (BTreeSet::new(), 0);
    for seed in (0..40_000).map(|n| first.wrapping_add(n)) {
        let visit = visit(&mut Dice::new(seed));
        let decision = decide_citizen(&facts(&visit));
        let decided: BTreeSet<Refusal> = decision.refusals().map(|(_, refusal)| refusal).collect();
        let expected = expected(&visit);
        assert_eq!(decided, expected, "{visit:?}; again with VARANTO_SEED={seed}");
        permitted += u32::from(expected.is_empty());
        told.extend(expected);
    }
    let all = BTreeSet::from([
        Refusal::NotJoined,
        Refusal::ServiceTaskNotPermitted,
        Refusal::NotInformed,
        Refusal::DenialByGuardian,
        Refusal::CapacityNotAssessed,
        Refusal::NotShown,
        Refusal::NotARepresentative,
    ]);
    assert_eq!(told, all);
    assert!(permitted > 4_000, "{permitted} alone are permitted");
}
