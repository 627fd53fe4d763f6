//! What rounds do, made before they begin: requests to the server, the like to the bare service, and for each of
//! them what the bare statements go by.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use varanto_client::Client;
use varanto_country::Place;
use varanto_country::load::mix::Kind;
use varanto_country::load::record::Outcome;

use super::round::Side;
use crate::answers::{self, Wanted};
use crate::bare::{Bare, Input, TEACH, Taught};
use crate::callers::Callers;
use crate::open::this_run;
use crate::options::Options;
use crate::requests::{Ask, Request, Requests};

/// How many different requests there are of a kind that reads.
const DIFFERENT: usize = 1_000;

/// What there is to do in the rounds of one turn.
pub(super) struct Work {
    pub(super) server: Vec<Request>,
    pub(super) service: Vec<Request>,
    pub(super) bare: Vec<Input>,
}

/// Makes the work of turns.
pub(super) struct Preparation<'a> {
    server: Maker,
    service: Maker,
    /// Over which the bare service is taught.
    teacher: Client,
    bare: &'a Bare,
}

/// Makes requests aside: whoever makes one may have to log in, and waits for it.
struct Maker(Option<Requests>);

impl<'a> Preparation<'a> {
    /// For a server and a bare service at these addresses.
    pub(super) fn new(
        place: &Arc<Place>,
        [server, service]: [&str; 2],
        options: &Options,
        bare: &'a Bare,
    ) -> Self {
        let callers = |url| Arc::new(Callers::of(place, url, options.connections));
        let run = this_run();
        // The same seed asks for the same; new documents are called by another run, for both insert their own.
        let maker = |callers: &Arc<Callers>, run| {
            Maker(Some(Requests::new(place, callers, (options.seed, options.skew), run)))
        };
        let at_service = callers(service);
        Self {
            server: maker(&callers(server), run),
            service: maker(&at_service, run + 1),
            teacher: at_service.system(0),
            bare,
        }
    }

    /// As many of a kind as each side wants; the answers of the bare service are to have so many bytes.
    pub(super) async fn prepare(
        &mut self,
        kind: Kind,
        wanted: &BTreeMap<Side, usize>,
        answer: usize,
    ) -> Work {
        let [server, service, bare] = Side::ALL.map(|side| wanted[&side]);
        if kind == Kind::Store {
            let bytes = self.bytes_of_one().await;
            self.teach(&Taught { bytes, answer, inputs: HashMap::new() }).await;
            let mut made = self.server.make(kind, server.max(bare)).await;
            let input = |request: &Request| Input::of_new(request.ask.words(), bytes);
            let bare = made.iter().take(bare).map(input).collect();
            made.truncate(server);
            return Work { server: made, service: self.service.make(kind, service).await, bare };
        }
        let of_server = self.server.make(kind, DIFFERENT).await;
        let mut of_service = self.service.make(kind, DIFFERENT).await;
        let mut known = self.bare.inputs();
        let (mut inputs, mut taught) = (Vec::new(), HashMap::new());
        for request in &mut of_service {
            let input = known.of_stored(&request.document, kind == Kind::Search).await;
            let words = String::from_utf8_lossy(request.ask.words());
            taught.insert(words.into_owned(), input.clone());
            inputs.push(input);
            request.wanted = Wanted::Rows;
        }
        self.teach(&Taught { bytes: 0, answer, inputs: taught }).await;
        let again = |requests: Vec<Request>, count| requests.into_iter().cycle().take(count);
        Work {
            server: again(of_server, server).collect(),
            service: again(of_service, service).collect(),
            bare: inputs.into_iter().cycle().take(bare).collect(),
        }
    }

    async fn teach(&self, taught: &Taught) {
        let taught = serde_json::to_value(taught).expect("JSON");
        let answer = self.teacher.post_json(TEACH, &taught).await.expect("an answer");
        assert!(answer.is_success(), "the bare service cannot be taught");
    }

    /// How many bytes the server keeps of a document of the size that is stored here: it stores one.
    async fn bytes_of_one(&mut self) -> usize {
        let request = self.server.make(Kind::Store, 1).await.remove(0);
        let document = request.document.clone();
        let answered = answers::carry_out(request).await;
        assert_eq!(answered.outcome, Outcome::Right, "a document can be stored");
        self.bare.inputs().bytes_of(&document).await
    }
}

impl Maker {
    async fn make(&mut self, kind: Kind, count: usize) -> Vec<Request> {
        let mut requests = self.0.take().expect("they are given back");
        let made = tokio::task::spawn_blocking(move || {
            let made = (0..count).map(|_| requests.next(kind)).collect();
            (requests, made)
        });
        let (requests, made) = made.await.expect("requests");
        self.0 = Some(requests);
        made
    }
}

impl Ask {
    /// What says all that is asked for: the body, or the path where there is none.
    fn words(&self) -> &[u8] {
        match self {
            Self::Get { path, .. } => path.as_bytes(),
            Self::Post { body, .. } => body,
            Self::Token { .. } => panic!("nothing is asked of a register"),
        }
    }
}
