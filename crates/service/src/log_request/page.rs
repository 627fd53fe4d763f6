//! The answer to a request as a page that a person reads: XHTML, and a PDF/A to take along.
//!
//! Both tell the same as the data do. To make a PDF takes a processor for a while: few are made at once.

use jiff::Timestamp;
use tokio::sync::Semaphore;
use varanto_documents::report::{Block, Report};
use varanto_model::{Language, Oid, calendar};

use super::given::GivenAnswer;
use super::texts::{Labels, Words};
use super::told::Told;
use crate::Error;

/// How many PDFs are made at once in this program.
static MAKING: Semaphore = Semaphore::const_new(2);

impl GivenAnswer {
    /// The answer as a page of XHTML.
    pub fn to_xhtml(&self) -> String {
        self.report().to_xhtml()
    }

    /// The answer as a PDF/A, the same bytes each time.
    ///
    /// # Errors
    /// [`Error::FormNotAvailable`] where the answer is too long for a PDF.
    pub async fn to_pdf(&self) -> Result<Vec<u8>, Error> {
        let (report, made_at) = (self.report(), self.answered_at);
        let ended = |_| Error::Internal("the making of a page did not end");
        let _one =
            MAKING.acquire().await.map_err(|_| Error::Internal("no page is made any more"))?;
        let made = tokio::task::spawn_blocking(move || report.to_pdf(made_at)).await;
        made.map_err(ended)?.map_err(|_| Error::FormNotAvailable)
    }

    fn report(&self) -> Report {
        let language = self.language;
        let text = |words: Words| words.get(language).to_owned();
        let mut blocks = vec![Block::Facts(self.facts())];
        if let Some(refusal) = &self.refusal {
            blocks.push(Block::Heading(text(Labels::REFUSED)));
            blocks.push(Block::Facts(vec![
                (text(Labels::GROUND), refusal.text.to_owned()),
                (text(Labels::WORDS), refusal.words.clone()),
            ]));
        } else {
            blocks.push(Block::Paragraph(text(Labels::INTRODUCTION)));
        }
        if !self.withheld.is_empty() {
            let counted = self.withheld.iter().map(|c| (c.text.to_owned(), c.count.to_string()));
            blocks.push(Block::Heading(text(Labels::WITHHELD)));
            blocks.push(Block::Facts(counted.collect()));
        }
        if self.refusal.is_none() {
            blocks.push(Block::Heading(text(Labels::ENTRIES)));
            blocks.push(if self.told.is_empty() && self.withheld.is_empty() {
                Block::Paragraph(text(Labels::NONE))
            } else {
                let columns = [Labels::WHEN, Labels::WHO, Labels::WHAT, Labels::FOR_WHAT];
                Block::Table {
                    columns: columns.map(text).into(),
                    rows: self.told.iter().map(|told| row(told, language)).collect(),
                }
            });
        }
        blocks.push(Block::Heading(text(Labels::RIGHTS)));
        blocks.push(Block::Paragraph(text(Labels::RIGHTS_TEXT)));
        Report { title: text(Labels::TITLE), language, blocks }
    }

    fn facts(&self) -> Vec<(String, String)> {
        let language = self.language;
        let mut facts = vec![
            (Labels::CONTROLLER, self.controller_name.get(language).to_owned()),
            (Labels::CLIENT, self.client.text().to_owned()),
            (Labels::REQUEST, self.request.to_string()),
            (Labels::RECEIVED, day(self.received_on, language)),
            (Labels::ANSWERED, day(calendar::day_of(self.answered_at), language)),
        ];
        let period = [self.period.from, self.period.to].map(|on| day(on, language)).join("–");
        facts.push((Labels::PERIOD, period));
        if !self.units.is_empty() {
            let units: Vec<_> = self.units.iter().map(Oid::as_str).collect();
            facts.push((Labels::UNITS, units.join(", ")));
        }
        for (label, request) in
            [(Labels::CONTINUES, self.continues), (Labels::CONTINUED, self.continued_by)]
        {
            facts.extend(request.map(|request| (label, request.to_string())));
        }
        if self.refusal.is_none() {
            facts.push((Labels::COUNT, self.told.len().to_string()));
        }
        facts.into_iter().map(|(term, value)| (term.get(language).to_owned(), value)).collect()
    }
}

/// The cells of an entry: when, who, what, for what.
fn row(told: &Told, language: Language) -> Vec<String> {
    let lines = |parts: Vec<Option<String>>| {
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let unit = told.unit.as_ref().map(|unit| unit.text(language));
    let organisation = told.organisation.as_ref().map(|party| party.text(language));
    let user = told.user.as_deref().unwrap_or(Labels::NOT_TOLD.get(language));
    let receiver = told.receiver.as_ref();
    let receiver = receiver.map(|name| format!("{}: {name}", Labels::TO_WHOM.get(language)));
    let documents = told.documents.iter().map(|oid| Some(oid.to_string()));
    vec![
        moment(told.at, language),
        lines(vec![Some(user.to_owned()), owned(unit), owned(organisation), receiver]),
        lines(
            [owned(Some(told.action_text(language))), told.what.clone()]
                .into_iter()
                .chain(documents)
                .collect(),
        ),
        lines(vec![
            owned(told.purpose_text(language)),
            owned(told.basis_text(language)),
            owned(told.ground_text(language)),
            owned(told.reason_text(language)),
        ]),
    ]
}

/// A day as it is written in the language.
fn day(day: jiff::civil::Date, language: Language) -> String {
    match language {
        Language::Fi | Language::Sv => format!("{}.{}.{}", day.day(), day.month(), day.year()),
        Language::En => day.strftime("%-d %B %Y").to_string(),
    }
}

/// A moment as it is written in the language, by the clock in Finland.
fn moment(at: Timestamp, language: Language) -> String {
    let (hour, minute) = calendar::hour_and_minute_of(at);
    let day = day(calendar::day_of(at), language);
    match language {
        Language::Fi | Language::Sv => format!("{day} {hour}.{minute:02}"),
        Language::En => format!("{day}, {hour:02}:{minute:02}"),
    }
}
