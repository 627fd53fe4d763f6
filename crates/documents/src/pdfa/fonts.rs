//! Fonts: each one is embedded, the fourteen that every viewer should have included. A font of
//! type 3 draws itself.

use std::collections::BTreeSet;

use super::file::File;
use super::rules::is_named;
use super::syntax::{Dict, Value};

/// The numbers of the objects that resources list as fonts, whatever they say to be.
pub(super) fn listed(file: &File<'_>) -> BTreeSet<u32> {
    let mut fonts = BTreeSet::new();
    // Lists that many resources share; each is read once.
    let mut shared = BTreeSet::new();
    let mut todo: Vec<&Value> = file.objects.values().map(|object| &object.value).collect();
    while let Some(value) = todo.pop() {
        match value {
            Value::Array(values) => todo.extend(values),
            Value::Dict(dict) => {
                match dict.get(&b"Font"[..]) {
                    Some(Value::Reference(number, _)) => {
                        shared.insert(*number);
                    }
                    Some(Value::Dict(list)) => fonts.extend(references(list)),
                    _ => {}
                }
                todo.extend(dict.values());
            }
            _ => {}
        }
    }
    for number in shared {
        if let Some(list) = file.objects.get(&number).and_then(|object| object.value.dict()) {
            fonts.extend(references(list));
        }
    }
    fonts
}

fn references(dict: &Dict) -> impl Iterator<Item = u32> {
    dict.values().filter_map(|value| match value {
        Value::Reference(number, _) => Some(*number),
        _ => None,
    })
}

/// What is wrong with a font.
pub(super) fn fault(file: &File<'_>, font: &Dict) -> Option<&'static str> {
    match file.get(font, b"Subtype").and_then(Value::name) {
        Some(b"Type3") => None,
        Some(b"Type0") => {
            let descendant = match file.get(font, b"DescendantFonts").and_then(Value::array) {
                Some([only]) => file.resolve(only).and_then(Value::dict),
                _ => None,
            };
            // The descendant is a font of its own and is checked as such.
            let known = descendant.is_some_and(|dict| is_named(dict, b"Type", b"Font"));
            (!known).then_some("a composite font has no font below it")
        }
        Some(b"Type1" | b"MMType1" | b"TrueType" | b"CIDFontType0" | b"CIDFontType2") => {
            let descriptor = file.get(font, b"FontDescriptor").and_then(Value::dict);
            let embedded = descriptor.is_some_and(|descriptor| {
                [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| {
                    file.stream(descriptor, key).is_some_and(|(_, range)| !range.is_empty())
                })
            });
            (!embedded).then_some("a font is not embedded")
        }
        _ => Some("a font is of no known kind"),
    }
}
