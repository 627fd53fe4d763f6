//! The structures that documents of a country follow: those that come with the program, and all that are
//! published, read from a folder when a country is made.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use varanto_documents::codes::{CodeSet, CodeSets};
use varanto_documents::control::Control;
use varanto_documents::structure::{Family, MAX_BYTES, Structure};
use varanto_documents::{builtin, example};
use varanto_model::{Code, Oid};

use crate::dice::Dice;
use crate::organisations::{
    CHILD_PROTECTION, DISABILITY, ELDERLY, FAMILIES, FAMILY_LAW, SUBSTANCES, TASKS, WORKING_AGE,
};
use crate::template::Template;

/// The set of social services.
const SERVICES: &str = "1.2.246.537.6.1222";
/// How many different documents are made of each structure before names, texts and codes of people vary.
const VARIANTS: u64 = 3;

/// Why structures cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShapesError {
    /// The folder or a file in it cannot be read.
    #[error("the structures cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// There is none of a kind that every country needs.
    #[error("there is no structure of {0}")]
    Missing(&'static str),
}

/// A structure of client documents.
pub struct Shape {
    /// The structure.
    pub structure: Structure,
    /// The service process that such documents belong to.
    pub process: &'static str,
    /// Is it an entry of the client record?
    pub is_entry: bool,
    pub(crate) templates: Vec<Template>,
}

/// All structures of a country.
pub struct Shapes {
    codes: CodeSets,
    ordinary: Vec<Shape>,
    /// The places of entries and of other documents, by service task.
    entries: [Vec<usize>; TASKS.len()],
    others: [Vec<usize>; TASKS.len()],
    control: BTreeMap<&'static str, Structure>,
    permit_text: String,
    denial_text: String,
    services: Vec<Code>,
    published: Vec<(Oid, String)>,
    folder: Option<PathBuf>,
}

impl Shapes {
    /// What comes with the program.
    pub fn builtin() -> Self {
        Self::of(Vec::new()).unwrap_or_else(|_| Self::none())
    }

    /// What comes with the program, and the published structures in a folder, which go before it.
    pub fn read(folder: &Path) -> Result<Self, ShapesError> {
        let mut files = Vec::new();
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
        files.sort();
        let mut texts = Vec::with_capacity(files.len());
        for path in files {
            let mut text = String::new();
            let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
            std::fs::File::open(path)?.take(limit).read_to_string(&mut text)?;
            texts.push(text);
        }
        let mut shapes = Self::of(texts)?;
        shapes.folder = Some(std::path::absolute(folder)?);
        Ok(shapes)
    }

    fn none() -> Self {
        Self {
            codes: CodeSets::none(),
            ordinary: Vec::new(),
            entries: Default::default(),
            others: Default::default(),
            control: BTreeMap::new(),
            permit_text: String::new(),
            denial_text: String::new(),
            services: Vec::new(),
            published: Vec::new(),
            folder: None,
        }
    }

    fn of(published: Vec<String>) -> Result<Self, ShapesError> {
        let mut shapes = Self::none();
        shapes.codes = builtin::code_sets().map_err(|_| ShapesError::Missing("code sets"))?;
        let mut all: BTreeMap<Oid, Structure> = BTreeMap::new();
        let own =
            builtin::structures().filter_map(|(_, text)| Structure::parse(text.as_bytes()).ok());
        all.extend(own.map(|structure| (structure.oid().clone(), structure)));
        for text in published {
            let Ok(structure) = Structure::parse(text.as_bytes()) else { continue };
            shapes.published.push((structure.oid().clone(), text));
            all.insert(structure.oid().clone(), structure);
        }
        for structure in all.into_values() {
            match structure.control() {
                Some(control) => drop(shapes.control.insert(control.root(), structure)),
                None if structure.family() == Family::ClientDocument => shapes.add(structure),
                None => {}
            }
        }
        let text = |control: Control| {
            let structure = shapes.control.get(control.root());
            let structure = structure.ok_or(ShapesError::Missing("a control document"))?;
            let made = example::minimal(structure, &shapes.codes, 0);
            let text = made.get(control.root()).and_then(|root| root.get("infoteksti"));
            let text = text.and_then(serde_json::Value::as_str).unwrap_or_default();
            Ok::<_, ShapesError>(text.to_owned())
        };
        (shapes.permit_text, shapes.denial_text) = (text(Control::Permit)?, text(Control::Denial)?);
        let services = Oid::parse(SERVICES).ok().and_then(|oid| shapes.codes.find(&oid));
        let services = services.into_iter().flat_map(CodeSet::codes);
        shapes.services = services.filter_map(|(code, _)| Code::parse(code).ok()).collect();
        Ok(shapes)
    }

    fn add(&mut self, structure: Structure) {
        let place = self.ordinary.len();
        let title = structure.title().fi.to_lowercase();
        let is_entry = title.contains("merkintä");
        let tasks = if is_entry { None } else { task_of(&structure) };
        let lists = if is_entry { &mut self.entries } else { &mut self.others };
        for (task, list) in lists.iter_mut().enumerate() {
            if tasks.is_none_or(|only| only == task) {
                list.push(place);
            }
        }
        let templates = (0..VARIANTS).map(|seed| Template::new(&structure, &self.codes, seed));
        let templates = templates.collect();
        let process = process_of(&structure);
        self.ordinary.push(Shape { structure, process, is_entry, templates });
    }

    /// The structures of client documents and entries.
    pub fn ordinary(&self) -> &[Shape] {
        &self.ordinary
    }

    /// The published ones with their texts, to be imported.
    pub fn published(&self) -> &[(Oid, String)] {
        &self.published
    }

    /// The folder from which the published ones were read.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub(crate) fn codes(&self) -> &CodeSets {
        &self.codes
    }

    pub(crate) fn control(&self, control: Control) -> Option<&Structure> {
        self.control.get(control.root())
    }

    /// The information text that a permit bears.
    pub(crate) fn permit_text(&self) -> &str {
        &self.permit_text
    }

    /// The information text that a denial bears.
    pub(crate) fn denial_text(&self) -> &str {
        &self.denial_text
    }

    pub(crate) fn services(&self) -> &[Code] {
        &self.services
    }

    /// A structure for a document of a service task: of what is written more than half are entries.
    pub(crate) fn pick(&self, task: usize, dice: &mut Dice) -> usize {
        let (wanted, otherwise) = if dice.chance(550) {
            (&self.entries, &self.others)
        } else {
            (&self.others, &self.entries)
        };
        let lists = [wanted.get(task), otherwise.get(task)];
        let list = lists.into_iter().flatten().find(|list| !list.is_empty());
        dice.pick(list.map_or([].as_slice(), Vec::as_slice)).copied().unwrap_or_default()
    }
}

/// The service task that a structure is for, by the words of its subject and title; `None` for what all use.
fn task_of(structure: &Structure) -> Option<usize> {
    const WORDS: [(&str, Option<usize>); 18] = [
        ("palvelutehtäville yhteiset", None),
        ("lastensuojelu", Some(CHILD_PROTECTION)),
        ("perheryhmäkoti", Some(CHILD_PROTECTION)),
        ("iäkkäiden", Some(ELDERLY)),
        ("omaishoi", Some(ELDERLY)),
        ("vammais", Some(DISABILITY)),
        ("päihde", Some(SUBSTANCES)),
        ("elatus", Some(FAMILY_LAW)),
        ("lapsen huol", Some(FAMILY_LAW)),
        ("vanhemmuuden selvit", Some(FAMILY_LAW)),
        ("adoptio", Some(FAMILY_LAW)),
        ("tapaamisten valvon", Some(FAMILY_LAW)),
        ("perhe", Some(FAMILIES)),
        ("tukisuhde", Some(FAMILIES)),
        ("väkivalta", Some(FAMILIES)),
        ("turvakoti", Some(FAMILIES)),
        ("työikäis", Some(WORKING_AGE)),
        ("luoto", Some(WORKING_AGE)),
    ];
    let about = [structure.subject().unwrap_or_default(), structure.title().fi.as_str()];
    let about = about.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    WORDS.iter().find(|(word, _)| about.contains(word)).and_then(|(_, task)| *task)
}

/// The service process of documents of a structure (code set 1277).
fn process_of(structure: &Structure) -> &'static str {
    match structure.document_type().unwrap_or_default() {
        "Hakemus" | "Ilmoitus" | "Pyyntö" => "X-INITIATION",
        "Arvio" | "Selvitys" | "Lausunto" | "Laskelma" => "X-ASSESSMENT",
        "Suunnitelma" | "Sopimus" | "Suostumus" => "X-PLANNING",
        "Päätös" | "Kuulemisasiakirja" => "X-DECISION",
        "Yhteenveto" => "X-EVALUATION",
        _ => "X-IMPLEMENTATION",
    }
}
