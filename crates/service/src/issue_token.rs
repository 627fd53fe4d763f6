//! A token for a professional, or for a citizen whom a service for citizens has logged in, against an
//! assertion (RFC 7523).
//!
//! The assertion is signed by the professional's card, or by the organisation's system, which then
//! vouches for somebody whom it has authenticated itself. Here it is settled *who* calls; what they
//! may do is decided at each use, on the facts of that moment.

use jiff::Timestamp;
use varanto_model::reader::{self, Members, text, word};
use varanto_model::{Code, Faults, Oid, PersonName, PersonalIdentityCode, Pointer, digest};
use varanto_rules::Authentication;
use varanto_signatures::{CertificateKind, Usage, ValidatedChain, verify_compact};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::use_log::Outcome;
use varanto_store::{Conflict, Entity, Plan, StoreError, token as spent};

use crate::citizen::{CITIZEN_STRONG, Citizen};
use crate::context::{Actor, SystemIdentity};
use crate::request;
use crate::service::Service;
use crate::token::LIFETIME;
use crate::world::fresh_key;
use crate::{Error, Unauthenticated};

/// The longest time between `iat` and `exp`, in seconds.
const LONGEST: i64 = 5 * 60;
/// How far clocks may differ, in seconds.
const TOLERANCE: i64 = 60;

/// A token with its time.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token.
    pub access_token: String,
    /// Seconds for which it is good.
    pub expires_in: i64,
}

/// The claims of an assertion, read but not yet believed.
struct Claims {
    issuer: Oid,
    audience: Vec<String>,
    issued_at: i64,
    expires_at: i64,
    id: String,
    who: Claimed,
}

/// Whom an assertion is about.
enum Claimed {
    Professional {
        subject: String,
        name: PersonName,
        unit: Oid,
        role: Code,
        authentication: Authentication,
    },
    Citizen(Citizen),
}

/// Whom a token is for.
enum Bearer {
    Professional(Actor),
    Citizen(Citizen),
}

/// An assertion that holds.
struct Believed {
    bearer: Bearer,
    /// By which the assertion is known to have been used.
    id_hash: [u8; 32],
    expires_at: Timestamp,
}

impl Service {
    /// Checks an assertion, marks it as used, and gives a token.
    pub async fn issue_token(
        &self,
        system: &SystemIdentity,
        assertion: &str,
    ) -> Result<IssuedToken, Error> {
        let now = self.real_time();
        match self.believe_whole(system, assertion, now).await {
            Ok(Believed { bearer, id_hash, expires_at }) => {
                let issuer = &system.organisation;
                let plan = Plan::administrative(self.token_entry(system, now, Outcome::Permitted))
                    .with(spent::spend_assertion(issuer, id_hash, expires_at));
                match self.database.commit(plan).await {
                    Ok(()) => {}
                    Err(StoreError::Conflict(Conflict::AlreadyExists(Entity::Assertion))) => {
                        return Err(self
                            .refuse_token(
                                system,
                                now,
                                invalid("the assertion has been used before"),
                            )
                            .await);
                    }
                    Err(error) => return Err(error.into()),
                }
                let seconds = jiff::SignedDuration::from_secs(LIFETIME);
                let until = now.checked_add(seconds).unwrap_or(now);
                let access_token = match &bearer {
                    Bearer::Professional(actor) => self.write_token(system, actor, until),
                    Bearer::Citizen(citizen) => self.write_citizen_token(system, citizen, until)?,
                };
                Ok(IssuedToken { access_token, expires_in: LIFETIME })
            }
            Err(error) => Err(self.refuse_token(system, now, error).await),
        }
    }

    /// Forgets used assertions that would be refused for their age anyway.
    pub async fn forget_old_assertions(&self) -> Result<(), Error> {
        let now = self.real_time();
        let before = now.checked_sub(jiff::SignedDuration::from_secs(2 * TOLERANCE)).unwrap_or(now);
        let entry =
            AdministrativeEntry { action: "forget_old_assertions".into(), ..self.entry(now) };
        let plan = Plan::administrative(entry).with(spent::forget_expired(before));
        Ok(self.database.commit(plan).await?)
    }

    /// Notes the refusal; if it cannot be noted, that is what is told.
    async fn refuse_token(&self, system: &SystemIdentity, now: Timestamp, error: Error) -> Error {
        let outcome = Outcome::Refused(error.outcome().to_owned());
        let plan = Plan::administrative(self.token_entry(system, now, outcome));
        self.refuse(plan, error).await
    }

    fn token_entry(
        &self,
        system: &SystemIdentity,
        now: Timestamp,
        outcome: Outcome,
    ) -> AdministrativeEntry {
        AdministrativeEntry {
            action: "issue_token".into(),
            outcome,
            organisation: Some(system.organisation.clone()),
            certificate: Some(*system.certificate.as_bytes()),
            ..self.entry(now)
        }
    }

    /// An entry of upkeep, to be filled in.
    pub(crate) fn entry(&self, at: Timestamp) -> AdministrativeEntry {
        AdministrativeEntry {
            id: fresh_key(at, &*self.randomness),
            at,
            action: String::new(),
            outcome: Outcome::Permitted,
            organisation: None,
            actor: None,
            detail: None,
            request_id: None,
            certificate: None,
        }
    }

    /// The assertion, and whether whoever acts for another may.
    async fn believe_whole(
        &self,
        system: &SystemIdentity,
        assertion: &str,
        now: Timestamp,
    ) -> Result<Believed, Error> {
        let believed = self.believe(system, assertion, now)?;
        if let Bearer::Citizen(citizen) = &believed.bearer {
            self.check_representation(system, citizen).await?;
        }
        Ok(believed)
    }

    fn believe(
        &self,
        system: &SystemIdentity,
        assertion: &str,
        now: Timestamp,
    ) -> Result<Believed, Error> {
        let verified = verify_compact(assertion, &self.trust.load(), Usage::SystemOrCard, now)
            .map_err(|_| invalid("the signature or its certificate does not hold"))?;
        let claims = request::read(&verified.payload, |v, f| read_claims(v, &Pointer::root(), f))?;
        let expires_at = Self::check_times(&claims, now)?;
        if !claims.audience.iter().any(|a| self.audiences.contains(a)) {
            return Err(invalid("`aud` is not the URL of this token endpoint"));
        }
        if !self.is_same_organisation(&claims.issuer, &system.organisation) {
            return Err(invalid("`iss` is not the organisation of the client certificate"));
        }
        let card_shown = self.check_signer(system, &verified.chain, &claims.who)?;
        // Whoever issued it, the same `jti` is taken once from one organisation.
        let id_hash = *digest::sha256(claims.id.as_bytes()).as_bytes();
        let bearer = match claims.who {
            Claimed::Professional { subject, name, unit, role, authentication } => {
                let id = subject;
                Bearer::Professional(Actor { id, name, unit, role, authentication, card_shown })
            }
            Claimed::Citizen(citizen) if self.serves_citizens(system) => Bearer::Citizen(citizen),
            Claimed::Citizen(_) => {
                return Err(invalid("the organisation runs no service for citizens"));
            }
        };
        Ok(Believed { bearer, id_hash, expires_at })
    }

    fn check_times(claims: &Claims, now: Timestamp) -> Result<Timestamp, Error> {
        let now = now.as_second();
        if claims.expires_at <= claims.issued_at || claims.expires_at - claims.issued_at > LONGEST {
            return Err(invalid("`exp` is at most five minutes after `iat`"));
        }
        if claims.issued_at > now + TOLERANCE {
            return Err(invalid("`iat` is in the future"));
        }
        if claims.expires_at <= now {
            return Err(invalid("the assertion has expired"));
        }
        Timestamp::from_second(claims.expires_at).map_err(|_| invalid("`exp` is no time"))
    }

    /// `iss` may name the organisation by its operating unit or by its controller.
    fn is_same_organisation(&self, named: &Oid, organisation: &Oid) -> bool {
        let snapshot = self.snapshot();
        let found = snapshot
            .directory
            .organisations
            .get(named)
            .or_else(|| snapshot.directory.of_controller(named));
        found.is_some_and(|o| o.operating_unit == *organisation)
    }

    /// Is the signer the professional's own card, or the system that calls? Tells whether a card.
    fn check_signer(
        &self,
        system: &SystemIdentity,
        chain: &ValidatedChain,
        who: &Claimed,
    ) -> Result<bool, Error> {
        let card = match chain.kind() {
            CertificateKind::ProfessionalCard => Authentication::ProfessionalCard,
            CertificateKind::PersonnelCard => Authentication::PersonnelCard,
            CertificateKind::ActorCard => Authentication::ActorCard,
            CertificateKind::System | CertificateKind::Server | CertificateKind::Other => {
                let vouches =
                    self.organisation_of(chain.leaf()).as_ref() == Some(&system.organisation);
                let wrong =
                    invalid("the signing certificate is not of the organisation that calls");
                return if vouches { Ok(false) } else { Err(wrong) };
            }
        };
        let Claimed::Professional { subject, authentication, .. } = who else {
            return Err(invalid("a citizen is vouched for by the system of the service"));
        };
        if *authentication != card {
            return Err(invalid("`authentication` is not the kind of card that signed"));
        }
        if chain.holder().is_none_or(|holder| holder.registration_id() != subject) {
            return Err(invalid("`sub` is not the holder of the card that signed"));
        }
        Ok(true)
    }
}

const fn invalid(why: &'static str) -> Error {
    Error::Unauthenticated(Unauthenticated::AssertionInvalid(why))
}

/// Members that we do not know are left alone: other profiles of JWT have more of them.
fn read_claims(value: &serde_json::Value, at: &Pointer, faults: &mut Faults) -> Option<Claims> {
    let mut m = Members::of(value, at, faults)?;
    let issuer = m.required("iss", faults, reader::oid);
    let audience = m.required("aud", faults, audience);
    let issued_at = m.required("iat", faults, seconds);
    let expires_at = m.required("exp", faults, seconds);
    let id = m.required("jti", faults, text(256));
    let is_citizens = m.raw("authentication").and_then(|v| v.as_str()) == Some(CITIZEN_STRONG);
    let who = if is_citizens { citizen(&mut m, faults) } else { professional(&mut m, faults) };
    Some(Claims {
        issuer: issuer?,
        audience: audience?,
        issued_at: issued_at?,
        expires_at: expires_at?,
        id: id?,
        who: who?,
    })
}

fn professional(m: &mut Members<'_>, faults: &mut Faults) -> Option<Claimed> {
    let subject = m.required("sub", faults, text(64));
    let name = m.required("name", faults, name);
    let unit = m.required("unit", faults, reader::oid);
    let role = m.required("role", faults, reader::code);
    let authentication =
        m.required("authentication", faults, word(Authentication::ALL, Authentication::as_str));
    Some(Claimed::Professional {
        subject: subject?,
        name: name?,
        unit: unit?,
        role: role?,
        authentication: authentication?,
    })
}

fn citizen(m: &mut Members<'_>, faults: &mut Faults) -> Option<Claimed> {
    let person = m.required("sub", faults, identity_code);
    let name = m.required("name", faults, name);
    let acting_for = m.optional("acting_for", faults, identity_code);
    let person = person?;
    if acting_for.as_ref() == Some(&person) {
        let why = "nobody acts for themselves: this is left out then";
        faults.add(m.place("acting_for"), "not-another", why);
    }
    Some(Claimed::Citizen(Citizen { person, name: name?, acting_for }))
}

fn identity_code(
    value: &serde_json::Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<PersonalIdentityCode> {
    let code = PersonalIdentityCode::parse(&text(11)(value, at, faults)?).ok();
    if code.is_none() {
        faults.add(at.clone(), "not-an-identity-code", "a personal identity code is wanted here");
    }
    code
}

/// One URL or a list of them (RFC 7519, section 4.1.3).
fn audience(value: &serde_json::Value, at: &Pointer, faults: &mut Faults) -> Option<Vec<String>> {
    if value.is_array() {
        return Some(reader::elements(value, at, 10, faults, text(2_000)));
    }
    text(2_000)(value, at, faults).map(|url| vec![url])
}

/// Seconds since 1970 (RFC 7519, section 2); a fraction is cut off.
fn seconds(value: &serde_json::Value, at: &Pointer, faults: &mut Faults) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "within the range that is checked")]
    let seconds = value.as_f64().filter(|s| (0.0..=4e9).contains(s)).map(|s| s as i64);
    if seconds.is_none() {
        faults.add(at.clone(), "not-a-time", "seconds since 1970 are wanted here");
    }
    seconds
}

/// Family name, comma, given names.
fn name(value: &serde_json::Value, at: &Pointer, faults: &mut Faults) -> Option<PersonName> {
    let text = text(400)(value, at, faults)?;
    let (family, given) = text.split_once(',').unwrap_or((&text, ""));
    Some(PersonName { family_name: family.trim().to_owned(), given_names: given.trim().to_owned() })
}
