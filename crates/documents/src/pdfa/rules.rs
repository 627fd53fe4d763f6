//! The rules for the whole file, and the walk over all of its objects.

use std::collections::BTreeSet;

use super::file::File;
use super::metadata::{self, Failure};
use super::syntax::{Dict, Value};
use super::{Conformance, MAX_METADATA, Part, PdfA, Report, actions, fonts};

/// The most bytes of a colour profile, decoded.
const MAX_PROFILE: usize = 4 * 1024 * 1024;

/// The most filters of one stream.
const MAX_FILTERS: usize = 8;

/// Checks the file. `None`: it has no identification or no catalog; then there are faults.
pub(super) fn check(file: &File<'_>, report: &mut Report<'_>) -> Option<PdfA> {
    let identifier = file.get(&file.trailer, b"ID").and_then(Value::array);
    if !matches!(identifier, Some([Value::Text, Value::Text])) {
        report.add("pdfa-file-identifier-missing", "the trailer has no file identifier");
    }
    let catalog = file.get(&file.trailer, b"Root").and_then(Value::dict);
    let Some(catalog) = catalog.filter(|c| is_named(c, b"Type", b"Catalog")) else {
        report.add("pdf-catalog", "has no catalog");
        return None;
    };
    let identification = identification(file, catalog, report);
    let part = identification.map(|(part, _)| part);
    let pages = pages(file, catalog);
    if pages == 0 {
        report.add("pdf-no-pages", "has no pages");
    }
    if !has_output_intent(file, catalog) {
        report.add("pdfa-output-intent", "has no output intent of PDF/A with an ICC profile");
    }
    if let Some((_, Conformance::A)) = identification
        && !is_tagged(file, catalog)
    {
        report.add("pdfa-not-tagged", "says conformance A but is not tagged");
    }
    if part == Some(Part::One) && file.compressed_structure {
        report.add("pdfa-part-1", "has cross-reference streams or object streams");
    }
    let fonts = fonts::listed(file);
    for (number, object) in &file.objects {
        if let (Some(dict), Some(_)) = (object.value.dict(), &object.stream) {
            stream(file, *number, dict, report);
        }
        let mut walk = Walk { file, report, number: *number, part };
        if let Some(dict) = object.value.dict()
            && fonts.contains(number)
            && !is_named(dict, b"Type", b"Font")
        {
            walk.font(dict);
        }
        walk.value(&object.value);
    }
    let (part, conformance) = identification?;
    Some(PdfA { part, conformance, pages })
}

/// Has the dictionary this name under this key?
pub(super) fn is_named(dict: &Dict, key: &[u8], name: &[u8]) -> bool {
    dict.get(key).and_then(Value::name) == Some(name)
}

fn identification(
    file: &File<'_>,
    catalog: &Dict,
    report: &mut Report<'_>,
) -> Option<(Part, Conformance)> {
    let Some((dict, range)) = file.stream(catalog, b"Metadata") else {
        report.add("pdfa-identification-missing", "has no metadata");
        return None;
    };
    let Some(bytes) = file.decode(dict, range, MAX_METADATA) else {
        report.add(
            "pdfa-metadata",
            format!("the metadata cannot be decoded or are larger than {MAX_METADATA} bytes"),
        );
        return None;
    };
    match metadata::identification(&bytes) {
        Ok(found) => {
            if found.0 == Part::One && dict.contains_key(&b"Filter"[..]) {
                report.add("pdfa-part-1", "has compressed metadata");
            }
            Some(found)
        }
        Err(failure) => {
            let (code, what) = match failure {
                Failure::Unreadable => {
                    ("pdfa-metadata", "the metadata are not well-formed XMP in UTF-8")
                }
                Failure::Missing => {
                    ("pdfa-identification-missing", "the metadata do not identify PDF/A once")
                }
                Failure::Unknown => (
                    "pdfa-identification-unknown",
                    "the metadata name no part and conformance of PDF/A-1, -2 or -3",
                ),
            };
            report.add(code, what);
            None
        }
    }
}

/// Counts the pages of the page tree; a page that is met twice counts once.
fn pages(file: &File<'_>, catalog: &Dict) -> usize {
    let mut seen = BTreeSet::new();
    let mut todo: Vec<&Value> = catalog.get(&b"Pages"[..]).into_iter().collect();
    let mut pages = 0;
    while let Some(value) = todo.pop() {
        let Value::Reference(number, _) = value else { continue };
        if !seen.insert(number) {
            continue;
        }
        match file.resolve(value) {
            Some(Value::Dict(dict)) if is_named(dict, b"Type", b"Page") => pages += 1,
            Some(Value::Dict(dict)) => match dict.get(&b"Kids"[..]) {
                Some(Value::Array(kids)) => todo.extend(kids),
                // A list of its own, which is read once like everything else.
                Some(kids) => todo.push(kids),
                None => {}
            },
            Some(Value::Array(kids)) => todo.extend(kids),
            _ => {}
        }
    }
    pages
}

fn has_output_intent(file: &File<'_>, catalog: &Dict) -> bool {
    let Some(intents) = file.get(catalog, b"OutputIntents").and_then(Value::array) else {
        return false;
    };
    intents.iter().take(16).filter_map(|intent| file.resolve(intent)?.dict()).any(|intent| {
        is_named(intent, b"S", b"GTS_PDFA1")
            && file.stream(intent, b"DestOutputProfile").is_some_and(|(dict, range)| {
                let components = file.get(dict, b"N").and_then(Value::integer);
                // Bytes 36 to 39 of every ICC profile (ISO 15076-1, 7.2.9).
                let signature = file
                    .decode(dict, range, MAX_PROFILE)
                    .and_then(|profile| Some(profile.get(36..40)? == b"acsp"));
                matches!(components, Some(1 | 3 | 4)) && signature == Some(true)
            })
    })
}

fn is_tagged(file: &File<'_>, catalog: &Dict) -> bool {
    let marked = file
        .get(catalog, b"MarkInfo")
        .and_then(Value::dict)
        .and_then(|info| file.get(info, b"Marked"));
    marked == Some(&Value::Boolean(true))
        && file.get(catalog, b"StructTreeRoot").and_then(Value::dict).is_some()
}

/// The rules for streams: their data are in the file, under a filter that is allowed.
fn stream(file: &File<'_>, number: u32, dict: &Dict, report: &mut Report<'_>) {
    if [&b"F"[..], b"FFilter", b"FDecodeParms"].iter().any(|key| dict.contains_key(*key)) {
        report.add_in(number, "pdfa-external-data", "a stream has its data outside of the file");
    }
    let filters = match file.get(dict, b"Filter") {
        None => &[][..],
        Some(Value::Array(filters)) => filters,
        Some(filter) => std::slice::from_ref(filter),
    };
    if filters.len() > MAX_FILTERS {
        report.add_in(number, "pdfa-filter", "a stream has too many filters");
    }
    for filter in filters.iter().take(MAX_FILTERS) {
        let name = file.resolve(filter).and_then(Value::name);
        let allowed = name.is_some_and(|name| {
            let known: [&[u8]; 8] = [
                b"FlateDecode",
                b"ASCIIHexDecode",
                b"ASCII85Decode",
                b"RunLengthDecode",
                b"CCITTFaxDecode",
                b"JBIG2Decode",
                b"DCTDecode",
                b"JPXDecode",
            ];
            known.contains(&name)
        });
        if !allowed {
            report.add_in(number, "pdfa-filter", "a stream has a filter that PDF/A does not allow");
        }
    }
}

/// The walk over the values of one object. Its depth is bounded by what the parser reads; it does
/// not follow references, since every object has a walk of its own.
pub(super) struct Walk<'f, 'a, 'r, 'p> {
    pub(super) file: &'f File<'a>,
    report: &'r mut Report<'p>,
    number: u32,
    pub(super) part: Option<Part>,
}

impl Walk<'_, '_, '_, '_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(values) => {
                for value in values {
                    self.value(value);
                }
            }
            Value::Dict(dict) => {
                self.dict(dict);
                for value in dict.values() {
                    self.value(value);
                }
            }
            _ => {}
        }
    }

    fn dict(&mut self, dict: &Dict) {
        actions::check(self, dict);
        if is_named(dict, b"Type", b"Font") {
            self.font(dict);
        }
    }

    fn font(&mut self, dict: &Dict) {
        if let Some(what) = fonts::fault(self.file, dict) {
            self.fault("pdfa-font-not-embedded", what);
        }
    }

    pub(super) fn fault(&mut self, code: &'static str, what: &str) {
        self.report.add_in(self.number, code, what);
    }
}
