mod file;
mod laws;
mod published;

use jiff::ToSpan as _;
use jiff::civil::date;
use serde_json::{Value as Json, json};

use super::*;

const TODAY: Date = date(2024, 12, 31);

/// A document that owns what it is made of.
#[derive(Clone, Debug)]
struct Paper {
    oid: Oid,
    controller: Oid,
    group: Group,
    type_code: Code,
    service_task: Option<Code>,
    written_at: Timestamp,
    content: Json,
}

impl Paper {
    fn new(number: u64, group: Group, type_code: &str, content: Json) -> Self {
        Self {
            oid: Oid::parse(&format!("1.2.246.10.99990001.11.2024.{number}")).unwrap(),
            controller: Oid::parse("1.2.246.10.99990001.10.0").unwrap(),
            group,
            type_code: Code::parse(type_code).unwrap(),
            service_task: None,
            written_at: written(number),
            content,
        }
    }

    fn source(&self) -> SourceDocument<'_> {
        SourceDocument {
            oid: &self.oid,
            controller: &self.controller,
            unit: None,
            group: self.group,
            type_code: Some(&self.type_code),
            service_task: self.service_task.as_ref(),
            written_at: self.written_at,
            content: &self.content,
            texts: Texts::Shown,
        }
    }
}

fn written(minute: u64) -> Timestamp {
    let begin: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    begin + i64::try_from(minute).unwrap().minutes()
}

fn of(papers: &[Paper], today: Date) -> Json {
    with(&SummaryRules::builtin().unwrap(), papers, today, Texts::Shown)
}

fn with(rules: &SummaryRules, papers: &[Paper], today: Date, texts: Texts) -> Json {
    let sources = papers.iter().map(|paper| SourceDocument { texts, ..paper.source() });
    json!(rules.extract(&sources.collect::<Vec<_>>(), today))
}

fn section<'a>(summary: &'a Json, name: &str) -> &'a [Json] {
    summary[name]["entries"].as_array().unwrap()
}

fn decision(number: u64, first: Option<&str>, last: Option<&str>) -> Paper {
    let service = json!({"system": "urn:oid:1.2.246.537.6.1222", "code": "55", "display": "Tuki"});
    let content = json!({"paatos": {"paatos": {
        "paatospaivamaara": "2024-05-01",
        "paatoksen_voimassaolo": {"alkamispaiva": first, "paattymispaiva": last},
        "sosiaalipalvelu_jota_paatos_koskee": {"sosiaalipalvelu": service},
        "ratkaisu_ja_perustelut": "Tuki myönnetään.",
    }}});
    Paper::new(number, Group::ClientDocument, "11052", content)
}

fn clientship(number: u64) -> Paper {
    let unit = |n: u32| {
        let code = format!("1.2.{n}");
        json!({"system": "urn:oid:1.2.246.537.6.202", "code": code, "display": "Yksikkö"})
    };
    let task =
        json!({"system": "urn:oid:1.2.246.537.6.1221", "code": "20", "display": "Vammaispalvelut"});
    let content = json!({"asiakkuusasiakirja": {
        "asiakas": {"sukunimi": "Testinen", "henkilotunnus": {"value": "010190-999X"}},
        "riskitieto": [
            {"riskin_kuvaus": "Koira", "riskitiedon_alkamispaiva": "2024-02"},
            {"riskin_kuvaus": "Ohi", "maaraaikaisen_riskitiedon_paattymispaiva": "2024-12-30"},
        ],
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": "2024-01-01"},
        "palveluista_vastaava_tyontekija": [
            {"sukunimi": "Työ", "etunimet": "Aino", "palveluyksikko": unit(1),
             "yhteystiedot": {"puhelinnumero": "0501234567"}},
        ],
        "sosiaalihuollon_palvelutehtava": [{"palvelutehtava": task, "palveluntuottaja": [
            {"palveluyksikon_nimi": unit(2), "asiakkuuden_alkamispvm": "2024-03-01"},
            {"palveluyksikon_nimi": unit(3), "asiakkuuden_alkamispvm": "2025-01-01"},
        ]}],
    }});
    Paper::new(number, Group::Clientship, "1", content)
}

/// REQ SUM-01
#[test]
fn a_decision_is_shown_from_its_first_to_its_last_day() {
    let papers = [decision(1, Some("2024-06-03"), Some("2024-11"))];
    for (day, shown) in [
        (date(2024, 6, 2), 0),
        (date(2024, 6, 3), 1),
        (date(2024, 11, 30), 1),
        (date(2024, 12, 1), 0),
    ] {
        assert_eq!(section(&of(&papers, day), "decisions").len(), shown, "{day}");
        assert_eq!(section(&of(&papers, day), "services").len(), shown, "{day}");
    }
    let summary = of(&papers, date(2024, 6, 3));
    let entry = &section(&summary, "decisions")[0];
    assert_eq!(
        (&entry["valid_from"], &entry["valid_to"]),
        (&json!("2024-06-03"), &json!("2024-11"))
    );
    assert_eq!(
        entry["fields"][0],
        json!({"name": "decided_on", "values": [{"day": "2024-05-01"}]})
    );
    assert_eq!(entry["fields"][1]["values"][0]["code"]["code"], "55");
}

/// REQ SUM-01
#[test]
fn a_decision_without_validity_stays_but_is_no_service_in_force() {
    let summary = of(&[decision(1, None, None)], TODAY);
    assert_eq!(section(&summary, "decisions").len(), 1);
    assert_eq!(section(&summary, "services").len(), 0);
    let open = of(&[decision(1, Some("2024"), None)], TODAY);
    assert_eq!(section(&open, "services").len(), 1, "an end that is not told is open");
}

/// REQ SUM-01
#[test]
fn a_clientship_tells_risks_workers_and_producers_that_are_valid() {
    let summary = of(&[clientship(1)], TODAY);
    let risks = section(&summary, "risks");
    assert_eq!(risks.len(), 1);
    assert_eq!(risks[0]["fields"][0]["values"][0]["text"]["text"], "Koira");
    let services = section(&summary, "services");
    assert_eq!(services.len(), 1, "the second producer begins tomorrow");
    assert_eq!(
        services[0]["fields"][0]["values"][0]["code"]["code"], "20",
        "of the task around it"
    );
    assert_eq!(services[0]["fields"][1]["values"][0]["code"]["code"], "1.2.2");
    let workers = section(&summary, "own_workers");
    assert_eq!(workers[0]["fields"][0]["values"][0]["person"]["family_name"], "Työ");
    let text = summary.to_string();
    assert!(!text.contains("0501234567") && !text.contains("010190-999X"), "no contact data");
}

#[test]
fn of_two_clientship_documents_of_a_controller_only_the_later_one_counts() {
    let mut elsewhere = clientship(3);
    elsewhere.controller = Oid::parse("1.2.246.10.99990002.10.0").unwrap();
    let mut later = clientship(2);
    later.content["asiakkuusasiakirja"]["riskitieto"] = json!([]);
    let summary = of(&[clientship(1), later, elsewhere], TODAY);
    let risks = section(&summary, "risks");
    assert_eq!(risks.len(), 1, "the later one tells no risk, and the older one not in its stead");
    assert_eq!(risks[0]["controller"], "1.2.246.10.99990002.10.0");
}

#[test]
fn plans_of_other_types_or_service_tasks_stand_side_by_side() {
    let plan = |number, type_code, task: &str, first: Option<&str>| {
        let content =
            json!({"s": {"paivamaara": "2024-01", "suunnitelma_on_voimassa_alkaen": first}});
        let service_task = Some(Code::parse(task).unwrap());
        Paper { service_task, ..Paper::new(number, Group::ClientDocument, type_code, content) }
    };
    let summary = of(
        &[
            plan(1, "15003", "20", None),
            plan(2, "15003", "20", None),
            plan(3, "15003", "10", None),
            plan(4, "15004", "20", None),
            plan(5, "15003", "20", Some("2025-01-01")),
        ],
        TODAY,
    );
    let told: Vec<_> = section(&summary, "plans").iter().map(|e| e["document"].as_str()).collect();
    let expected = [4, 3, 2].map(|n| format!("1.2.246.10.99990001.11.2024.{n}"));
    assert_eq!(told, expected.each_ref().map(|oid| Some(oid.as_str())), "the newest first");
}

#[test]
fn where_texts_are_withheld_an_entry_tells_that_there_is_one() {
    let rules = SummaryRules::builtin().unwrap();
    let summary = with(&rules, &[clientship(1), decision(2, None, None)], TODAY, Texts::Withheld);
    let risks = section(&summary, "risks");
    assert_eq!((&risks[0]["fields"], &risks[0]["text_withheld"]), (&json!([]), &json!(true)));
    assert_eq!(risks[0]["valid_from"], "2024-02");
    assert!(!summary.to_string().contains("Koira") && !summary.to_string().contains("myönnetään"));
    assert_eq!(section(&summary, "decisions")[0]["fields"][0]["name"], "decided_on");
    assert_eq!(section(&summary, "own_workers")[0].get("text_withheld"), None);
}

#[test]
fn a_section_is_bounded_and_tells_that_there_is_more() {
    let most = u64::try_from(MAX_ENTRIES).unwrap();
    let mut papers: Vec<_> = (1..=most).map(|n| decision(n, None, None)).collect();
    assert_eq!(of(&papers, TODAY)["decisions"]["more"], false);
    papers.push(decision(most + 1, None, None));
    let summary = of(&papers, TODAY);
    assert_eq!(summary["decisions"]["more"], true);
    assert_eq!(section(&summary, "decisions").len(), MAX_ENTRIES);
    assert_eq!(section(&summary, "decisions")[0]["document"], papers.last().unwrap().oid.as_str());
    let goals: Vec<_> = (0..30).map(|n| json!({"kuvaus": format!("Tavoite {n}")})).collect();
    let plan = Paper::new(
        1,
        Group::ClientDocument,
        "15003",
        json!({"s": {"asetettavat_tavoitteet": goals}}),
    );
    let summary = of(&[plan], TODAY);
    let field = &section(&summary, "plans")[0]["fields"][0];
    assert_eq!(
        (field["values"].as_array().unwrap().len(), &field["more"]),
        (MAX_VALUES, &json!(true))
    );
}

#[test]
fn rules_name_the_documents_that_they_concern() {
    let rules = SummaryRules::builtin().unwrap();
    assert_eq!(rules.groups(), [Group::ClientDocument, Group::Clientship]);
    let concern = |group, code| rules.concern(group, Some(&Code::parse(code).unwrap()));
    assert!(concern(Group::ClientDocument, "11052") && concern(Group::ClientDocument, "1000"));
    assert!(concern(Group::Clientship, "1") && rules.concern(Group::Clientship, None));
    assert!(!concern(Group::ClientDocument, "1") && !concern(Group::ClientDocument, "3002"));
    assert!(!concern(Group::RecordEntry, "19005") && !rules.concern(Group::ClientDocument, None));
}
