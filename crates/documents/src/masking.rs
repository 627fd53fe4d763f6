//! Withholding where a person under turvakielto lives: access rule R7 (CASE-07, facts 11.5).
//!
//! Contact data are found by the member names of the national structures, all 202 of which the
//! tests go through. What stands where nobody foresaw it counts as a private person's.
//!
//! | member | of whom | here |
//! |---|---|---|
//! | `kotikunta`, `tilapainen_asuinkunta`, any code of the set of municipalities (1.2.246.537.6.21; the one of birth too) | anybody | taken out |
//! | `yhteystiedot` below `asiakas` | the client | `puhelinnumero` and `yhteysosoite` stay, and `pankkiyhteys`, which tells no place; home, temporary, postal and e-mail addresses and all else are taken out |
//! | `yhteystiedot` | a related or other private person | taken out whole |
//! | `yhteystiedot` | an authority, organisation or professional: the holder is one by its name ([`OFFICIAL`]), or tells `palveluyksikko`, `palveluyksikon_nimi` or `organisaation_nimi` | stays |
//! | `yhteystiedot` below `laatija`, `vastaanottaja` | an author, who of an application can be the applicant or a relative; an addressee | stays also where `organisaatio` or `tehtavanimike` is told |
//! | `sijoituspaikan_yhteystiedot`, `sijaishuoltopaikan_yhteystiedot`, any other `…_yhteystiedot` | the place where a child has been placed: the client's home | taken out whole |
//! | `paivahoitopaikan_`, `esiopetuspaikan_`, `oppilaitoksen_`, `avustajan_`, `vastaanottajan_yhteystiedot` | day care, preschool, school, assistant, payee | stays |
//! | `osoite`, `tilapainen_osoite`, `yhteysosoite`, `kayntiosoite`, `postiosoite`, `lahiosoite`, `postinumero`, `postitoimipaikka`, `sahkopostiosoite` anywhere else | unknown | taken out |
//!
//! Free text cannot be masked: an address that somebody wrote into a description stays, as does the
//! name of a place. A member may be mandatory and yet be withheld, so that masked data need not
//! agree with the structure; [`Structure::render`](crate::Structure::render) shows what is there.

use serde_json::Value;
use varanto_model::Pointer;

const MUNICIPALITIES: &str = "urn:oid:1.2.246.537.6.21";

const OF_RESIDENCE: [&str; 2] = ["kotikunta", "tilapainen_asuinkunta"];

const ADDRESSES: [&str; 9] = [
    "kayntiosoite",
    "lahiosoite",
    "osoite",
    "postinumero",
    "postiosoite",
    "postitoimipaikka",
    "sahkopostiosoite",
    "tilapainen_osoite",
    "yhteysosoite",
];

/// What of a client's contact data stays.
const OF_CLIENT: [&str; 3] = ["pankkiyhteys", "puhelinnumero", "yhteysosoite"];

/// Members by which a holder of contact data is known as somebody in office.
const OFFICES: [&str; 3] = ["organisaation_nimi", "palveluyksikko", "palveluyksikon_nimi"];

/// Holders that are in private or at work, and members by which the latter are known.
const EITHER: [&str; 2] = ["laatija", "vastaanottaja"];
const AT_WORK: [&str; 2] = ["organisaatio", "tehtavanimike"];

/// Contact data that are an organisation's or professional's by their own name.
const OFFICIAL_CONTACT: [&str; 5] = [
    "avustajan_yhteystiedot",
    "esiopetuspaikan_yhteystiedot",
    "oppilaitoksen_yhteystiedot",
    "paivahoitopaikan_yhteystiedot",
    "vastaanottajan_yhteystiedot",
];

/// Holders of contact data that are authorities, organisations or professionals.
pub const OFFICIAL: &[&str] = &[
    "ammattihenkilo",
    "asiakirjapyynnon_vastaanottaja",
    "hyvaksymisen_vastaanottanut_lastenvalvoja",
    "kustannuksista_vastaava_hyvinvointialue",
    "kuulemisen_vastaanottanut_lastenvalvoja",
    "lahiohjaaja",
    "lapsen_asioista_vastaava_sosiaalityontekija",
    "lastenvalvoja",
    "lastenvalvoja_joka_on_vanhemmuuslain_kahdeksan_n_nojalla_vanhemmuuden_selvittamisen_toimeenpanija",
    "lausuntoa_pyytava_lastenvalvoja",
    "lausuntopyynnon_vastaanottaja",
    "lisatietojen_antaja",
    "luoton_myontaja",
    "maksusitoumuksen_antaja",
    "muutoksenhakukirjelman_vastaanottaja",
    "neuvottelun_toimittanut_lastenvalvoja",
    "omatyontekija",
    "organisaatio",
    "paatoksen_tehnyt_lastenvalvoja",
    "paatoksentekija",
    "paikka_jossa_toiminta_toteutetaan",
    "palveluista_vastaava_tyontekija",
    "palvelun_vastuuhenkilo",
    "palvelunjarjestaja",
    "palvelunjarjestajan_palveluyksikko",
    "palveluntoteuttaja",
    "palveluntuottaja",
    "perhetyon_vastuuhenkilo",
    "suostumuksen_vastaanottaja",
    "tehostetun_perhetyon_vastuuhenkilo",
    "tilauksen_tehnyt_lastenvalvoja",
    "tukisuhdetoiminnan_vastuuhenkilo",
    "tunnustamisen_vastaanottanut_lastenvalvoja",
    "vastausosoite",
    "vastuutyontekija",
    "viranomainen",
    "yhteenvedon_tehnyt_lastenvalvoja",
    "yhteyshenkilo",
];

/// Content without the contact data that turvakielto withholds.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    /// What is left: unchanged but for what was taken out.
    pub data: Value,
    /// What was taken out, as places in the content as it was, in its order.
    pub withheld: Vec<Pointer>,
}

/// Takes out of the JSON content of a document where its clients and other private persons live.
pub fn mask(content: &Value) -> Masked {
    let mut mask = Mask { withheld: Vec::new() };
    let mut data = content.clone();
    mask.look(&mut data, "", &Pointer::root());
    Masked { data, withheld: mask.withheld }
}

struct Mask {
    withheld: Vec<Pointer>,
}

/// Whose data an object holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Client,
    Official,
    /// A private person, or what is no person at all.
    Other,
}

impl Holder {
    fn of(name: &str, tells: impl Fn(&str) -> bool) -> Self {
        let is_at_work = || EITHER.contains(&name) && AT_WORK.iter().any(|member| tells(member));
        if name == "asiakas" {
            Self::Client
        } else if OFFICIAL.contains(&name)
            || OFFICES.iter().any(|member| tells(member))
            || is_at_work()
        {
            Self::Official
        } else {
            Self::Other
        }
    }
}

impl Mask {
    /// Takes out what is withheld of `value`, which is the member `name` or one of its elements.
    fn look(&mut self, value: &mut Value, name: &str, at: &Pointer) {
        match value {
            Value::Array(elements) => {
                let mut index = 0;
                elements.retain_mut(|element| {
                    let place = at.index(index);
                    index += 1;
                    self.stays(element, name, &place)
                });
            }
            Value::Object(members) => {
                let holder = Holder::of(name, |member| members.contains_key(member));
                members.retain(|name, value| self.member(value, name, holder, at));
            }
            _ => {}
        }
    }

    /// Does this stay, without what is withheld within?
    fn stays(&mut self, value: &mut Value, name: &str, at: &Pointer) -> bool {
        if is_municipality(value) {
            self.withheld.push(at.clone());
            return false;
        }
        self.look(value, name, at);
        true
    }

    /// Does the member `name` of a holder that stands at `at` stay?
    fn member(&mut self, value: &mut Value, name: &str, holder: Holder, at: &Pointer) -> bool {
        // A switch tells whether there is something, not what.
        let is_contact = name.ends_with("yhteystiedot") && !value.is_boolean();
        let is_official = holder == Holder::Official || OFFICIAL_CONTACT.contains(&name);
        let is_private = (is_contact || ADDRESSES.contains(&name)) && !is_official;
        if is_contact && holder == Holder::Client && name == "yhteystiedot" {
            return self.of_client(value, &at.member(name));
        }
        if is_private || OF_RESIDENCE.contains(&name) {
            self.withheld.push(at.member(name));
            return false;
        }
        let is_plain = !value.is_object() && !value.is_array();
        is_plain || is_contact || self.stays(value, name, &at.member(name))
    }

    /// Do a client's contact data stay, without what is withheld of them?
    fn of_client(&mut self, value: &mut Value, at: &Pointer) -> bool {
        let stays = |name: &str| OF_CLIENT.contains(&name);
        match value {
            Value::Object(members) if members.keys().any(|name| stays(name)) => {
                members.retain(|name, _| {
                    if !stays(name) {
                        self.withheld.push(at.member(name));
                    }
                    stays(name)
                });
                true
            }
            _ => {
                self.withheld.push(at.clone());
                false
            }
        }
    }
}

/// Is it a code of the set of municipalities, in any version?
fn is_municipality(value: &Value) -> bool {
    let system = value.get("system").and_then(Value::as_str);
    let version = system.and_then(|system| system.strip_prefix(MUNICIPALITIES));
    version.is_some_and(|version| version.is_empty() || version.starts_with('.'))
}

#[cfg(test)]
mod tests;
