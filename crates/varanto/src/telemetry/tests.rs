//! The list of metrics is held to the code, and what is made for operators to the list.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn operations(file: &str) -> String {
    fs::read_to_string(root().join("docs/operations").join(file)).unwrap()
}

fn known() -> BTreeSet<String> {
    METRICS.iter().map(|metric| metric.name.to_owned()).collect()
}

/// The names of metrics in a text, without what is added to those of histograms.
fn named(text: &str) -> BTreeSet<String> {
    let names = Regex::new(r"\bvaranto_[a-z_]+").unwrap();
    let histograms = METRICS.iter().filter(|metric| metric.kind == Kind::Histogram);
    let histograms: BTreeSet<_> = histograms.map(|metric| metric.name).collect();
    let bare = |name: &str| {
        let ends = ["_bucket", "_sum", "_count"];
        let base = ends.iter().find_map(|end| name.strip_suffix(end));
        base.filter(|base| histograms.contains(base)).unwrap_or(name).to_owned()
    };
    names.find_iter(text).map(|name| bare(name.as_str())).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_list_has_the_metrics_of_the_code_and_no_other() {
    let mut files = Vec::new();
    for crate_folder in fs::read_dir(root().join("crates")).unwrap() {
        let source = crate_folder.unwrap().path().join("src");
        if source.is_dir() {
            sources(&source, &mut files);
        }
    }
    let macros = Regex::new(r#"(?:counter|gauge|histogram)!\(\s*"(varanto_[a-z_]+)""#).unwrap();
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        found.extend(macros.captures_iter(&text).map(|capture| capture[1].to_owned()));
    }
    assert_eq!(found.difference(&known()).next(), None, "is not in the list");
    assert_eq!(known().difference(&found).next(), None, "is in no code");
}

#[test]
fn a_metric_stands_in_the_list_once() {
    assert_eq!(known().len(), METRICS.len());
}

#[test]
fn the_dashboard_shows_metrics_that_there_are() {
    let dashboard: Value = serde_json::from_str(&operations("grafana-dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "a panel has an id of its own: {panel}");
        let title = panel["title"].as_str().unwrap();
        if panel["type"] == "row" {
            continue;
        }
        assert!(!panel["description"].as_str().unwrap_or_default().is_empty(), "{title}");
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title}");
        for target in targets {
            let query = target["expr"].as_str().unwrap();
            let shown = named(query);
            assert!(!shown.is_empty() || query.contains("up{"), "{title}: {query}");
            assert_eq!(shown.difference(&known()).next(), None, "{title}");
            assert_eq!(query.matches('(').count(), query.matches(')').count(), "{title}: {query}");
        }
    }
}

#[test]
fn every_metric_is_on_the_dashboard_or_in_an_alarm() {
    let mut used = named(&operations("grafana-dashboard.json"));
    used.append(&mut named(&operations("alerts.yml")));
    assert_eq!(known().difference(&used).next(), None);
}

#[test]
fn alarms_go_by_metrics_that_there_are_and_say_what_to_do() {
    let rules = operations("alerts.yml");
    assert_eq!(named(&rules).difference(&known()).next(), None);
    let page = operations("monitoring.md");
    let alarms: Vec<_> = rules.split("- alert: ").skip(1).collect();
    assert!(alarms.len() > 10);
    for alarm in alarms {
        let name = alarm.lines().next().unwrap();
        for part in ["expr:", "severity:", "summary:", "description:", "do:"] {
            assert_eq!(alarm.matches(part).count(), 1, "{name}: {part}");
        }
        assert!(page.contains(&format!("`{name}`")), "monitoring.md has no line about {name}");
    }
}

#[test]
fn the_page_says_of_each_metric_what_the_list_says() {
    let page = operations("monitoring.md");
    for metric in METRICS {
        let line = format!("| `{}` | {} |", metric.name, metric.says);
        assert!(page.contains(&line), "missing: {line}");
    }
}

#[test]
fn resident_memory_is_read_from_what_the_kernel_tells() {
    assert_eq!(resident("Name:\tvaranto\nVmRSS:\t   51200 kB\nThreads:\t4\n"), Some(51_200));
    assert_eq!(resident("Name:\tvaranto\n"), None);
    assert!(resident(&fs::read_to_string("/proc/self/status").unwrap()).unwrap() > 1_000);
}

#[test]
fn what_is_measured_comes_out_in_buckets_with_what_it_means() {
    let recorder = with_buckets().unwrap().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        describe();
        metrics::histogram!("varanto_store_commit_seconds").record(0.004);
        note_end(End::RevocationLists, Timestamp::from_second(1_790_000_000).unwrap());
    });
    let text = handle.render();
    for line in [
        "# HELP varanto_panics_total requests that met a defect of the program",
        "varanto_panics_total 0",
        "varanto_store_commit_seconds_bucket{le=\"0.0025\"} 0",
        "varanto_store_commit_seconds_bucket{le=\"0.005\"} 1",
        "varanto_revocation_lists_end_timestamp_seconds 1790000000",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
    }
    assert_eq!(named(&text).difference(&known()).next(), None);
}
