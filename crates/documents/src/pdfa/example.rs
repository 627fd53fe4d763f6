//! A small valid PDF/A, for samples and tests: one empty page of A4.

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};

use super::Part;

/// A PDF/A of this part at conformance B, with this title in its metadata. The same arguments give
/// the same bytes.
pub fn minimal(part: Part, title: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a vector cannot fail; were it to, the empty file would be no PDF/A.
    if document(part, title).save_to(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

/// The same as objects, to be changed before it is saved.
pub(super) fn document(part: Part, title: &str) -> Document {
    let mut document = Document::with_version(if part == Part::One { "1.4" } else { "1.7" });
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let profile = document
        .add_object(Stream::new(dictionary! { "N" => 1 }, gray_profile()).with_compression(false));
    let metadata = document.add_object(
        Stream::new(
            dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
            xmp(part, title).into_bytes(),
        )
        .with_compression(false),
    );
    let pages = document.new_object_id();
    let contents = document.add_object(Stream::new(Dictionary::new(), b"q Q".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => pages,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => Dictionary::new(),
        "Contents" => contents,
    });
    document.set_object(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 },
    );
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("gray"),
        "DestOutputProfile" => profile,
    };
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => pages,
        "Metadata" => metadata,
        "OutputIntents" => vec![intent.into()],
    });
    let identifier = Object::String(identifier(part, title), StringFormat::Hexadecimal);
    document.trailer.set("Root", catalog);
    document.trailer.set("ID", vec![identifier.clone(), identifier]);
    document
}

/// Sixteen bytes that differ between files of different content (FNV-1a, twice).
fn identifier(part: Part, title: &str) -> Vec<u8> {
    let hash = |seed: u64| {
        title
            .bytes()
            .chain([part.number()])
            .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    [hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4)]
        .into_iter()
        .flat_map(u64::to_be_bytes)
        .collect()
}

fn xmp(part: Part, title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let title: String = title.chars().filter(|c| !c.is_control()).collect();
    let part = part.number();
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" pdfaid:part=\"{part}\" \
         pdfaid:conformance=\"B\">\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"
    )
}

/// An ICC profile (ISO 15076-1) of gray with gamma 1: the least that a monochrome output profile
/// has.
fn gray_profile() -> Vec<u8> {
    const D50: [u32; 3] = [0xf6d6, 0x0001_0000, 0xd32d];
    let description = {
        let mut tag = b"desc\0\0\0\0".to_vec();
        tag.extend(5_u32.to_be_bytes());
        tag.extend(b"gray\0");
        tag.resize(12 + 5 + 4 + 4 + 2 + 1 + 67 + 3, 0);
        tag
    };
    let xyz: Vec<u8> =
        b"XYZ \0\0\0\0".iter().copied().chain(D50.into_iter().flat_map(u32::to_be_bytes)).collect();
    let tags: [(&[u8; 4], Vec<u8>); 4] = [
        (b"desc", description),
        (b"cprt", b"text\0\0\0\0CC0\0".to_vec()),
        (b"wtpt", xyz),
        (b"kTRC", b"curv\0\0\0\0\0\0\0\0".to_vec()),
    ];
    let mut table = u32::to_be_bytes(4).to_vec();
    let mut data = Vec::new();
    let mut offset = 128 + 4 + 4 * 12;
    for (name, tag) in tags {
        let length = u32::try_from(tag.len()).unwrap_or_default();
        table.extend(name);
        table.extend(u32::to_be_bytes(offset));
        table.extend(length.to_be_bytes());
        data.extend(tag);
        data.resize(data.len().next_multiple_of(4), 0);
        offset += length.next_multiple_of(4);
    }
    let mut profile = offset.to_be_bytes().to_vec();
    profile.extend([0; 4]);
    profile.extend([2, 0x10, 0, 0]);
    profile.extend(b"prtrGRAYXYZ ");
    profile.extend([0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    profile.extend(b"acsp");
    profile.resize(68, 0);
    profile.extend(D50.into_iter().flat_map(u32::to_be_bytes));
    profile.resize(128, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}
