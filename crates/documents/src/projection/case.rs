//! Reading a case document (asia-asiakirja, 1505.2).

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Code, Faults, Oid, Pointer};

use super::read::{self, Partial};
use crate::codes::{CodeSets, Entry};
use crate::control::Control;
use crate::node::Node;

const CLOSED: &str = "closed";

/// What a case document says that something is derived from.
///
/// Days are whole days in Finland. `Debug` shows the case alone.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseDocument {
    /// The identifier of the case (asiatunnus), to which its documents refer.
    pub case: Oid,
    /// The organiser's operating unit.
    pub organiser: Oid,
    /// The service task to which the case belongs.
    pub service_task: Code,
    /// The code of what the case is about (1.2.246.537.6.1265).
    pub name: Code,
    /// The code of its state (1.2.246.537.6.1501).
    pub state: Code,
    /// Is it closed? Where the code set says which of its states mean `closed` and knows the state,
    /// that tells; otherwise – the national set is published without meanings – a case with a closing
    /// day is.
    pub is_closed: bool,
    /// The day on which it was opened.
    pub opened: Date,
    /// The day on which it was or will be closed: the last one on which services belong to it.
    pub closed: Option<Date>,
    /// Is it a joint case (yhteinen asia), which can have several clients?
    pub is_joint: bool,
    /// Those whose case it is, each once, in the order of the document; at least one.
    pub clients: Vec<CaseClient>,
    /// Where these stand in the request.
    pub places: CasePlaces,
}

/// A client of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClient {
    /// Who it is.
    pub identifier: ClientIdentifier,
    /// When the client joined the case; where only a day is told, its first instant. To the
    /// microsecond.
    pub joined_at: Option<Timestamp>,
    /// From when on the client is no longer in the case; where only a day is told, the first
    /// instant after it. To the microsecond.
    pub left_at: Option<Timestamp>,
    /// Where the client stands in the request.
    pub at: Pointer,
}

/// Places of a case document in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePlaces {
    /// That of [`CaseDocument::case`].
    pub case: Pointer,
    /// That of [`CaseDocument::organiser`].
    pub organiser: Pointer,
    /// That of [`CaseDocument::service_task`].
    pub service_task: Pointer,
    /// That of [`CaseDocument::state`].
    pub state: Pointer,
    /// That of [`CaseDocument::closed`], whether it is there or not.
    pub closed: Pointer,
    /// That of all clients together.
    pub clients: Pointer,
}

impl CaseDocument {
    /// Reads the JSON content of a case document, which stands at `at` in the request.
    ///
    /// # Errors
    /// What keeps anything from being derived: `missing`, `not-an-oid`, `not-a-code`, `not-a-day`
    /// (a case of today has whole days, though the structure lets months and years pass),
    /// `identity-missing`, `not-an-identity-code`, `not-a-temporary-identifier`,
    /// `closing-date-missing`, `duplicate-client`. What the structure asks for besides is found by
    /// [`Structure::validate`](crate::Structure::validate) and [`Control::check`].
    pub fn read(content: &Value, at: &Pointer, codes: &CodeSets) -> Result<Self, Faults> {
        let mut faults = Faults::none();
        let document = Node::new(content, at.clone());
        let read = read::wanted(&document, Control::Case.root(), &mut faults)
            .and_then(|root| Self::of(&root, codes, &mut faults));
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }

    fn of(root: &Node<'_>, codes: &CodeSets, faults: &mut Faults) -> Option<Self> {
        let unit = "palvelunjarjestajan_toimintayksikko";
        let organiser =
            read::wanted(root, unit, faults).and_then(|unit| read::oid(&unit, "code", faults));
        let clients = clients(root, faults);
        let details = read::wanted(root, "asian_tiedot", faults)?;
        let case = read::wanted(&details, "asiatunnus", faults)
            .and_then(|case| read::oid(&case, "value", faults));
        let mut code = |name| {
            let coded = read::wanted(&details, name, faults)?;
            read::code(&coded, faults)
        };
        let (name, state, service_task) = (code("nimi"), code("tila"), code("palvelutehtava"));
        let opened = read::wanted_day(&details, "avauspaiva", Partial::Refused, faults);
        let closed = read::day(&details, "paattymispaiva", Partial::Refused, faults);
        let is_closed = is_closed(&details, codes);
        if is_closed && !details.has("paattymispaiva") {
            let why = "the closing day is mandatory in a closed case";
            faults.add(details.place("paattymispaiva"), "closing-date-missing", why);
        }
        Some(Self {
            case: case?,
            organiser: organiser?,
            service_task: service_task?,
            name: name?,
            state: state?,
            is_closed,
            opened: opened?,
            closed,
            is_joint: details.is("yhteinen_asia"),
            clients,
            places: CasePlaces {
                case: details.place("asiatunnus").member("value"),
                organiser: root.place(unit).member("code"),
                service_task: details.place("palvelutehtava").member("code"),
                state: details.place("tila").member("code"),
                closed: details.place("paattymispaiva"),
                clients: root.place("asiakas"),
            },
        })
    }
}

impl fmt::Debug for CaseDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseDocument").field("case", &self.case).finish_non_exhaustive()
    }
}

fn clients(root: &Node<'_>, faults: &mut Faults) -> Vec<CaseClient> {
    let nodes = root.items("asiakas");
    if nodes.is_empty() {
        faults.add(root.place("asiakas"), "missing", "a case has at least one client");
    }
    let mut clients = Vec::new();
    for node in &nodes {
        let identifier = read::client(node, faults);
        let joined_at = read::from(node, "asiaan_liittymishetki", faults);
        let left_at = read::until(node, "asiasta_poistumishetki", faults);
        let Some(identifier) = identifier else { continue };
        clients.push(CaseClient { identifier, joined_at, left_at, at: node.at() });
    }
    let mut seen = BTreeSet::new();
    for client in &clients {
        let known = match &client.identifier {
            ClientIdentifier::PersonalIdentityCode(code) => (true, code.expose()),
            ClientIdentifier::Temporary(identifier) => (false, identifier.expose()),
        };
        if !seen.insert(known) {
            let why = "the same client stands in the case already";
            faults.add(client.at.clone(), "duplicate-client", why);
        }
    }
    clients
}

/// Is the case closed ([`CaseDocument::is_closed`])?
fn is_closed(details: &Node<'_>, codes: &CodeSets) -> bool {
    let means = |entry: &Entry| entry.meaning() == Some(CLOSED);
    let state = details.get("tila");
    let part = |name| state.as_ref().and_then(|state| state.text(name));
    let set = part("system").and_then(|system| codes.of_system(system));
    let telling = set.filter(|set| set.codes().any(|(_, entry)| means(entry)));
    match telling.and_then(|set| set.find(part("code")?)) {
        Some(entry) => means(entry),
        None => details.has("paattymispaiva"),
    }
}
