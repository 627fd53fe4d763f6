//! A small world of social welfare as plain data: who organises, who produces, whose clients people
//! are, what was stored. Everything is named by its place in a list.

use jiff::civil::Date;
use varanto_model::{Generation, Group};
use varanto_rules::{Action, Authentication, Basis, JoiningModel, Purpose};

/// How many service tasks there are.
pub(crate) const TASKS: usize = 3;

/// An hour of a day in Finland.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) day: Date,
    pub(crate) hour: i8,
}

/// A first and perhaps a last day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    pub(crate) first: Date,
    pub(crate) last: Option<Date>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) units: Vec<Unit>,
    pub(crate) people: Vec<Person>,
    pub(crate) clients: Vec<Client>,
    pub(crate) cases: Vec<Case>,
    pub(crate) documents: Vec<Document>,
    /// The types of documents that never leave their controller.
    pub(crate) restricted: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    pub(crate) joined: Option<(JoiningModel, Days)>,
    /// The register of the controller whose services it organises.
    pub(crate) register: Option<Register>,
    /// Is it a public authority?
    pub(crate) public: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Register {
    pub(crate) accepts: Vec<JoiningModel>,
    pub(crate) opens: Option<Date>,
    pub(crate) signatures_from: Option<Date>,
    pub(crate) closing_working_days: u32,
    pub(crate) wide: Vec<Wide>,
}

/// A wide register access right.
#[derive(Clone, Debug)]
pub(crate) struct Wide {
    pub(crate) unit: usize,
    pub(crate) tasks: Vec<usize>,
    pub(crate) days: Days,
}

#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) organisation: usize,
    pub(crate) days: Days,
}

/// A professional, as the system of an organisation vouches for one.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) organisation: usize,
    pub(crate) unit: usize,
    /// The listing's days, and whether the person is an outsider.
    pub(crate) listed: Option<(Days, bool)>,
    pub(crate) role: Option<Role>,
    pub(crate) authentication: Authentication,
    pub(crate) card: bool,
    pub(crate) may_practise: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) purposes: Vec<Purpose>,
    /// All of them where `None`.
    pub(crate) tasks: Option<Vec<usize>>,
    pub(crate) processes: Option<Vec<usize>>,
    pub(crate) types: Option<Vec<usize>>,
    pub(crate) reads: Vec<Group>,
    pub(crate) writes: Vec<Group>,
    pub(crate) oversees: bool,
    pub(crate) broad: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// What the clientship documents say, in all registers.
    pub(crate) entries: Vec<Entry>,
    pub(crate) orders: Vec<Order>,
    /// The registers that know of turvakielto.
    pub(crate) turvakielto: Vec<usize>,
    pub(crate) will: Will,
    /// Is the client known by a personal identity code?
    pub(crate) has_code: bool,
    pub(crate) born: Date,
}

/// What a client has declared, and what of it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Will {
    pub(crate) informed: bool,
    pub(crate) permit: Option<bool>,
    pub(crate) denials: Vec<Denied>,
}

/// What a client keeps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    Everything,
    Register(usize),
    Task(usize),
    /// What has this original identifier.
    Original(usize),
}

/// A unit of a clientship.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) register: usize,
    pub(crate) unit: usize,
    pub(crate) task: usize,
    /// Does the unit produce the service, or only organise it?
    pub(crate) produces: bool,
    pub(crate) days: Days,
    /// When a new version left it out.
    pub(crate) withdrawn: Option<Moment>,
}

/// What a controller has ordered about a right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) register: usize,
    pub(crate) case: usize,
    pub(crate) unit: usize,
    pub(crate) suspended_since: Option<Moment>,
    pub(crate) reopened_until: Option<Date>,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) register: usize,
    pub(crate) task: usize,
    pub(crate) days: Days,
    pub(crate) members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) client: usize,
    pub(crate) joined: Option<Moment>,
    pub(crate) left: Option<Moment>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The original identifier; of versions of one document the same.
    pub(crate) original: usize,
    pub(crate) register: usize,
    pub(crate) group: Group,
    pub(crate) generation: Generation,
    pub(crate) task: Option<usize>,
    pub(crate) process: Option<usize>,
    pub(crate) r#type: Option<usize>,
    pub(crate) case: Option<usize>,
    pub(crate) clients: Vec<usize>,
    /// The organisation that wrote it.
    pub(crate) author: usize,
    pub(crate) written: Moment,
    pub(crate) stored: Moment,
    pub(crate) annulled: bool,
    pub(crate) newest: bool,
    pub(crate) by_representative: bool,
    pub(crate) asks_signature: bool,
    pub(crate) signed: bool,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) person: usize,
    pub(crate) action: Action,
    pub(crate) basis: Basis,
    pub(crate) purpose: Purpose,
    pub(crate) document: Option<usize>,
    /// Who is sought, where there is no document.
    pub(crate) client: usize,
    pub(crate) case: Option<usize>,
    /// The organisation whose register is named where nothing lies in one: the last organisation's is
    /// that of a controller that is not known.
    pub(crate) named: Option<usize>,
    pub(crate) special_reason: bool,
    pub(crate) ground: bool,
    pub(crate) now: Moment,
}
