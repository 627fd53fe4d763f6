//! Reading a permit document (luovutuslupa-asiakirja, 1505.8).

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Faults, Pointer};

use super::super::read::{self, Partial};
use super::{Representative, WillPlaces, client, document};
use crate::control::Control;
use crate::node::Node;

/// What a permit document says. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PermitDocument {
    /// Whose data are meant.
    pub client: ClientIdentifier,
    /// May the data be disclosed between controllers? A document without a true switch says no.
    pub given: bool,
    /// The day in Finland on which it was given or refused.
    pub day: Date,
    /// The representatives who spoke for the client.
    pub representatives: Vec<Representative>,
    /// Where these stand in the request.
    pub places: WillPlaces,
}

impl PermitDocument {
    /// Reads the JSON content of a permit document, which stands at `at` in the request.
    ///
    /// # Errors
    /// `missing`, `not-a-day` (which permit is the last one hangs on the whole day), `not-a-code`,
    /// and those of persons: `identity-missing`, `not-an-identity-code`,
    /// `not-a-temporary-identifier`, `representative-identity-missing`,
    /// `not-a-guardian-identifier`.
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        document(Control::Permit, content, at, Self::of)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let person = client(root, faults);
        let representatives = Representative::all(root, "luovutusluvan_antaja", faults);
        let permit = read::wanted(root, "voimassa_oleva_luovutuslupa", faults)?;
        read::wanted(&permit, "luovutuslupa", faults);
        let day = "luovutusluvan_antamisen_ajankohta";
        let day = read::wanted_day(&permit, day, Partial::Refused, faults);
        let (client, places) = person?;
        Some(Self { client, given: permit.is("luovutuslupa"), day: day?, representatives, places })
    }
}

impl fmt::Debug for PermitDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitDocument").finish_non_exhaustive()
    }
}
