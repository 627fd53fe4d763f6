//! Reading a denial document (kieltoasiakirja, 1505.9).

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Code, Faults, Oid, Pointer};

use super::super::read::{self, Partial};
use super::{Representative, WillPlaces, client, document};
use crate::control::Control;
use crate::node::Node;

/// What a denial document says: everything that it denies now. `Debug` counts only.
#[derive(Clone, PartialEq, Eq)]
pub struct DenialDocument {
    /// Whose data are meant.
    pub client: ClientIdentifier,
    /// What is denied, in the order of the document; one entry for each thing, so that a denial of
    /// two controllers makes two. Empty where all denials have been withdrawn.
    pub entries: Vec<DenialEntry>,
    /// Where these stand in the request.
    pub places: WillPlaces,
}

/// One thing that may not be disclosed to other controllers.
#[derive(Clone, PartialEq, Eq)]
pub struct DenialEntry {
    /// What.
    pub scope: DenialScope,
    /// The day in Finland on which it was denied.
    pub day: Date,
    /// The representatives who denied in the client's place.
    pub representatives: Vec<Representative>,
    /// Where the thing stands in the request.
    pub at: Pointer,
}

/// What a denial is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DenialScope {
    /// All data of the client.
    Everything,
    /// What is in the register of a controller.
    Controller(Oid),
    /// What belongs to a service task, at any controller.
    ServiceTask(Code),
    /// One document, under the identifier by which the denial names it.
    Document(Oid),
}

impl DenialDocument {
    /// Reads the JSON content of a denial document, which stands at `at` in the request. The denial
    /// of everything is taken where it is there: the national structure has none.
    ///
    /// # Errors
    /// `missing`, `not-a-day`, `not-an-oid`, `not-a-code`, `unknown-denial`, and those of persons:
    /// `identity-missing`, `not-an-identity-code`, `not-a-temporary-identifier`,
    /// `representative-identity-missing`, `not-a-guardian-identifier`.
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        document(Control::Denial, content, at, Self::of)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let person = client(root, faults);
        let mut reader = EntryReader { entries: Vec::new(), faults };
        reader.document(root);
        let entries = reader.entries;
        let (client, places) = person?;
        Some(Self { client, entries, places })
    }
}

impl fmt::Debug for DenialDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DenialDocument({} entries)", self.entries.len())
    }
}

impl fmt::Debug for DenialEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DenialEntry").field("at", &self.at).finish_non_exhaustive()
    }
}

/// What a denial document has beside what it denies.
const ABOUT_IT: [&str; 4] =
    ["asiakas", "infoteksti", "ammattihenkilon_laatima_asiakirja", "laatimispaivamaara"];
/// What denies everything.
const EVERYTHING: &str = "kaikkia_tietoja_koskeva_luovutuskielto";
/// Groups of denials, with the list in each.
const CONTROLLERS: [&str; 2] =
    ["rekisterinpitajaa_koskevat_luovutuskiellot", "rekisterinpitajaa_koskeva_luovutuskielto"];
const SERVICE_TASKS: [&str; 2] =
    ["palvelutehtavaa_koskevat_luovutuskiellot", "palvelutehtavaa_koskeva_luovutuskielto"];
const DOCUMENTS: [&str; 2] =
    ["asiakirjoja_koskevat_luovutuskiellot", "asiakirjaa_koskeva_luovutuskielto"];
/// What a denial has beside the things denied.
const DAY: &str = "kiellon_asettamisen_ajankohta";
const SWITCH: &str = "kieltaja_on_laillinen_edustaja";
const PERSONS: &str = "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen";

struct EntryReader<'f> {
    entries: Vec<DenialEntry>,
    faults: &'f mut Faults,
}

impl EntryReader<'_> {
    fn document(&mut self, root: &Node<'_>) {
        let groups = [CONTROLLERS, SERVICE_TASKS, DOCUMENTS].map(|[group, _]| group);
        self.only(root, |name| {
            ABOUT_IT.contains(&name) || groups.contains(&name) || name == EVERYTHING
        });
        if let Some(node) = root.get(EVERYTHING) {
            self.only(&node, |name| [DAY, SWITCH, PERSONS].contains(&name));
            let told = self.told(&node);
            self.push(DenialScope::Everything, told, &node);
        }
        for node in self.within(root, CONTROLLERS) {
            let named = "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan";
            self.things(&node, named, |thing, faults| {
                read::oid(thing, "code", faults).map(DenialScope::Controller)
            });
        }
        for node in self.within(root, SERVICE_TASKS) {
            let named = "palvelutehtava_jonka_tietojen_luovutus_kielletaan";
            self.things(&node, named, |thing, faults| {
                read::code(thing, faults).map(DenialScope::ServiceTask)
            });
        }
        for node in self.within(root, DOCUMENTS) {
            self.things(&node, "asiakirja_jonka_luovutus_kielletaan", |thing, faults| {
                let oid = read::wanted(thing, "oid_tunnus", faults)?;
                read::oid(&oid, "value", faults).map(DenialScope::Document)
            });
        }
    }

    /// Notes an entry for each thing in the list `name`. A denial of nothing is a fault: it would
    /// look as if something were denied.
    fn things(
        &mut self,
        node: &Node<'_>,
        name: &str,
        scope: impl Fn(&Node<'_>, &mut Faults) -> Option<DenialScope>,
    ) {
        self.only(node, |found| [name, DAY, SWITCH, PERSONS].contains(&found));
        let things = node.items(name);
        if things.is_empty() {
            let why = "without this nothing can be derived from the document";
            self.faults.add(node.place(name), "missing", why);
        }
        let told = self.told(node);
        for thing in &things {
            let Some(scope) = scope(thing, self.faults) else { continue };
            self.push(scope, told.clone(), thing);
        }
    }

    /// When a denial was made, and by which representatives.
    fn told(&mut self, node: &Node<'_>) -> Option<(Date, Vec<Representative>)> {
        let representatives = Representative::all(node, PERSONS, self.faults);
        let day = read::wanted_day(node, DAY, Partial::Refused, self.faults)?;
        Some((day, representatives))
    }

    /// The denials in the list of a group.
    fn within<'a>(&mut self, root: &Node<'a>, [group, list]: [&str; 2]) -> Vec<Node<'a>> {
        let Some(group) = root.get(group) else { return Vec::new() };
        self.only(&group, |name| name == list);
        if group.get(list).is_some_and(|list| !list.is_list()) {
            self.unknown(group.place(list));
        }
        group.items(list)
    }

    /// Notes every member that is not known. A denial in a form of which we know nothing would be taken
    /// for none.
    fn only(&mut self, node: &Node<'_>, is_known: impl Fn(&str) -> bool) {
        for name in node.names().filter(|name| !is_known(name)) {
            self.unknown(node.place(name));
        }
    }

    fn unknown(&mut self, at: Pointer) {
        let why = "what this denies is not known here";
        self.faults.add(at, "unknown-denial", why);
    }

    fn push(
        &mut self,
        scope: DenialScope,
        told: Option<(Date, Vec<Representative>)>,
        thing: &Node<'_>,
    ) {
        let Some((day, representatives)) = told else { return };
        self.entries.push(DenialEntry { scope, day, representatives, at: thing.at() });
    }
}
