//! What was measured of a kind: ratios, verdicts, tables.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use varanto_country::load::mix::Kind;
use varanto_country::load::report::{Part, Section, Table, Verdict, number};

use super::round::{Round, Side};

/// What the server is to reach of what bare statements do.
const AIM: f64 = 0.6;

/// What was measured of a kind.
pub(crate) struct Compared {
    pub(super) kind: Kind,
    pub(super) clients: usize,
    pub(super) turns: Vec<BTreeMap<Side, Round>>,
}

/// The ratios of the server to another in rounds beside each other.
struct Ratios(Vec<f64>);

impl Ratios {
    /// The middle one, the smallest and the largest.
    fn told(&self) -> [f64; 3] {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
        [at(sorted.len() / 2), at(0), at(sorted.len().saturating_sub(1))]
    }

    fn middle(&self) -> f64 {
        self.told()[0]
    }

    /// Such as `15.5 (13.0 to 15.6)`, in percent.
    fn words(&self) -> String {
        let [middle, least, most] = self.told().map(percent);
        format!("{middle} % ({least} to {most} %)")
    }
}

fn percent(ratio: f64) -> String {
    number(ratio * 100.0)
}

impl Compared {
    fn ratios(&self, to: Side) -> Ratios {
        let ratio =
            |turn: &BTreeMap<Side, Round>| turn[&Side::Server].per_second / turn[&to].per_second;
        Ratios(self.turns.iter().map(ratio).collect())
    }

    fn wrong(&self) -> Vec<&String> {
        self.turns.iter().flat_map(|turn| turn.values()).flat_map(|round| &round.wrong).collect()
    }

    /// Was every answer what it had to be?
    pub(crate) fn is_right(&self) -> bool {
        self.wrong().is_empty()
    }

    /// What had to hold.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let (name, bare) = (self.kind.name(), self.ratios(Side::Bare));
        let told = format!(
            "{name} with {} clients: {} of bare statements in the middle of {} rounds; wanted: {} %. \
             Of the bare service: {}",
            self.clients,
            bare.words(),
            self.turns.len(),
            percent(AIM),
            self.ratios(Side::Service).words(),
        );
        let wrong = self.wrong();
        let first = wrong.first().map_or(String::new(), |what| format!(", such as: {what}"));
        vec![
            Verdict::new(bare.middle() >= AIM, told),
            Verdict::new(wrong.is_empty(), format!("{name}: {} wrong answers{first}", wrong.len())),
        ]
    }

    pub(crate) fn json(&self) -> Value {
        let turns = self.turns.iter().map(|turn| {
            let [server, service, bare] = Side::ALL.map(|side| turn[&side].json());
            json!({"server": server, "bare_service": service, "bare": bare})
        });
        let ratios = |to| {
            let ratios = self.ratios(to);
            json!({"middle": ratios.middle(), "all": ratios.0})
        };
        json!({
            "kind": self.kind.name(), "clients": self.clients, "of_bare": ratios(Side::Bare),
            "of_bare_service": ratios(Side::Service), "rounds": turns.collect::<Value>(),
        })
    }

    pub(crate) fn section(&self) -> Section {
        let (bare, service) = (self.ratios(Side::Bare), self.ratios(Side::Service));
        let row =
            |name: String, bare: f64, service: f64| vec![name, percent(bare), percent(service)];
        let each = bare.0.iter().zip(&service.0).enumerate();
        let mut ratios: Vec<_> = each
            .map(|(turn, (bare, service))| row((turn + 1).to_string(), *bare, *service))
            .collect();
        ratios.push(row("middle".to_owned(), bare.middle(), service.middle()));
        let ratios = Table {
            caption: "What the server reaches of what others reach beside it, in percent"
                .to_owned(),
            head: ["round", "bare statements", "bare service"].map(str::to_owned).into(),
            rows: ratios,
        };
        let mut rows = Vec::new();
        for (turn, rounds) in self.turns.iter().enumerate() {
            let row =
                |(side, round): (&Side, &Round)| round.row(format!("{} {}", turn + 1, side.name()));
            rows.extend(rounds.iter().map(row));
        }
        let rounds = Table {
            caption: "Rounds; the last three columns are processor time for one operation, the first of them \
                      of the process that answers"
                .to_owned(),
            head: Round::HEAD.map(str::to_owned).into(),
            rows,
        };
        Section {
            heading: format!("{}, {} clients", self.kind.name(), self.clients),
            parts: vec![Part::Table(ratios), Part::Table(rounds)],
        }
    }
}
