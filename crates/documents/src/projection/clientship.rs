//! Reading a clientship document (asiakkuusasiakirja, 1505.1).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use varanto_model::{ClientIdentifier, Code, Faults, Oid, Period, Pointer};

use super::read::{self, Partial};
use crate::control::Control;
use crate::node::Node;

const START: &str = "asiakkuuden_alkamispvm";
const END: &str = "asiakkuuden_paattymispvm";

/// What a clientship document says that something is derived from.
///
/// `Debug` shows the identifier of the clientship alone.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientshipDocument {
    /// The identifier of the clientship, which only an old one can be without.
    pub clientship: Option<Oid>,
    /// Is it an old clientship (vanha asiakkuus)? It is history: neither contexts nor rights follow
    /// from it. Where an old one tells only months or years, a start is the first day and an end
    /// the last day that can be meant.
    pub is_old: bool,
    /// Whose clientship it is.
    pub client: ClientIdentifier,
    /// The first day.
    pub first: Date,
    /// The last day, where it has ended or is to end.
    pub last: Option<Date>,
    /// The organiser's operating unit, which only an old clientship can be without.
    pub organiser: Option<Oid>,
    /// Are the client's contact data protected (turvakielto)?
    pub turvakielto: bool,
    /// The last day of that protection; where no day is told, the last that can be meant.
    pub turvakielto_until: Option<Date>,
    /// Organiser's units, producers and those who carry services out, in the order of the document,
    /// each before what is nested in it.
    pub units: Vec<UnitEntry>,
    /// Where these stand in the request.
    pub places: ClientshipPlaces,
}

/// Places of a clientship document in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientshipPlaces {
    /// That of [`ClientshipDocument::clientship`], whether it is there or not.
    pub clientship: Pointer,
    /// That of [`ClientshipDocument::client`].
    pub client: Pointer,
    /// That of [`ClientshipDocument::organiser`], whether it is there or not.
    pub organiser: Pointer,
    /// That of [`ClientshipDocument::last`], whether it is there or not.
    pub last: Pointer,
}

/// As what a unit stands in a clientship document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A service unit of the organiser (palvelunjärjestäjän palveluyksikkö).
    Organiser,
    /// The unit that produces the service (palveluntuottaja).
    Producer,
    /// A subcontractor's unit that carries the service out for a producer (palveluntoteuttaja).
    Implementer,
}

impl Part {
    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organiser => "organiser",
            Self::Producer => "producer",
            Self::Implementer => "implementer",
        }
    }
}

/// A unit in a clientship document with its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitEntry {
    /// The service task; none for an organiser's unit of the whole clientship.
    pub service_task: Option<Code>,
    /// As what it stands there.
    pub part: Part,
    /// The service unit.
    pub unit: Oid,
    /// Of an implementer, the producer's unit under which it stands. The structure puts producers
    /// beside the organiser's units, not below one of them, so that a producer has none.
    pub via: Option<Oid>,
    /// The codes of the social services that it gives (1.2.246.537.6.1222), in order, each once.
    pub services: Vec<Code>,
    /// The first day.
    pub first: Date,
    /// The last day as the document tells it.
    pub last: Option<Date>,
    /// The last day as it counts: not after that of what the entry is nested in, which is for an
    /// implementer its producer and for all the clientship.
    pub until: Option<Date>,
    /// Where it stands in the request.
    pub at: Pointer,
}

impl ClientshipDocument {
    /// Reads the JSON content of a clientship document, which stands at `at` in the request.
    ///
    /// # Errors
    /// What keeps anything from being derived: `missing`, `not-an-oid`, `not-a-code`, `not-a-day`,
    /// `identity-missing`, `not-an-identity-code`, `not-a-temporary-identifier`, and, unless it is
    /// an old clientship, `overlapping-periods` at the later of two entries of the same task, part
    /// and unit (and producer's unit) that have a day in common. What the structure asks for
    /// besides is found by [`Structure::validate`](crate::Structure::validate) and
    /// [`Control::check`].
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        let mut faults = Faults::none();
        let document = Node::new(content, at.clone());
        let read = read::wanted(&document, Control::Clientship.root(), &mut faults)
            .and_then(|root| Self::of(&root, &mut faults));
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let (name, unit) = ("asiakkuuden_yksilointitunnus", "palvelunjarjestajan_toimintayksikko");
        let clientship = root.get(name).and_then(|node| read::oid(&node, "value", faults));
        let organiser = root.get(unit).and_then(|node| read::oid(&node, "code", faults));
        let person = read::wanted(root, "asiakas", faults)?;
        let client = read::client(&person, faults);
        let until = "turvakiellon_paattymispaiva";
        let turvakielto_until = read::day(&person, until, Partial::LastDay, faults);
        let whole = read::wanted(root, "sosiaalihuollon_asiakkuus", faults)?;
        let is_old = whole.is("vanha_asiakkuus");
        let (first, last) = period(&whole, is_old, faults);
        let mut reader = UnitReader { is_old, units: Vec::new(), faults };
        reader.document(root, last);
        let units = reader.units;
        if !is_old {
            refuse_overlaps(&units, faults);
        }
        Some(Self {
            clientship,
            is_old,
            client: client?,
            first: first?,
            last,
            organiser,
            turvakielto: person.is("turvakielto"),
            turvakielto_until,
            units,
            places: ClientshipPlaces {
                clientship: root.place(name).member("value"),
                client: person.at(),
                organiser: root.place(unit).member("code"),
                last: whole.place(END),
            },
        })
    }
}

impl fmt::Debug for ClientshipDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientshipDocument");
        shown.field("clientship", &self.clientship).finish_non_exhaustive()
    }
}

fn period(node: &Node<'_>, is_old: bool, faults: &mut Faults) -> (Option<Date>, Option<Date>) {
    let (first, last) = if is_old {
        (Partial::FirstDay, Partial::LastDay)
    } else {
        (Partial::Refused, Partial::Refused)
    };
    (read::wanted_day(node, START, first, faults), read::day(node, END, last, faults))
}

struct UnitReader<'f> {
    is_old: bool,
    units: Vec<UnitEntry>,
    faults: &'f mut Faults,
}

/// Within what an entry stands.
#[derive(Clone, Copy)]
struct Within<'a> {
    task: Option<&'a Code>,
    via: Option<&'a Oid>,
    until: Option<Date>,
}

impl UnitReader<'_> {
    fn document(&mut self, root: &Node<'_>, until: Option<Date>) {
        let whole = Within { task: None, via: None, until };
        self.organisers(root, whole);
        for group in root.items("sosiaalihuollon_palvelutehtava") {
            let task = read::wanted(&group, "palvelutehtava", self.faults)
                .and_then(|task| read::code(&task, self.faults));
            let within = Within { task: task.as_ref(), ..whole };
            self.organisers(&group, within);
            for producer in group.items("palveluntuottaja") {
                let found = self.unit(&producer, Part::Producer, within);
                let (via, until) = found.unzip();
                let below = Within { via: via.as_ref(), until: until.flatten(), ..within };
                for implementer in producer.items("palveluntoteuttaja") {
                    self.unit(&implementer, Part::Implementer, below);
                }
            }
        }
    }

    fn organisers(&mut self, holder: &Node<'_>, within: Within<'_>) {
        for unit in holder.items("palvelunjarjestajan_palveluyksikko") {
            self.unit(&unit, Part::Organiser, within);
        }
    }

    /// Notes an entry, and gives its unit and the last day of what is nested in it.
    fn unit(
        &mut self,
        node: &Node<'_>,
        part: Part,
        within: Within<'_>,
    ) -> Option<(Oid, Option<Date>)> {
        let unit = read::wanted(node, "palveluyksikon_nimi", self.faults)
            .and_then(|unit| read::oid(&unit, "code", self.faults));
        let (first, last) = period(node, self.is_old, self.faults);
        let mut services: Vec<Code> = node
            .items("sosiaalipalvelu")
            .iter()
            .filter_map(|service| read::code(service, self.faults))
            .collect();
        services.sort_unstable();
        services.dedup();
        let until = read::earlier(last, within.until);
        self.units.push(UnitEntry {
            service_task: within.task.cloned(),
            part,
            unit: unit.clone()?,
            via: within.via.cloned(),
            services,
            first: first?,
            last,
            until,
            at: node.at(),
        });
        Some((unit?, until))
    }
}

/// Of the same unit in the same place only one entry holds on a day.
fn refuse_overlaps(units: &[UnitEntry], faults: &mut Faults) {
    let mut groups: BTreeMap<_, Vec<(Date, usize, Period)>> = BTreeMap::new();
    for (index, entry) in units.iter().enumerate() {
        let Ok(period) = Period::new(entry.first, entry.until) else { continue };
        let key = (&entry.service_task, entry.part, &entry.via, &entry.unit);
        groups.entry(key).or_default().push((entry.first, index, period));
    }
    let mut later = BTreeSet::new();
    for mut group in groups.into_values() {
        group.sort_unstable_by_key(|(first, index, _)| (*first, *index));
        // Of those that began before, the one that goes on longest.
        let mut longest: Option<(usize, Period)> = None;
        for (_, index, period) in group {
            if let Some((before, reaching)) = longest {
                if reaching.overlaps(&period) {
                    later.insert(before.max(index));
                }
                if reaching.last().is_none_or(|last| period.last().is_some_and(|l| l <= last)) {
                    continue;
                }
            }
            longest = Some((index, period));
        }
    }
    for entry in later.into_iter().filter_map(|index| units.get(index)) {
        let why = "the unit stands here already for some of these days";
        faults.add(entry.at.clone(), "overlapping-periods", why);
    }
}
