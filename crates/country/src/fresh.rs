//! New documents for a country whose store is served: in cases that are there, signed now.

use jiff::Timestamp;
use serde_json::value::RawValue;
use varanto_model::envelope::manifest;
use varanto_model::{ContentItem, MediaType, Oid};

use crate::country::{Case, Country, Document, Kind, Worker};
use crate::dice::Dice;
use crate::failure::Failure;
use crate::made::ordinary;
use crate::metadata::{self, Described};
use crate::person::Person;
use varanto_client::Signer;

/// A new document, ready to be signed and stored.
#[derive(Debug)]
pub struct Fresh {
    /// Who stores it: a worker of the organiser's unit.
    pub worker: Worker,
    /// Whose document it is.
    pub client: Person,
    /// The case that it belongs to.
    pub case: Oid,
    /// Its identifier.
    pub oid: Oid,
    metadata: Vec<u8>,
    data: Vec<u8>,
    display: Vec<u8>,
}

impl Country {
    /// The new document of a number, another one for each `run` from 1 on. Not signed yet: the time is taken
    /// when it is. `now` is when it is said to have been written.
    pub fn fresh_document(&self, run: u64, number: u64, now: Timestamp) -> Fresh {
        let mut dice = self.dice(0xF0 ^ run << 16, number);
        loop {
            let of = self.document(dice.below(self.documents()));
            let (Some(case), Kind::Ordinary { shape }) = (&of.case, of.kind) else { continue };
            if of.clients.len() > 1 {
                continue;
            }
            return self.fresh(&of, case, shape, &mut dice, (run, number, now));
        }
    }

    fn fresh(
        &self,
        of: &Document,
        case: &Case,
        shape: usize,
        dice: &mut Dice,
        (run, number, now): (u64, u64, Timestamp),
    ) -> Fresh {
        let worker = self.who_may_store(of.number);
        let document = Document {
            number: u64::MAX - number,
            kind: Kind::Ordinary { shape },
            author: worker,
            oid: self.oid(of.controller, &format!("11.2026.{run}"), number + 1),
            written_at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            stored_at: now,
            link: None,
            ..of.clone()
        };
        let (data, display) = ordinary(self, &document, dice);
        let described = Described::of(self, &document);
        Fresh {
            worker,
            client: self.client_of(of.number),
            case: case.oid.clone(),
            metadata: metadata::write(self, &document, &described),
            oid: document.oid,
            data,
            display,
        }
    }
}

impl Fresh {
    /// The body of the request that stores it, signed by the system `signer` at `now`.
    pub fn body(&self, signer: &Signer, now: Timestamp) -> Result<Vec<u8>, Failure> {
        let items = [
            ContentItem::new(MediaType::Json, self.data.clone()),
            ContentItem::new(MediaType::Xhtml, self.display.clone()),
        ];
        let signed = manifest(&self.metadata, &items);
        let jws = signer.sign_detached(&signed, now).map_err(|error| Failure::other(&error))?;
        let text = |bytes: &[u8]| {
            let text = str::from_utf8(bytes).map_err(|error| Failure::other(&error))?;
            Ok::<_, Failure>(text.to_owned())
        };
        let raw =
            |bytes: &[u8]| RawValue::from_string(text(bytes)?).map_err(|e| Failure::other(&e));
        let body = serde_json::to_vec(&Body {
            metadata: raw(&self.metadata)?,
            content: (
                Data { media_type: "application/json", data: raw(&self.data)? },
                Text { media_type: "application/xhtml+xml", text: text(&self.display)? },
            ),
            signatures: [Signature { role: "system", jws }],
        });
        body.map_err(|error| Failure::other(&error))
    }
}

#[derive(serde::Serialize)]
struct Body {
    metadata: Box<RawValue>,
    content: (Data, Text),
    signatures: [Signature; 1],
}

#[derive(serde::Serialize)]
struct Data {
    media_type: &'static str,
    data: Box<RawValue>,
}

#[derive(serde::Serialize)]
struct Text {
    media_type: &'static str,
    text: String,
}

#[derive(serde::Serialize)]
struct Signature {
    role: &'static str,
    jws: String,
}
