//! Attacks and faults; what is accepted is at the beginning.

use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::*;

const PNG: &str = "data:image/png;base64,iVBORw0KGgoA";

fn page(body: &str) -> String {
    page_with("", body)
}

fn page_with(head: &str, body: &str) -> String {
    format!(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fi\"><head><title>T</title>{head}\
         </head><body>{body}</body></html>"
    )
}

fn numbered(range: RangeInclusive<usize>, piece: impl Fn(usize) -> String) -> String {
    range.map(piece).collect::<Vec<_>>().concat()
}

fn codes(text: impl AsRef<[u8]>) -> Vec<&'static str> {
    match check(text.as_ref(), &Pointer::root().member("text")) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.as_slice().iter().map(|fault| fault.code).collect(),
    }
}

fn body_codes(body: &str) -> Vec<&'static str> {
    codes(page(body))
}

/// REQ DOC-02
#[test]
fn a_plain_display_form_is_accepted_and_tells_language_and_title() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
        <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"sv-FI\" xml:lang=\"sv-FI\">\n<head>\
        <meta charset=\"utf-8\"/><meta name=\"generator\" content=\"x\"/>\
        <title> Rubrik </title><style type=\"text/css\">p { color: red }</style></head>\n\
        <body class=\"a b\"><!-- a comment --><h1 id=\"top\">A &amp; B &#228;</h1>\
        <p style=\"margin: 0\"><a href=\"#top\">up</a></p>\
        <table><tr><th scope=\"col\" colspan=\"2\">x</th></tr></table></body></html>";
    let form = check(text.as_bytes(), &Pointer::root()).unwrap();
    assert_eq!((form.language(), form.title()), (Some(Language::Sv), Some("Rubrik")));
    assert!(!format!("{form:?}").contains("Rubrik"));
}

#[test]
fn an_image_in_the_text_is_something_to_see() {
    assert_eq!(codes(page_with("", &format!("<img src=\"{PNG}\" alt=\"\"/>"))), [""; 0]);
}

/// REQ DOC-05
#[test]
fn all_faults_are_named_with_their_places_and_without_content() {
    let text = page("<p>Secret</p>\n<script>Secret</script><p onclick=\"Secret\">x</p>");
    let faults = check(text.as_bytes(), &Pointer::root().member("text")).unwrap_err();
    let lines: Vec<_> = faults
        .as_slice()
        .iter()
        .map(|f| format!("{} {} {}", f.pointer, f.code, f.detail))
        .collect();
    assert_eq!(
        lines,
        [
            "/text xhtml-element element \"script\" is not allowed (line 2, column 1)",
            "/text xhtml-attribute attribute \"onclick\" is not allowed here (line 2, column 27)",
        ]
    );
}

#[test]
fn faults_name_only_short_plain_words() {
    let text = page("<Ä>x</Ä>");
    let faults = check(text.as_bytes(), &Pointer::root()).unwrap_err();
    assert!(faults.as_slice()[0].detail.starts_with("element of an unusual name"));
}

#[test]
fn active_and_foreign_elements_are_refused() {
    for name in [
        "script",
        "SCRIPT",
        "Script",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "link",
        "base",
        "form",
        "input",
        "button",
        "textarea",
        "select",
        "svg",
        "math",
        "noscript",
        "template",
        "audio",
        "video",
        "source",
        "xmp",
        "plaintext",
        "marquee",
        "portal",
        "x-y",
        "P",
    ] {
        assert_eq!(body_codes(&format!("<p>x</p><{name}>y</{name}>")), ["xhtml-element"], "{name}");
    }
}

#[test]
fn attributes_off_the_list_are_refused() {
    for attribute in [
        "onclick=\"x\"",
        "ONCLICK=\"x\"",
        "onload=\"&#x6a;avascript:\"",
        "formaction=\"x\"",
        "srcdoc=\"x\"",
        "src=\"x\"",
        "href=\"#a\"",
        "background=\"x\"",
        "contenteditable=\"\"",
        "tabindex=\"1\"",
        "class=\"a&lt;b\"",
        "dir=\"up\"",
        "id=\"\"",
        "lang=\"f i\"",
        "xml:base=\"http://example.org/\"",
        "colspan=\"2\"",
    ] {
        assert_eq!(
            body_codes(&format!("<p {attribute}>x</p>")),
            ["xhtml-attribute"],
            "{attribute}"
        );
    }
    assert_eq!(
        body_codes("<table><tr><td colspan=\"1001\">x</td></tr></table>"),
        ["xhtml-attribute"]
    );
}

#[test]
fn references_lead_nowhere_but_into_the_text() {
    for href in [
        "javascript:alert(1)",
        "&#x6a;avascript:alert(1)",
        "java&#10;script:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "https://example.org",
        "a.xhtml",
        "",
        " #a",
        "#a b",
    ] {
        assert_eq!(body_codes(&format!("<a href=\"{href}\">x</a>")), ["xhtml-reference"], "{href}");
    }
    for src in ["https://example.org/a.png", "data:image/svg+xml;base64,PHN2Zy8+", "#a", ""] {
        assert_eq!(body_codes(&format!("x<img src=\"{src}\"/>")), ["xhtml-reference"], "{src}");
    }
    assert_eq!(body_codes("x<img alt=\"\"/>"), ["xhtml-attribute"]);
}

#[test]
fn styles_are_held_to_plain_declarations() {
    assert_eq!(body_codes("<p style=\"color: url(x)\">x</p>"), ["xhtml-style"]);
    assert_eq!(body_codes("<p style=\"color: &#117;rl(x)\">x</p>"), ["xhtml-style"]);
    assert_eq!(codes(page_with("<style>@import 'x';</style>", "x")), ["xhtml-style"]);
    assert_eq!(codes(page_with("<style>&lt;/style></style>", "x")), ["xhtml-style"]);
    assert_eq!(codes(page_with("<style>p{}<!-- x --></style>", "x")), ["xhtml-structure"]);
}

#[test]
fn namespaces_cannot_be_played_with() {
    let svg = "http://www.w3.org/2000/svg";
    for (body, expected) in [
        (format!("<svg:script xmlns:svg=\"{svg}\">x</svg:script>"), 2),
        (format!("<script xmlns=\"{svg}\">x</script>"), 1),
        (format!("<p xmlns=\"{svg}\">x</p>"), 1),
        ("<p xmlns=\"\">x</p>".to_owned(), 1),
        (format!("<p xml:xmlns=\"{svg}\">x</p>"), 2),
        ("<p xmlns:h=\"http://www.w3.org/1999/xhtml\">x</p>".to_owned(), 1),
        ("<svg:script>x</svg:script>".to_owned(), 1),
    ] {
        let codes = body_codes(&body);
        assert!(codes.iter().all(|code| *code == "xhtml-namespace"), "{body} {codes:?}");
        assert_eq!(codes.len(), expected, "{body}");
    }
    let twice = format!(
        "<html xmlns=\"{svg}\" xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title>\
         </head><body>x</body></html>"
    );
    assert!(codes(twice).contains(&"xhtml-not-well-formed"));
    assert!(
        codes("<html><head><title>x</title></head><body>x</body></html>")
            .contains(&"xhtml-namespace")
    );
}

#[test]
fn markup_that_html_would_read_otherwise_is_refused() {
    assert_eq!(body_codes("x<![CDATA[<script>x</script>]]>"), ["xhtml-cdata"]);
    assert_eq!(body_codes("x<!--><script>x</script>-->"), ["xhtml-comment"]);
    assert_eq!(
        codes(page_with("<style/><!-- </style><img src='x' onerror='x'/> -->", "x")),
        ["xhtml-comment"]
    );
    assert_eq!(codes(page_with("<title><p>x</p></title>", "x"))[0], "xhtml-structure");
    assert_eq!(body_codes("<p title=\"</style><img>\">x</p>"), ["xhtml-not-well-formed"]);
}

#[test]
fn entities_and_document_types_are_refused() {
    let laughs = "<!DOCTYPE html [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>";
    let public = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x.dtd\">";
    for prefix in [laughs, public, "<!DOCTYPE html SYSTEM \"x\">", "<!doctype html>", "<!ENTITY x>"]
    {
        assert_eq!(codes(format!("{prefix}{}", page("x&b;"))), ["xhtml-doctype"], "{prefix}");
    }
    assert_eq!(codes(format!("<!DOCTYPE html><!DOCTYPE html>{}", page("x"))), ["xhtml-doctype"]);
    assert_eq!(body_codes("x<!DOCTYPE html>"), ["xhtml-doctype"]);
    assert_eq!(body_codes("x&nbsp;y"), ["xhtml-entity"]);
}

#[test]
fn processing_instructions_are_refused() {
    let sheet = "<?xml-stylesheet href=\"x.css\"?>";
    assert_eq!(codes(format!("{sheet}{}", page("x"))), ["xhtml-processing-instruction"]);
    assert_eq!(body_codes("x<?php x ?>"), ["xhtml-processing-instruction"]);
}

#[test]
fn only_utf_8_and_xml_1_0_are_read() {
    assert_eq!(codes([0xff, 0xfe, b'<', 0]), ["xhtml-encoding"]);
    assert_eq!(codes([b'<', b'p', 0xc0, 0xaf]), ["xhtml-encoding"]);
    for declaration in
        ["<?xml version=\"1.0\" encoding=\"UTF-7\"?>", "<?xml version='1.1' encoding='utf-8'?>"]
    {
        assert_eq!(codes(format!("{declaration}{}", page("x"))), ["xhtml-encoding"]);
    }
    assert_eq!(codes(format!("<?xml version='1.0'?>{}", page("x"))), [""; 0]);
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for body in [
        "<p>x",
        "<p>x</b>",
        "<p a=1>x</p>",
        "<p id=\"a\" id=\"b\">x</p>",
        "<p id=\"a\"class=\"b\">x</p>",
        "x\u{0}y",
        "x\u{8}y",
        "x&#0;y",
        "x&#xD800;y",
        "x&#;y",
        "x&#99999999999999999999;y",
        "x & y",
        "x ]]> y",
        "x < y",
        "<!-- a -- b -->x",
        "</p>",
        "<p",
        "<!--",
        "<?x",
        "<![CDATA[",
    ] {
        let codes = body_codes(body);
        assert!(
            codes.contains(&"xhtml-not-well-formed") || codes.contains(&"xhtml-entity"),
            "{body} {codes:?}"
        );
    }
    for text in ["", " ", "x", "<", "\u{feff}", "<?xml", "<!DOCTYPE html>"] {
        assert!(!codes(text).is_empty(), "{text}");
    }
}

#[test]
fn the_frame_is_html_head_and_a_body_that_shows_something() {
    for body in ["", "  \n", "<p> </p>", "\u{a0}", "<hr/>", "<!-- x -->"] {
        assert_eq!(body_codes(body), ["xhtml-empty"], "{body:?}");
    }
    assert!(
        codes("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>").contains(&"xhtml-structure")
    );
    assert_eq!(body_codes("<body>x</body>"), ["xhtml-structure"]);
    assert_eq!(body_codes("<title>x</title>"), ["xhtml-structure"]);
    assert_eq!(codes(page_with("<p>x</p>", "x")), ["xhtml-structure"]);
    assert_eq!(codes(page_with("text", "x")), ["xhtml-structure"]);
    assert_eq!(body_codes("x<br>y</br>"), ["xhtml-structure"]);
}

#[test]
fn meta_says_the_encoding_or_a_harmless_name() {
    let ok = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\"/>";
    assert_eq!(codes(page_with(ok, "x")), [""; 0]);
    for meta in [
        "http-equiv=\"refresh\" content=\"0;url=https://example.org\"",
        "http-equiv=\"Content-Security-Policy\" content=\"x\"",
        "http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-7\"",
        "charset=\"utf-16\"",
        "name=\"referrer\" content=\"x\"",
        "name=\"author\" content=\"x\" http-equiv=\"refresh\"",
        "",
    ] {
        assert_eq!(
            codes(page_with(&format!("<meta {meta}/>"), "x")),
            ["xhtml-attribute"],
            "{meta}"
        );
    }
}

#[test]
fn size_depth_and_number_are_bounded() {
    assert_eq!(codes(vec![b' '; MAX_BYTES + 1]), ["xhtml-too-large"]);
    let deep = |n: usize| format!("{}x{}", "<div>".repeat(n), "</div>".repeat(n));
    assert_eq!(body_codes(&deep(MAX_DEPTH - 2)), [""; 0]);
    assert_eq!(body_codes(&deep(MAX_DEPTH - 1)), ["xhtml-too-deep"]);
    assert_eq!(body_codes(&"<div>".repeat(500_000)), ["xhtml-too-deep"]);
    assert_eq!(body_codes(&"<br/>".repeat(MAX_NODES)), ["xhtml-too-many-nodes"]);
    assert_eq!(body_codes(&"<p>".repeat(50)), ["xhtml-not-well-formed"]);
    let attributes = numbered(0..=MAX_ATTRIBUTES, |i| format!(" a{i}=''"));
    assert_eq!(body_codes(&format!("<p{attributes}>x</p>")), ["xhtml-too-many-attributes"]);
    assert_eq!(
        body_codes(&format!("<p title=\"{}\">x</p>", "x".repeat(9_000))),
        ["xhtml-attribute"]
    );
    let many = body_codes(&"<b onclick=''>x</b>".repeat(2_000));
    assert_eq!(many.len(), varanto_model::fault::MAX_FAULTS);
}

/// Texts that make a careless reader walk the same bytes again and again. Each of them is about as
/// large as a text may be; a quadratic walk would not end while anybody waits.
#[test]
fn hostile_texts_of_full_size_are_checked_in_one_walk() {
    let fill = |unit: &str| unit.repeat((MAX_BYTES - 1_000) / unit.len());
    for unit in ["&#", "<", "<!--", "&", "<p ", "<a b='", "]]>", "<b>x</b>", "\n"] {
        assert!(!body_codes(&fill(unit)).is_empty(), "{unit}");
    }
    assert_eq!(body_codes(&fill("&#x41;")), [""; 0]);
    let namespaces = numbered(0..=59, |i| format!(" xmlns:n{i}='u:{i}'"));
    assert!(!body_codes(&fill(&format!("<b{namespaces}/>"))).is_empty());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = check(&bytes, &Pointer::root());
    }

    #[test]
    fn markup_in_any_order_never_panics(parts in proptest::collection::vec(
        prop::sample::select(vec![
            "<html xmlns=\"http://www.w3.org/1999/xhtml\">", "<head>", "</head>", "<body>", "<p ",
            "</p>", ">", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "&#x", ";", "ä",
            " id=\"", "\"", "'", "xmlns:a='", "style='color:", "<style>", "</style>", "x", "\u{0}",
            "<!DOCTYPE html>",
        ]), 0..60))
    {
        let _ = check(parts.concat().as_bytes(), &Pointer::root());
    }

    #[test]
    fn a_valid_text_with_changed_bytes_never_panics_and_is_inert_where_accepted(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6))
    {
        let mut bytes = page("<p class=\"a\">x &amp; <a href=\"#a\">y</a></p>").into_bytes();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if check(&bytes, &Pointer::root()).is_ok() {
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(!text.contains("<s") && !text.contains(" on"));
        }
    }
}
