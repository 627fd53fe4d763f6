//! A document with everything that is signed: canonical metadata, its forms, the manifest over both.

use serde_json::Value;
use varanto_model::envelope::manifest;
use varanto_model::json::canonical;
use varanto_model::{ContentItem, Digest, Language, MediaType, digest};

use crate::control::{self, Said, control_of};
use crate::country::{Client, Country, Document, Kind};
use crate::dice::Dice;
use crate::metadata::{self, Described};
use crate::template::Values;

/// How much larger or smaller than the mean a document is, in hundredths; their mean is a hundred.
const SIZES: [usize; 10] = [25, 35, 45, 55, 65, 75, 90, 110, 140, 360];
/// The size of an old document, in bytes.
const OLD: usize = 300;

/// A document, made.
pub(crate) struct Made<'a> {
    pub(crate) described: Described<'a>,
    pub(crate) metadata: Vec<u8>,
    pub(crate) content: Vec<ContentItem>,
    pub(crate) manifest: Vec<u8>,
    pub(crate) digest: Digest,
    /// What follows from it, where anything does.
    pub(crate) said: Option<Said>,
    /// Is it stored whole?
    pub(crate) is_whole: bool,
}

/// Makes a document of a client.
pub(crate) fn make<'a>(country: &'a Country, client: &Client, document: &Document) -> Made<'a> {
    let described = Described::of(country, document);
    let metadata = metadata::write(country, document, &described);
    let is_whole = country.is_whole(document.number);
    let (content, said) = if is_whole || control_of(document.kind).is_some() {
        content(country, client, document, &described)
    } else {
        (Vec::new(), None)
    };
    let manifest = manifest(&metadata, &content);
    let digest = digest::sha256(&manifest);
    Made { described, metadata, content, manifest, digest, said, is_whole }
}

fn content(
    country: &Country,
    client: &Client,
    document: &Document,
    described: &Described<'_>,
) -> (Vec<ContentItem>, Option<Said>) {
    let both = |data, display| {
        vec![ContentItem::new(MediaType::Json, data), ContentItem::new(MediaType::Xhtml, display)]
    };
    let mut dice = country.dice(0xD7, document.number);
    match document.kind {
        Kind::Ordinary { .. } => {
            let (data, display) = ordinary(country, document, &mut dice);
            (both(data, display), None)
        }
        Kind::Old => {
            let text = country.sentences().text(&mut dice, OLD);
            (vec![ContentItem::new(MediaType::Xhtml, old(&text))], None)
        }
        kind => {
            let data: Value = control::content(country, client, document);
            let display =
                described.structure.map(|structure| structure.render(&data, Language::Fi));
            let said = Said::read(country, kind, &data);
            (both(canonical(&data), display.unwrap_or_default().into_bytes()), said)
        }
    }
}

/// The structured form and the display form of an ordinary document.
pub(crate) fn ordinary(
    country: &Country,
    document: &Document,
    dice: &mut Dice,
) -> (Vec<u8>, Vec<u8>) {
    let Kind::Ordinary { shape } = document.kind else { return Default::default() };
    let template = country.shape(shape).and_then(|shape| dice.pick(&shape.templates));
    let (Some(template), Some(client)) = (template, document.clients.first()) else {
        return Default::default();
    };
    let wanted = country.size().bytes * dice.pick(&SIZES).copied().unwrap_or(100) / 100;
    let each = wanted.saturating_sub(template.fixed()) / template.texts().max(1);
    let texts: Vec<String> =
        (0..template.texts()).map(|_| country.sentences().text(dice, each)).collect();
    let staff = country.staff(document.author);
    let values = Values {
        client_family_name: client.family_name(),
        client_given_names: client.given_names(),
        client_code: client.code(),
        author_family_name: staff.family_name,
        author_given_names: staff.given_names,
        unit: staff.unit.as_str(),
        unit_name: "Palveluyksikkö",
    };
    template.fill(&values, &texts)
}

/// The display form of a document that has no structured one.
fn old(text: &str) -> Vec<u8> {
    let head = "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fi\" xml:lang=\"fi\">\n<head>\n\
                <meta charset=\"utf-8\"/>\n<title>Vanha asiakirja</title>\n</head>\n<body>\n\
                <h1>Vanha asiakirja</h1>\n";
    format!("{head}<p>{text}</p>\n</body>\n</html>\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use varanto_documents::display_form;
    use varanto_model::Pointer;

    use super::*;
    use crate::country::Size;
    use crate::shapes::Shapes;

    #[test]
    fn client_documents_are_as_large_as_asked_in_the_mean() {
        let size = Size { documents: 4000, bytes: 5000 };
        let country = Country::new(6, size, Shapes::builtin());
        let sizes: Vec<usize> = (0..size.documents)
            .map(|number| country.document(number))
            .filter(|document| matches!(document.kind, Kind::Ordinary { .. }))
            .map(|document| {
                let mut dice = country.dice(0xD7, document.number);
                ordinary(&country, &document, &mut dice).0.len()
            })
            .collect();
        let mean = sizes.iter().sum::<usize>() / sizes.len();
        assert!((4500..5800).contains(&mean), "{mean}");
    }

    #[test]
    fn old_documents_have_a_display_form_that_is_taken() {
        assert!(display_form::check(&old("Vanha teksti."), &Pointer::root()).is_ok());
    }
}
