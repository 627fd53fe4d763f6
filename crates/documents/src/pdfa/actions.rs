//! What a file must not do or hold: actions beyond going to a place, annotations that play
//! something, forms that compute, data that are elsewhere, files within files.

use super::Part;
use super::rules::{Walk, is_named};
use super::syntax::{Dict, Value};

/// Checks one dictionary, wherever it stands.
pub(super) fn check(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    action(walk, dict);
    annotation(walk, dict);
    outside(walk, dict);
    embedded(walk, dict);
    if walk.part == Some(Part::One) {
        first_part(walk, dict);
    }
}

fn name<'d>(walk: &'d Walk<'_, '_, '_, '_>, dict: &'d Dict, key: &[u8]) -> Option<&'d [u8]> {
    walk.file.get(dict, key).and_then(Value::name)
}

fn action(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    // Elements of the structure have a type under the same key; some writers leave out what says
    // that they are such, so the names that also are words of a structure need a second look.
    let is_element = is_named(dict, b"Type", b"StructElem");
    let acts = match name(walk, dict, b"S") {
        Some(
            b"JavaScript" | b"Launch" | b"Rendition" | b"ImportData" | b"SubmitForm" | b"ResetForm"
            | b"SetOCGState" | b"GoTo3DView" | b"GoToE" | b"RichMediaExecute" | b"SetState"
            | b"NOP",
        ) => true,
        Some(b"Sound" | b"Movie" | b"Hide" | b"Trans") => !is_element,
        Some(b"Named") => !matches!(
            name(walk, dict, b"N"),
            Some(b"NextPage" | b"PrevPage" | b"FirstPage" | b"LastPage")
        ),
        _ => false,
    };
    if acts || dict.contains_key(&b"JS"[..]) || dict.contains_key(&b"JavaScript"[..]) {
        walk.fault("pdfa-action", "has an action that PDF/A does not allow");
    }
    let owner_of_events = is_named(dict, b"Type", b"Catalog")
        || is_named(dict, b"Type", b"Page")
        || is_named(dict, b"Subtype", b"Widget")
        || dict.contains_key(&b"FT"[..]);
    if owner_of_events && dict.contains_key(&b"AA"[..]) {
        walk.fault("pdfa-action", "has actions on events");
    }
    if dict.contains_key(&b"XFA"[..]) || dict.contains_key(&b"NeedsRendering"[..]) {
        walk.fault("pdfa-form", "has a form in XFA");
    }
}

fn annotation(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    let plays = matches!(
        name(walk, dict, b"Subtype"),
        Some(b"Movie" | b"Sound" | b"Screen" | b"3D" | b"RichMedia")
    );
    if plays && dict.contains_key(&b"Rect"[..]) {
        walk.fault("pdfa-annotation", "has an annotation that plays something");
    }
}

fn outside(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    let subtype = name(walk, dict, b"Subtype");
    let is_form = subtype == Some(b"Form");
    if (is_form && dict.contains_key(&b"Ref"[..])) || dict.contains_key(&b"OPI"[..]) {
        walk.fault("pdfa-external-data", "shows a page of another file");
    } else if subtype == Some(b"PS") || name(walk, dict, b"Subtype2") == Some(b"PS") {
        walk.fault("pdfa-external-data", "has a program in PostScript");
    }
}

/// Part 1 has no files within; part 2 only PDF/A, which is not checked here and so is refused;
/// part 3 says how each of them relates to the document.
fn embedded(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    if is_named(dict, b"Type", b"EmbeddedFile") || dict.contains_key(&b"EF"[..]) {
        if walk.part != Some(Part::Three) {
            walk.fault("pdfa-embedded-file", "has a file within, which only PDF/A-3 may have here");
        } else if dict.contains_key(&b"EF"[..]) && name(walk, dict, b"AFRelationship").is_none() {
            walk.fault("pdfa-embedded-file", "has a file within without its relationship");
        }
    }
}

/// PDF/A-1 has no transparency.
fn first_part(walk: &mut Walk<'_, '_, '_, '_>, dict: &Dict) {
    let mask = walk.file.get(dict, b"SMask");
    let has_mask = mask.is_some_and(|mask| mask.name() != Some(b"None"));
    if has_mask || name(walk, dict, b"S") == Some(b"Transparency") {
        walk.fault("pdfa-part-1", "has transparency");
    }
}
