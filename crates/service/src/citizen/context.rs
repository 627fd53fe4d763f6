//! Who has logged in to a service for citizens, and the token that says so.
//!
//! A token is `c1.<sealed claims>`: the identity codes of citizens stand in no token that can be read. It is
//! sealed for the organisation and the certificate that it was got over (RFC 8705), opens for no other,
//! and cannot be made by anybody else.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{ClientIdentifier, Code, PersonName, PersonalIdentityCode};
use varanto_rules::Authentication;
use varanto_store::Purpose;
use varanto_store::vault::IdentifierKind;

use crate::context::{Actor, CallContext, SystemIdentity};
use crate::service::Service;
use crate::{Error, Unauthenticated};

const MAX_LENGTH: usize = 4_096;
const VERSION: &str = "c1.";
/// What stands in the place of a work task.
const CITIZEN: &str = "citizen";

/// Who has logged in, and for whom they act. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Citizen {
    pub(crate) person: PersonalIdentityCode,
    pub(crate) name: PersonName,
    /// Whom they represent; nobody where they act in their own matter.
    pub(crate) acting_for: Option<PersonalIdentityCode>,
}

impl fmt::Debug for Citizen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Citizen(…)")
    }
}

impl Citizen {
    /// The client whose data it is about.
    pub(crate) fn client(&self) -> ClientIdentifier {
        let client = self.acting_for.as_ref().unwrap_or(&self.person);
        ClientIdentifier::PersonalIdentityCode(client.clone())
    }
}

/// One call of a citizen through a service for citizens: made by authentication alone.
#[derive(Clone, Debug)]
pub struct CitizenContext {
    /// The call as use cases for professionals would see it: an actor without the rights of any.
    pub(crate) call: CallContext,
    pub(crate) citizen: Citizen,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    person: String,
    family_name: String,
    given_names: String,
    acting_for: Option<String>,
    until: Timestamp,
}

impl Claims {
    fn citizen(self) -> Option<Citizen> {
        let code = |text: String| PersonalIdentityCode::parse(&text).ok();
        let acting_for = match self.acting_for {
            Some(text) => Some(code(text)?),
            None => None,
        };
        let (family_name, given_names) = (self.family_name, self.given_names);
        let name = PersonName { family_name, given_names };
        Some(Citizen { person: code(self.person)?, name, acting_for })
    }
}

/// The place for which a token is sealed.
fn place(system: &SystemIdentity) -> Vec<u8> {
    let organisation = system.organisation.as_str().as_bytes();
    [organisation, &[0], system.certificate.as_bytes()].concat()
}

impl Service {
    /// A token for a citizen, over the certificate of the service that has logged them in.
    pub(crate) fn write_citizen_token(
        &self,
        system: &SystemIdentity,
        citizen: &Citizen,
        until: Timestamp,
    ) -> Result<String, Error> {
        let claims = Claims {
            person: citizen.person.expose().to_owned(),
            family_name: citizen.name.family_name.clone(),
            given_names: citizen.name.given_names.clone(),
            acting_for: citizen.acting_for.as_ref().map(|code| code.expose().to_owned()),
            until,
        };
        let claims = serde_json::to_vec(&claims)
            .map_err(|_| Error::Internal("a token could not be written"))?;
        let sealed = self.seal(Purpose::CitizenToken, &place(system), &claims)?;
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The citizen of a token that is ours, in date, and over its certificate.
    fn read_citizen_token(
        &self,
        token: &str,
        system: &SystemIdentity,
        now: Timestamp,
    ) -> Option<Citizen> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(token.strip_prefix(VERSION)?).ok()?;
        let claims = self.unseal(Purpose::CitizenToken, &place(system), &sealed).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        (now < claims.until).then(|| claims.citizen()).flatten()
    }

    /// Does the organisation run a service for citizens?
    pub(crate) fn serves_citizens(&self, system: &SystemIdentity) -> bool {
        let snapshot = self.snapshot();
        let found = snapshot.directory.organisations.get(&system.organisation);
        found.is_some_and(|organisation| organisation.citizen_service)
    }

    /// The context of a call: the service for citizens, and whom its token names.
    pub fn authenticate_citizen(
        &self,
        system: SystemIdentity,
        token: Option<&str>,
        request_id: Uuid,
    ) -> Result<CitizenContext, Error> {
        let token = token.ok_or(Error::Unauthenticated(Unauthenticated::TokenMissing))?;
        let citizen = self
            .read_citizen_token(token, &system, self.real_time())
            .filter(|_| self.serves_citizens(&system))
            .ok_or(Error::Unauthenticated(Unauthenticated::TokenInvalid))?;
        let actor = Actor {
            id: self.user_of(&citizen.person),
            name: citizen.name.clone(),
            unit: system.organisation.clone(),
            role: Code::parse(CITIZEN).map_err(|_| Error::Internal("a role has no code"))?,
            authentication: Authentication::OtherStrong,
            card_shown: false,
        };
        let call = CallContext { request_id, at: self.now(), system: system.into(), actor };
        Ok(CitizenContext { call, citizen })
    }

    /// The name under which a citizen stands in logs: a keyed hash of the identity code.
    pub(crate) fn user_of(&self, person: &PersonalIdentityCode) -> String {
        format!("{CITIZEN}:{}", self.person_name(person))
    }

    /// The keyed hash of an identity code, as text.
    pub(crate) fn person_name(&self, person: &PersonalIdentityCode) -> String {
        self.vault.lookup(IdentifierKind::PersonalIdentityCode, person.expose()).name()
    }
}
