use lopdf::{Document, Object};
use proptest::prelude::*;
use varanto_model::Pointer;

use super::*;
use crate::{display_form, pdfa};

fn instant() -> Timestamp {
    "2026-11-22T10:15:30Z".parse().unwrap()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.into_iter().map(String::from).collect()
}

/// The answer to a log request, in short.
fn sample() -> Report {
    let rows = [
        ["22.9.2026 klo 14.05", "Áilu Šárka", "Päätti palvelusta <ja> \"kirjasi\" & luki"],
        ["23.9.2026 klo 8.30", "Ελευθερία Ćirić", "Luki\nkaksi asiakirjaa"],
        ["24.9.2026 klo 9.00", "Юлия Їжак", ""],
    ];
    Report {
        title: "Vastaus lokitietopyyntöön".to_owned(),
        language: Language::Fi,
        blocks: vec![
            Block::Paragraph("Sinulla on oikeus saada tietää, kuka on käyttänyt tietojasi.".into()),
            Block::Facts(vec![
                ("Pyyntö saapui".into(), "1.10.2026".into()),
                ("Ajalta".into(), "1.10.2024–1.10.2026".into()),
            ]),
            Block::Heading("Käyttö".into()),
            Block::Table {
                columns: texts(["Aika", "Kuka", "Mitä"]),
                rows: rows.into_iter().map(texts).collect(),
            },
            Block::Heading("Luovutukset".into()),
            Block::Paragraph("Tietojasi ei ole luovutettu.".into()),
        ],
    }
}

/// A table of entries as an answer to a log request has it.
fn long(rows: usize) -> Report {
    let row = |n: usize| {
        vec![
            format!("{}.{}.2026 klo {}.{:02}", n % 28 + 1, n % 12 + 1, n % 24, n % 60),
            format!("Etunimi{} Sukunimi-Toinen{}", n % 40, n % 7),
            "Läntinen perhesosiaalityö".to_owned(),
            "Länsirannan hyvinvointialue".to_owned(),
            "Luki asiakirjan".to_owned(),
            format!("1.2.246.10.99990001.14.2026.{n}"),
            "Lapsiperheiden palvelut; asiakkuus".to_owned(),
        ]
    };
    Report {
        title: "Vastaus lokitietopyyntöön".to_owned(),
        language: Language::Fi,
        blocks: vec![Block::Table {
            columns: texts([
                "Aika",
                "Kuka",
                "Yksikkö",
                "Organisaatio",
                "Mitä",
                "Tunnus",
                "Peruste",
            ]),
            rows: (0..rows).map(row).collect(),
        }],
    }
}

fn accepted(report: &Report) -> (Vec<u8>, pdfa::PdfA) {
    let bytes = report.to_pdf(instant()).unwrap();
    let pdfa = pdfa::check(&bytes, &Pointer::root()).unwrap();
    (bytes, pdfa)
}

fn text_of(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap()
}

/// How many elements of the structure are of each kind.
fn elements(bytes: &[u8], kind: &str) -> usize {
    let document = Document::load_mem(bytes).unwrap();
    let is_one = |object: &&Object| {
        object.as_dict().is_ok_and(|dict| {
            dict.has(b"P")
                && dict.get(b"S").is_ok_and(|name| name.as_name().ok() == Some(kind.as_bytes()))
        })
    };
    document.objects.values().filter(is_one).count()
}

/// REQ LOG-05
#[test]
fn the_page_of_a_report() {
    let page = sample().to_xhtml();
    let form = display_form::check(page.as_bytes(), &Pointer::root()).unwrap();
    assert_eq!(form.language(), Some(Language::Fi));
    assert_eq!(form.title(), Some("Vastaus lokitietopyyntöön"));
    insta::assert_snapshot!(page);
}

/// REQ LOG-05
#[test]
fn the_pdf_of_a_report_is_accessible_pdf_a_and_the_same_each_time() {
    let (bytes, pdfa) = accepted(&sample());
    assert_eq!(pdfa.part(), pdfa::Part::Two);
    assert_eq!(pdfa.conformance(), pdfa::Conformance::A);
    assert_eq!(pdfa.pages(), 1);
    assert_eq!(sample().to_pdf(instant()).unwrap(), bytes);
    let kinds =
        [("H1", 1), ("H2", 2), ("P", 2), ("L", 1), ("LI", 2), ("TR", 4), ("TH", 3), ("TD", 9)];
    for (kind, count) in kinds {
        assert_eq!(elements(&bytes, kind), count, "{kind}");
    }
}

#[test]
fn the_text_of_a_pdf_can_be_taken_out() {
    let text = text_of(&accepted(&sample()).0);
    for told in [
        "Vastaus lokitietopyyntöön",
        "Áilu Šárka",
        "Ελευθερία Ćirić",
        "Юлия Їжак",
        "1.10.2024–1.10.2026",
        "Tietojasi ei ole luovutettu.",
        "1 / 1",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
}

#[test]
fn a_table_goes_on_over_pages_with_its_header_and_tells_each_row_once() {
    let (bytes, pdfa) = accepted(&long(200));
    assert!(pdfa.pages() > 3);
    let text = text_of(&bytes);
    assert_eq!(text.matches("Organisaatio").count(), pdfa.pages());
    assert_eq!(elements(&bytes, "TH"), 7);
    assert_eq!(elements(&bytes, "TR"), 201);
    assert!(text.contains(&format!("{0} / {0}", pdfa.pages())));
}

#[test]
fn a_cell_longer_than_a_page_goes_on_and_a_long_word_is_broken() {
    let mut report = sample();
    let words = "sana ".repeat(9_000);
    let rows = vec![texts(["x", words.as_str()]), texts(["y", "ä".repeat(9_000).as_str()])];
    report.blocks = vec![Block::Table { columns: texts(["A", "B"]), rows }];
    let (bytes, pdfa) = accepted(&report);
    assert!(pdfa.pages() > 3);
    let text = text_of(&bytes);
    assert_eq!(text.matches("sana").count(), 9_000);
    assert_eq!(text.matches('ä').count(), 9_000);
    assert_eq!(elements(&bytes, "TD"), 4);
}

#[test]
fn a_header_that_would_fill_the_pages_stands_once() {
    let mut report = long(60);
    if let Some(Block::Table { columns, .. }) = report.blocks.first_mut() {
        columns[3] = "otsikko ".repeat(2_000);
    }
    let text = text_of(&accepted(&report).0);
    assert_eq!(text.matches("otsikko").count(), 2_000);
}

#[test]
fn rows_that_are_short_and_tables_without_anything_are_told_too() {
    let tables = [
        (texts(["A", "B"]), vec![]),
        (vec![], vec![texts(["x"]), texts(["y", "z"])]),
        (vec![], vec![vec![], vec![]]),
        (texts(["A"]), vec![vec![], texts(["y", "z"])]),
    ];
    for (columns, rows) in tables {
        let blocks = vec![Block::Facts(vec![]), Block::Table { columns, rows }];
        let report = Report { title: " ".into(), language: Language::Sv, blocks };
        let (bytes, _) = accepted(&report);
        assert!(text_of(&bytes).contains("Rapport"));
        assert!(display_form::check(report.to_xhtml().as_bytes(), &Pointer::root()).is_ok());
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let mut report = sample();
    report.blocks = vec![Block::Table { columns: vec!["x".into(); MAX_COLUMNS + 1], rows: vec![] }];
    assert_eq!(report.to_pdf(instant()), Err(ReportError::TooManyColumns));
    report.blocks = vec![Block::Paragraph("x".into()); MAX_PARTS];
    assert_eq!(report.to_pdf(instant()), Err(ReportError::TooLarge));
    assert_eq!(long(MAX_PARTS / 8).to_pdf(instant()), Err(ReportError::TooLarge));
    report.blocks = vec![Block::Paragraph("\n".repeat(60 * MAX_PAGES))];
    assert_eq!(report.to_pdf(instant()), Err(ReportError::TooLarge));
}

#[test]
fn debug_tells_nothing_of_the_report() {
    let report = sample();
    let told = format!("{report:?} {:?}", report.blocks);
    assert!(!told.contains("Vastaus") && !told.contains("Pyyntö"), "{told}");
}

/// Text with what is dangerous in XML, in PDF and in setting lines.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(\\PC|[<>&\"'\n\r\t\u{0}\u{7f}\u{85}\u{2028}\u{fffe}\u{feff}\u{ad}\u{e000}\u{301}]){0,40}",
        "[a-zäöåšŋ ]{0,120}",
        any::<String>(),
    ]
}

fn any_block() -> impl Strategy<Value = Block> {
    let row = || proptest::collection::vec(any_text(), 0..8);
    prop_oneof![
        any_text().prop_map(Block::Heading),
        any_text().prop_map(Block::Paragraph),
        proptest::collection::vec((any_text(), any_text()), 0..4).prop_map(Block::Facts),
        (row(), proptest::collection::vec(row(), 0..5))
            .prop_map(|(columns, rows)| Block::Table { columns, rows }),
    ]
}

fn any_report() -> impl Strategy<Value = Report> {
    let language = prop::sample::select(vec![Language::Fi, Language::Sv, Language::En]);
    (any_text(), language, proptest::collection::vec(any_block(), 0..6))
        .prop_map(|(title, language, blocks)| Report { title, language, blocks })
}

/// What the page must say: the texts of the report, as XML gives them back.
fn paragraphs(page: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(page).unwrap();
    let paragraphs = document.descendants().filter(|node| node.has_tag_name("p"));
    paragraphs.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// REQ LOG-05
    #[test]
    fn any_report_is_an_accepted_page_and_an_accepted_pdf(report in any_report()) {
        let page = report.to_xhtml();
        prop_assert!(display_form::check(page.as_bytes(), &Pointer::root()).is_ok(), "{}", page);
        let bytes = report.to_pdf(instant()).unwrap();
        let pdfa = pdfa::check(&bytes, &Pointer::root());
        prop_assert!(pdfa.is_ok(), "{:?}", pdfa);
        prop_assert_eq!(Document::load_mem(&bytes).unwrap().get_pages().len(), pdfa.unwrap().pages());
    }

    #[test]
    fn text_of_one_line_comes_out_of_the_page_as_it_went_in(text in "[ -~äöå€Š漢]{1,60}") {
        let blocks = vec![Block::Paragraph(text.clone())];
        let report = Report { title: "x".into(), language: Language::En, blocks };
        prop_assert_eq!(paragraphs(&report.to_xhtml()), vec![text]);
    }
}
