//! The identification of PDF/A in the XMP metadata (ISO 19005-1, 6.7.11; -2 and -3, 6.6.4).

use roxmltree::{Document, ParsingOptions};

use super::{Conformance, Part};

const PDFAID: &str = "http://www.aiim.org/pdfa/ns/id/";
/// The most nodes of the metadata.
const MAX_NODES: u32 = 50_000;
/// The most declarations of namespaces: an element that declares one copies those it inherits.
const MAX_DECLARATIONS: usize = 500;
/// The most signs of equality in one piece of markup: attributes are compared with one another.
const MAX_EQUALS: usize = 500;

/// Why no identification was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The metadata are not UTF-8, not well-formed, or beyond the limits.
    Unreadable,
    /// There is no part or no conformance, or there are two that differ.
    Missing,
    /// The part is not 1, 2 or 3, or the conformance is not one of that part.
    Unknown,
}

/// Reads part and conformance, be they attributes or elements.
pub(super) fn identification(bytes: &[u8]) -> Result<(Part, Conformance), Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::Unreadable)?;
    let text = text.trim_matches(['\0', ' ', '\t', '\r', '\n', '\u{feff}']);
    let bounded = text.matches("xmlns").count() <= MAX_DECLARATIONS
        && text.split('<').all(|piece| piece.matches('=').count() <= MAX_EQUALS);
    if !bounded {
        return Err(Failure::Unreadable);
    }
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, entity_resolver: None };
    let document = Document::parse_with_options(text, options).map_err(|_| Failure::Unreadable)?;
    let part = only_value(&document, "part").ok_or(Failure::Missing)?;
    let conformance = only_value(&document, "conformance").ok_or(Failure::Missing)?;
    let part = match part {
        "1" => Part::One,
        "2" => Part::Two,
        "3" => Part::Three,
        _ => return Err(Failure::Unknown),
    };
    let conformance = match conformance {
        "A" => Conformance::A,
        "B" => Conformance::B,
        "U" if part != Part::One => Conformance::U,
        _ => return Err(Failure::Unknown),
    };
    Ok((part, conformance))
}

/// The value of a property of the identification, where all that is said of it is the same.
fn only_value<'a>(document: &'a Document<'_>, name: &str) -> Option<&'a str> {
    let mut values = document.descendants().filter(roxmltree::Node::is_element).flat_map(|node| {
        let attribute = node.attribute((PDFAID, name));
        let element = node.has_tag_name((PDFAID, name)).then(|| node.text().unwrap_or_default());
        [attribute, element].into_iter().flatten().map(str::trim)
    });
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(rest: &str) -> String {
        format!(
            "<?xpacket begin='\u{feff}' id='x'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF \
             xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description r:about='' \
             xmlns:i='{PDFAID}' {rest}</r:RDF></x:xmpmeta><?xpacket end='w'?>"
        )
    }

    fn read(text: &str) -> Result<(Part, Conformance), Failure> {
        identification(text.as_bytes())
    }

    #[test]
    fn attributes_and_elements_say_the_same() {
        let attribute = attributes("i:part='2' i:conformance='B'/>");
        let element =
            attributes("><i:part> 2 </i:part><i:conformance>B</i:conformance></r:Description>");
        assert_eq!(read(&attribute), Ok((Part::Two, Conformance::B)));
        assert_eq!(read(&element), Ok((Part::Two, Conformance::B)));
    }

    #[test]
    fn a_part_that_is_missing_unknown_or_contradicted_is_refused() {
        for (rest, failure) in [
            ("/>", Failure::Missing),
            ("i:part='2'/>", Failure::Missing),
            ("part='2' conformance='B'/>", Failure::Missing),
            ("i:part='2' i:conformance='B'><i:part>1</i:part></r:Description>", Failure::Missing),
            ("i:part='4' i:conformance='B'/>", Failure::Unknown),
            ("i:part='1' i:conformance='U'/>", Failure::Unknown),
            ("i:part='2' i:conformance='b'/>", Failure::Unknown),
            ("i:part='2' i:conformance='B'>", Failure::Unreadable),
        ] {
            assert_eq!(read(&attributes(rest)), Err(failure), "{rest}");
        }
        assert_eq!(read("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), Err(Failure::Unreadable));
        assert_eq!(identification(&[0xff]), Err(Failure::Unreadable));
    }

    #[test]
    fn metadata_that_would_cost_much_to_read_are_refused() {
        let names = (0..60_000).map(|i| format!(" a{i}=''")).collect::<Vec<_>>().concat();
        assert_eq!(read(&format!("<x{names}/>")), Err(Failure::Unreadable));
        let nested =
            (0..20_000).map(|i| format!("<x xmlns:a{i}='{i}'>")).collect::<Vec<_>>().concat();
        assert_eq!(read(&nested), Err(Failure::Unreadable));
    }
}
