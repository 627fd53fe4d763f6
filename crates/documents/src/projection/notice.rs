//! Reading a disclosure notice: that data were disclosed by other means than this system (DIS-06).

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer};

use super::read::{self, Partial};
use crate::control::Control;
use crate::node::Node;

/// What a disclosure notice says. `Debug` counts only.
#[derive(Clone, PartialEq, Eq)]
pub struct DisclosureNotice {
    /// Whose data were disclosed, in the order of the document; at least one.
    pub clients: Vec<NoticeClient>,
    /// What was disclosed, in words; empty where documents alone are named.
    pub what: String,
    /// The documents that were disclosed, in the order of the notice.
    pub documents: Vec<Oid>,
    /// The day in Finland on which it was done.
    pub day: Date,
    /// Family name and given names of whoever received the data.
    pub receiver_name: String,
    /// The organisation of the receiver, in words.
    pub receiver_organisation: Option<String>,
    /// The legal ground or permit, in words.
    pub ground: String,
    /// What the data were disclosed for, in words.
    pub purpose: String,
    /// How.
    pub means: Means,
    /// Where the documents stand in the request, in their order.
    pub document_places: Vec<Pointer>,
}

/// A client whose data were disclosed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeClient {
    /// Who it is.
    pub identifier: ClientIdentifier,
    /// Where the client stands in the request.
    pub at: Pointer,
}

/// How data were disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// On paper.
    Paper,
    /// By telephone.
    Telephone,
    /// To another authority, by a way of its own.
    OtherAuthority,
    /// In another way.
    Other,
}

impl Means {
    /// Reads the word of the structure.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "paperi" => Some(Self::Paper),
            "puhelin" => Some(Self::Telephone),
            "muu viranomainen" => Some(Self::OtherAuthority),
            "muu tapa" => Some(Self::Other),
            _ => None,
        }
    }

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Telephone => "telephone",
            Self::OtherAuthority => "other_authority",
            Self::Other => "other",
        }
    }
}

impl DisclosureNotice {
    /// Reads the JSON content of a disclosure notice, which stands at `at` in the request.
    ///
    /// # Errors
    /// `missing` (also where neither words nor documents tell what was disclosed), `not-a-day`,
    /// `not-an-oid`, `not-in-list` (the means), and those of clients: `identity-missing`,
    /// `not-an-identity-code`, `not-a-temporary-identifier`.
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        let mut faults = Faults::none();
        let document = Node::new(content, at.clone());
        let read = read::wanted(&document, Control::DisclosureNotice.root(), &mut faults)
            .and_then(|root| Self::of(&root, &mut faults));
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let clients = clients(root, faults);
        let (what, list) = ("luovutetut_tiedot", "luovutetut_asiakirjat");
        let what = if root.items(list).is_empty() {
            read::wanted_text(root, what, faults)
        } else {
            root.text(what)
        };
        let (documents, document_places) = documents(root, list, faults).into_iter().unzip();
        let day = "tietojen_luovuttamisen_paivamaara";
        let day = read::wanted_day(root, day, Partial::Refused, faults);
        let ground = read::wanted_text(root, "perustelu", faults);
        let purpose = "kayttotarkoitus_johon_tiedot_on_luovutettu";
        let purpose = read::wanted_text(root, purpose, faults);
        let means = means(root, "luovutustapa", faults);
        let receiver = read::wanted(root, "tietojen_vastaanottaja", faults)?;
        let family_name = read::wanted_text(&receiver, "sukunimi", faults);
        let given_names = read::wanted_text(&receiver, "etunimet", faults);
        Some(Self {
            clients,
            what: what.unwrap_or_default().to_owned(),
            documents,
            day: day?,
            receiver_name: format!("{} {}", family_name?, given_names?),
            receiver_organisation: receiver.text("organisaatio").map(str::to_owned),
            ground: ground?.to_owned(),
            purpose: purpose?.to_owned(),
            means: means?,
            document_places,
        })
    }
}

impl fmt::Debug for DisclosureNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clients, documents) = (self.clients.len(), self.documents.len());
        write!(f, "DisclosureNotice({clients} clients, {documents} documents)")
    }
}

fn clients(root: &Node<'_>, faults: &mut Faults) -> Vec<NoticeClient> {
    let nodes = root.items("asiakas");
    if nodes.is_empty() {
        faults.add(root.place("asiakas"), "missing", "a notice is about at least one client");
    }
    let client = |node: &Node<'_>| {
        let identifier = read::client(node, faults)?;
        Some(NoticeClient { identifier, at: node.at() })
    };
    nodes.iter().filter_map(client).collect()
}

/// The documents in the list that are named by an identifier, with its place.
fn documents(root: &Node<'_>, list: &str, faults: &mut Faults) -> Vec<(Oid, Pointer)> {
    let nodes = root.items(list).into_iter().filter_map(|node| node.get("oid_tunnus"));
    nodes
        .filter_map(|node| Some((read::oid(&node, "value", faults)?, node.place("value"))))
        .collect()
}

fn means(root: &Node<'_>, name: &str, faults: &mut Faults) -> Option<Means> {
    read::wanted(root, name, faults)?;
    let means = root.text(name).and_then(Means::parse);
    if means.is_none() {
        faults.add(root.place(name), "not-in-list", "this is none of the means of disclosure");
    }
    means
}
