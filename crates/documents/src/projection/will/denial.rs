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
    /// `missing`, `not-a-day`, `not-an-oid`, `not-a-code`, and those of persons:
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

struct EntryReader<'f> {
    entries: Vec<DenialEntry>,
    faults: &'f mut Faults,
}

impl EntryReader<'_> {
    fn document(&mut self, root: &Node<'_>) {
        if let Some(node) = root.get("kaikkia_tietoja_koskeva_luovutuskielto") {
            let told = self.told(&node);
            self.push(DenialScope::Everything, told, &node);
        }
        let group = "rekisterinpitajaa_koskevat_luovutuskiellot";
        for node in within(root, group, "rekisterinpitajaa_koskeva_luovutuskielto") {
            let named = "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan";
            self.things(&node, named, |thing, faults| {
                read::oid(thing, "code", faults).map(DenialScope::Controller)
            });
        }
        let group = "palvelutehtavaa_koskevat_luovutuskiellot";
        for node in within(root, group, "palvelutehtavaa_koskeva_luovutuskielto") {
            let named = "palvelutehtava_jonka_tietojen_luovutus_kielletaan";
            self.things(&node, named, |thing, faults| {
                read::code(thing, faults).map(DenialScope::ServiceTask)
            });
        }
        let group = "asiakirjoja_koskevat_luovutuskiellot";
        for node in within(root, group, "asiakirjaa_koskeva_luovutuskielto") {
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
        let persons = "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen";
        let representatives = Representative::all(node, persons, self.faults);
        let day = "kiellon_asettamisen_ajankohta";
        let day = read::wanted_day(node, day, Partial::Refused, self.faults)?;
        Some((day, representatives))
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

/// The elements of the array `list` in the group `group`.
fn within<'a>(root: &Node<'a>, group: &str, list: &str) -> Vec<Node<'a>> {
    root.get(group).map(|group| group.items(list)).unwrap_or_default()
}
