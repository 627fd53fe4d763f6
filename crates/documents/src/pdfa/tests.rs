//! A valid file, and the same file with one thing wrong.

use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, Stream, dictionary};
use proptest::prelude::*;

use super::*;

fn codes(bytes: &[u8]) -> Vec<&'static str> {
    match check(bytes, &Pointer::root().member("pdf")) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.as_slice().iter().map(|fault| fault.code).collect(),
    }
}

/// The valid file as objects, to be changed.
fn sample(part: Part, title: &str) -> Document {
    Document::load_mem(&example::minimal(part, title)).unwrap()
}

fn save(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The codes of the valid file of this part after a change.
fn changed(part: Part, change: impl FnOnce(&mut Document)) -> Vec<&'static str> {
    let mut document = sample(part, "x");
    change(&mut document);
    codes(&save(document))
}

fn catalog(document: &mut Document) -> &mut Dictionary {
    document.catalog_mut().unwrap()
}

fn page(document: &mut Document) -> &mut Dictionary {
    let id = document.get_pages()[&1];
    document.get_dictionary_mut(id).unwrap()
}

fn metadata(document: &mut Document) -> &mut Stream {
    let id = catalog(document).get(b"Metadata").unwrap().as_reference().unwrap();
    document.get_object_mut(id).unwrap().as_stream_mut().unwrap()
}

/// REQ DOC-02
#[test]
fn each_part_is_accepted_and_told() {
    for part in [Part::One, Part::Two, Part::Three] {
        let bytes = example::minimal(part, "Päätös <1> & 2");
        let pdfa = check(&bytes, &Pointer::root()).unwrap();
        assert_eq!((pdfa.part(), pdfa.conformance(), pdfa.pages()), (part, Conformance::B, 1));
        assert_eq!(bytes, example::minimal(part, "Päätös <1> & 2"));
    }
}

#[test]
fn object_streams_are_read_in_part_2_and_refused_in_part_1() {
    for (part, expected) in [(Part::Two, vec![]), (Part::One, vec!["pdfa-part-1"])] {
        let mut bytes = Vec::new();
        let options =
            SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
        sample(part, "x").save_with_options(&mut bytes, options).unwrap();
        assert!(bytes.windows(6).any(|window| window == b"ObjStm"));
        assert_eq!(codes(&bytes), expected);
    }
}

/// REQ DOC-05
#[test]
fn all_faults_are_named_at_the_pointer() {
    let mut document = sample(Part::Two, "x");
    document.trailer.remove(b"ID");
    catalog(&mut document).remove(b"OutputIntents");
    document.add_object(dictionary! { "S" => "Launch", "F" => Object::string_literal("x.exe") });
    let faults = check(&save(document), &Pointer::root().member("pdf")).unwrap_err();
    let codes: Vec<_> = faults.as_slice().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["pdfa-file-identifier-missing", "pdfa-output-intent", "pdfa-action"]);
    assert!(faults.as_slice().iter().all(|fault| fault.pointer.as_str() == "/pdf"));
}

#[test]
fn what_is_no_pdf_is_refused() {
    assert_eq!(codes(b""), ["pdf-header"]);
    assert_eq!(codes(b"%PDF-2.0\n"), ["pdf-header"]);
    assert_eq!(codes(b" %PDF-1.7\n"), ["pdf-header"]);
    assert_eq!(codes(b"%PDF-1.7\n"), ["pdf-unreadable"]);
    assert_eq!(codes(&vec![b' '; MAX_BYTES + 1]), ["pdf-too-large"]);
    let bytes = example::minimal(Part::Two, "x");
    assert_eq!(codes(&bytes[..bytes.len() - 20]), ["pdf-unreadable"]);
    let mut shifted = bytes.clone();
    shifted.splice(20..20, *b" ");
    assert_eq!(codes(&shifted), ["pdf-unreadable"]);
}

#[test]
fn an_encrypted_file_is_refused() {
    let mut document = sample(Part::Two, "x");
    let dict = document.add_object(dictionary! { "Filter" => "Standard", "V" => 1 });
    document.trailer.set("Encrypt", dict);
    assert_eq!(codes(&save(document)), ["pdf-encrypted"]);
}

#[test]
fn identification_must_be_there_and_known() {
    let set = |from: &'static str, to: &'static str| {
        changed(Part::Two, move |document| {
            let stream = metadata(document);
            let text = String::from_utf8(stream.content.clone()).unwrap();
            assert!(text.contains(from));
            stream.set_plain_content(text.replace(from, to).into_bytes());
        })
    };
    assert_eq!(set("pdfaid:part=\"2\"", ""), ["pdfa-identification-missing"]);
    assert_eq!(set("part=\"2\"", "part=\"4\""), ["pdfa-identification-unknown"]);
    assert_eq!(set("</rdf:RDF>", ""), ["pdfa-metadata"]);
    assert_eq!(
        changed(Part::Two, |document| {
            catalog(document).remove(b"Metadata");
        }),
        ["pdfa-identification-missing"]
    );
    assert_eq!(set("conformance=\"B\"", "conformance=\"A\""), ["pdfa-not-tagged"]);
}

#[test]
fn metadata_may_be_compressed_but_not_a_bomb() {
    let compress = |document: &mut Document| {
        let stream = metadata(document);
        stream.allows_compression = true;
        stream.compress().unwrap();
        assert!(stream.dict.has(b"Filter"));
    };
    assert_eq!(changed(Part::Two, compress), [""; 0]);
    assert_eq!(changed(Part::One, compress), ["pdfa-part-1"]);
    let bomb = |document: &mut Document| {
        let stream = metadata(document);
        stream.set_plain_content(vec![b' '; 64 * 1024 * 1024]);
        stream.compress().unwrap();
    };
    assert_eq!(changed(Part::Two, bomb), ["pdfa-metadata"]);
}

#[test]
fn an_output_intent_has_an_icc_profile() {
    let profile = |change: fn(&mut Stream)| {
        changed(Part::Two, move |document| {
            let id = *document
                .objects
                .iter()
                .find(|(_, object)| object.as_stream().is_ok_and(|s| s.dict.has(b"N")))
                .unwrap()
                .0;
            change(document.get_object_mut(id).unwrap().as_stream_mut().unwrap());
        })
    };
    assert_eq!(profile(|_| ()), [""; 0]);
    assert_eq!(profile(|s| s.dict.set("N", 2)), ["pdfa-output-intent"]);
    assert_eq!(profile(|s| s.set_content(vec![0; 200])), ["pdfa-output-intent"]);
    assert_eq!(profile(|s| s.set_content(Vec::new())), ["pdfa-output-intent"]);
}

/// Adds a font to the resources of the page.
fn add_font(document: &mut Document, font: Dictionary) {
    let font = document.add_object(font);
    page(document).set("Resources", dictionary! { "Font" => dictionary! { "F1" => font } });
}

fn descriptor(document: &mut Document, file: &str) -> ObjectId {
    let program = document.add_object(Stream::new(Dictionary::new(), b"program".to_vec()));
    document.add_object(dictionary! { "Type" => "FontDescriptor", file => program })
}

#[test]
fn fonts_are_embedded() {
    for subtype in ["Type1", "TrueType", "MMType1"] {
        assert_eq!(
            changed(Part::Two, |document| {
                let font = dictionary! {
                    "Type" => "Font", "Subtype" => subtype, "BaseFont" => "Helvetica",
                };
                add_font(document, font);
            }),
            ["pdfa-font-not-embedded"]
        );
        assert_eq!(
            changed(Part::Two, |document| {
                let descriptor = descriptor(document, "FontFile3");
                let font = dictionary! {
                    "Type" => "Font", "Subtype" => subtype, "FontDescriptor" => descriptor,
                };
                add_font(document, font);
            }),
            [""; 0]
        );
    }
    let type3 = dictionary! { "Type" => "Font", "Subtype" => "Type3" };
    assert_eq!(changed(Part::Two, |document| add_font(document, type3)), [""; 0]);
    let untyped = dictionary! { "BaseFont" => "Helvetica" };
    assert_eq!(
        changed(Part::Two, |document| add_font(document, untyped)),
        ["pdfa-font-not-embedded"]
    );
}

#[test]
fn the_font_below_a_composite_font_is_embedded() {
    let composite = |embedded: bool| {
        changed(Part::Two, move |document| {
            let file = if embedded { "FontFile2" } else { "Other" };
            let descriptor = descriptor(document, file);
            let descendant = document.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "CIDFontType2", "FontDescriptor" => descriptor,
            });
            let font = dictionary! {
                "Type" => "Font", "Subtype" => "Type0",
                "DescendantFonts" => vec![descendant.into()],
            };
            add_font(document, font);
        })
    };
    assert_eq!(composite(true), [""; 0]);
    assert_eq!(composite(false), ["pdfa-font-not-embedded"]);
    let alone = dictionary! { "Type" => "Font", "Subtype" => "Type0" };
    assert_eq!(
        changed(Part::Two, |document| add_font(document, alone)),
        ["pdfa-font-not-embedded"]
    );
}

#[test]
fn actions_beyond_going_somewhere_are_refused() {
    for action in [
        "JavaScript",
        "Launch",
        "Sound",
        "Movie",
        "Rendition",
        "ImportData",
        "SubmitForm",
        "ResetForm",
        "Hide",
        "SetOCGState",
        "Trans",
        "GoTo3DView",
        "GoToE",
        "Named",
    ] {
        let open = dictionary! { "Type" => "Action", "S" => action };
        assert_eq!(
            changed(Part::Two, |document| catalog(document).set("OpenAction", open)),
            ["pdfa-action"],
            "{action}"
        );
    }
    for (action, key, value) in
        [("GoTo", "D", "x"), ("URI", "URI", "x"), ("Named", "N", "NextPage")]
    {
        let open = dictionary! { "S" => action, key => value };
        assert_eq!(
            changed(Part::Two, |document| catalog(document).set("OpenAction", open)),
            [""; 0]
        );
    }
    assert_eq!(
        changed(Part::Two, |document| page(document).set("AA", Dictionary::new())),
        ["pdfa-action"]
    );
    let names = dictionary! { "JavaScript" => Dictionary::new() };
    assert_eq!(
        changed(Part::Two, |document| catalog(document).set("Names", names)),
        ["pdfa-action"]
    );
    let deep = vec![vec![dictionary! { "JS" => "x" }.into()].into()];
    assert_eq!(changed(Part::Two, |document| page(document).set("X", deep)), ["pdfa-action"]);
}

#[test]
fn forms_media_and_outside_data_are_refused() {
    let add = |dict: Dictionary| {
        changed(Part::Two, |document| {
            document.add_object(dict);
        })
    };
    assert_eq!(add(dictionary! { "XFA" => "x" }), ["pdfa-form"]);
    for subtype in ["Movie", "Sound", "Screen", "3D", "RichMedia"] {
        let annotation = dictionary! { "Subtype" => subtype, "Rect" => Vec::<Object>::new() };
        assert_eq!(add(annotation), ["pdfa-annotation"], "{subtype}");
    }
    assert_eq!(add(dictionary! { "Subtype" => "Form", "Ref" => "x" }), ["pdfa-external-data"]);
    assert_eq!(add(dictionary! { "Subtype" => "PS" }), ["pdfa-external-data"]);
    for key in ["F", "FFilter", "FDecodeParms"] {
        let stream = Stream::new(dictionary! { key => "x" }, Vec::new());
        assert_eq!(
            changed(Part::Two, |document| {
                document.add_object(stream);
            }),
            ["pdfa-external-data"]
        );
    }
}

#[test]
fn filters_off_the_list_are_refused() {
    for filter in ["LZWDecode", "Crypt", "BrotliDecode"] {
        let stream = Stream::new(
            dictionary! { "Filter" => vec!["ASCIIHexDecode".into(), filter.into()] },
            b">".to_vec(),
        );
        assert_eq!(
            changed(Part::Two, |document| {
                document.add_object(stream);
            }),
            ["pdfa-filter"],
            "{filter}"
        );
    }
}

#[test]
fn files_within_are_only_in_part_3_and_with_their_relationship() {
    let embed = |part: Part, relationship: bool| {
        changed(part, move |document| {
            let mut dict = dictionary! { "Type" => "Filespec", "EF" => Dictionary::new() };
            if relationship {
                dict.set("AFRelationship", "Source");
            }
            document.add_object(dict);
        })
    };
    assert_eq!(embed(Part::One, true), ["pdfa-embedded-file"]);
    assert_eq!(embed(Part::Two, true), ["pdfa-embedded-file"]);
    assert_eq!(embed(Part::Three, false), ["pdfa-embedded-file"]);
    assert_eq!(embed(Part::Three, true), [""; 0]);
}

#[test]
fn transparency_is_not_in_part_1() {
    let group = |part: Part| {
        changed(part, |document| {
            page(document).set("Group", dictionary! { "S" => "Transparency" });
        })
    };
    assert_eq!(group(Part::One), ["pdfa-part-1"]);
    assert_eq!(group(Part::Two), [""; 0]);
}

#[test]
fn circles_end() {
    assert_eq!(
        changed(Part::Two, |document| {
            let pages = catalog(document).get(b"Pages").unwrap().as_reference().unwrap();
            let kids = vec![pages.into(), pages.into()];
            document.get_dictionary_mut(pages).unwrap().set("Kids", kids);
        }),
        ["pdf-no-pages"]
    );
    let bytes = example::minimal(Part::Two, "x");
    let start = bytes.windows(5).rposition(|window| window == b"xref\n").unwrap();
    let start = bytes[..start].windows(4).rposition(|window| window == b"xref").unwrap_or(start);
    let text = String::from_utf8_lossy(&bytes[start..]).replace("<<", &format!("<</Prev {start}"));
    let mut circle = bytes[..start].to_vec();
    circle.extend(text.as_bytes());
    assert_eq!(codes(&circle), ["pdf-unreadable"]);
}

/// A file whose catalog is in an object stream of this content, with a cross-reference stream.
fn with_object_stream(count: usize, header: &str, body: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let first = bytes.len();
    let content = format!("{header}{body}");
    let mut stream = Stream::new(
        dictionary! {
            "Type" => "ObjStm",
            "N" => i64::try_from(count).unwrap(),
            "First" => i64::try_from(header.len()).unwrap(),
        },
        content.into_bytes(),
    );
    stream.compress().unwrap();
    let filter = if stream.dict.has(b"Filter") { "/Filter/FlateDecode" } else { "" };
    bytes.extend(
        format!(
            "1 0 obj\n<</Type/ObjStm/N {count}/First {}{filter}/Length {}>>stream\n",
            header.len(),
            stream.content.len()
        )
        .as_bytes(),
    );
    bytes.extend(&stream.content);
    bytes.extend(b"\nendstream endobj\n");
    let section = bytes.len();
    let mut rows = vec![0, 0, 0, 0, 0, 0, 0];
    rows.extend([1, 0, 0]);
    rows.extend(u16::try_from(first).unwrap().to_be_bytes());
    rows.extend([0, 0]);
    for index in 0..count {
        rows.extend([2, 0, 0, 0, 1]);
        rows.extend(u16::try_from(index).unwrap().to_be_bytes());
    }
    bytes.extend(
        format!(
            "{} 0 obj\n<</Type/XRef/W[1 4 2]/Size {}/Root 2 0 R/Length {}>>stream\n",
            count + 2,
            count + 2,
            rows.len()
        )
        .as_bytes(),
    );
    bytes.extend(rows);
    bytes.extend(format!("\nendstream endobj\nstartxref\n{section}\n%%EOF").as_bytes());
    bytes
}

#[test]
fn objects_of_an_object_stream_do_not_overlap() {
    let readable = codes(&with_object_stream(2, "2 0 3 18 ", "<</Type/Catalog>> [1]"));
    assert!(readable.contains(&"pdf-no-pages"), "{readable:?}");
    for header in ["2 0 3 0 ", "2 18 3 0 ", "2 0 4 18 ", "2 0 3 99 ", "2 0 3 "] {
        let bytes = with_object_stream(2, header, "<</Type/Catalog>> [1]");
        assert_eq!(codes(&bytes), ["pdf-unreadable"], "{header}");
    }
    // Each of many objects would be the same large array, if each were read for itself.
    let header = (2..20_002).map(|number| format!("{number} 0 ")).collect::<Vec<_>>().concat();
    let bytes = with_object_stream(20_000, &header, &format!("[{}]", "0 ".repeat(1_000_000)));
    assert_eq!(codes(&bytes), ["pdf-unreadable"]);
}

#[test]
fn values_and_decoded_bytes_are_bounded() {
    let bytes = with_object_stream(1, "2 0 ", &format!("[{}]", "0 ".repeat(3_000_000)));
    assert_eq!(codes(&bytes), ["pdf-unreadable"]);
    let bytes = with_object_stream(1, "2 0 ", &" ".repeat(64 * 1024 * 1024));
    assert_eq!(codes(&bytes), ["pdf-unreadable"]);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = check(&bytes, &Pointer::root());
        let _ = check(&[b"%PDF-1.7\nstartxref\n0\n%%EOF", bytes.as_slice()].concat(), &Pointer::root());
    }

    #[test]
    fn a_valid_file_with_changed_bytes_never_panics(
        modern in any::<bool>(),
        changes in proptest::collection::vec(
            (any::<prop::sample::Index>(), prop::option::of(any::<u8>())), 1..8))
    {
        let mut bytes = Vec::new();
        let options =
            SaveOptions::builder().use_object_streams(modern).use_xref_streams(modern).build();
        sample(Part::Two, "x").save_with_options(&mut bytes, options).unwrap();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            match byte {
                Some(byte) => bytes[at] = byte,
                None => { bytes.remove(at); }
            }
        }
        let _ = check(&bytes, &Pointer::root());
    }
}
