//! A small valid PDF/A, for samples and tests: one empty page of A4.

use super::Part;

/// A PDF/A of this part at conformance B, with this title in its metadata. The same arguments give
/// the same bytes.
pub fn minimal(part: Part, title: &str) -> Vec<u8> {
    let version = if part == Part::One { "1.4" } else { "1.7" };
    let objects = [
        plain(
            "<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/OutputIntents[<</Type/OutputIntent\
             /S/GTS_PDFA1/OutputConditionIdentifier(gray)/DestOutputProfile 6 0 R>>]>>",
        ),
        plain("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        plain("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>"),
        stream("", b"q Q"),
        stream("/Type/Metadata/Subtype/XML", xmp(part, title).as_bytes()),
        stream("/N 1", &gray_profile()),
    ];
    // Four bytes over 127 tell programs that copy files that this one is binary.
    let mut file = format!("%PDF-{version}\n%").into_bytes();
    file.extend([0xe2, 0xe3, 0xcf, 0xd3, b'\n']);
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format_offset(file.len()));
        file.extend(format!("{number} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let size = objects.len() + 1;
    let id = identifier(part, title);
    file.extend(table.as_bytes());
    file.extend(
        format!(
            "trailer\n<</Size {size}/Root 1 0 R/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    file
}

fn plain(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

fn format_offset(offset: usize) -> String {
    format!("{offset:010} 00000 n \n")
}

/// Sixteen bytes in hexadecimal that differ between files of different content (FNV-1a, twice).
fn identifier(part: Part, title: &str) -> String {
    let hash = |seed: u64| {
        title
            .bytes()
            .chain([part.number()])
            .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4))
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
