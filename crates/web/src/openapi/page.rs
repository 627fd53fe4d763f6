//! The readable page about the interface, made from the OpenAPI document alone.
//!
//! Plain HTML with a contents list and headings; no script, and nothing from elsewhere.

use std::fmt::Write as _;

use serde_json::Value;

use super::html::{escaped, inline, paragraphs};

const STYLE: &str = include_str!("page.css");
const GETTING_STARTED: &str = include_str!("getting_started.html");

/// One operation as the document has it.
struct Entry<'a> {
    method: &'a str,
    path: &'a str,
    operation: &'a Value,
}

/// The page about `document`, which is what [`super::document`] gives.
pub(crate) fn page(document: &Value) -> String {
    let info = at(document, &["info"]);
    let title = escaped(text(at(info, &["title"])));
    let server = first(at(document, &["servers"]));
    let base = escaped(text(at(server, &["url"])));
    let tags: Vec<_> =
        list(at(document, &["tags"])).iter().map(|tag| (tag, entries(document, tag))).collect();
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}: the system interface</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip the contents</a>\n\
         <header>\n<h1>{title}: the system interface</h1>\n<p>Version {}, licence {}.</p>\n</header>\n",
        escaped(text(at(info, &["version"]))),
        escaped(text(at(info, &["license", "name"]))),
    );
    html.push_str(&contents(&tags));
    html.push_str("<main id=\"main\">\n<h2 id=\"introduction\">Introduction</h2>\n");
    html.push_str(&paragraphs(text(at(info, &["description"]))));
    html.push_str(&GETTING_STARTED.replace("{base}", &base));
    for (tag, entries) in &tags {
        let name = escaped(text(at(tag, &["name"])));
        let about = inline(text(at(tag, &["description"])));
        push(
            &mut html,
            format_args!("<h2 id=\"tag-{name}\">{}</h2>\n<p>{about}</p>\n", capital(&name)),
        );
        for entry in entries {
            operation(&mut html, document, entry);
        }
    }
    problems(&mut html, document);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// The operations under a tag, in the order of their paths.
fn entries<'a>(document: &'a Value, tag: &Value) -> Vec<Entry<'a>> {
    let mut found = Vec::new();
    for (path, methods) in members(at(document, &["paths"])) {
        for (method, operation) in members(methods) {
            if list(at(operation, &["tags"])).contains(at(tag, &["name"])) {
                found.push(Entry { method, path, operation });
            }
        }
    }
    found
}

fn contents(tags: &[(&Value, Vec<Entry<'_>>)]) -> String {
    let mut html = String::from(
        "<nav aria-label=\"Contents\">\n<ul>\n<li><a href=\"#introduction\">Introduction</a></li>\n\
         <li><a href=\"#getting-started\">Getting started</a></li>\n",
    );
    for (tag, entries) in tags {
        let name = escaped(text(at(tag, &["name"])));
        push(&mut html, format_args!("<li><a href=\"#tag-{name}\">{}</a>\n<ul>\n", capital(&name)));
        for entry in entries {
            let id = escaped(text(at(entry.operation, &["operationId"])));
            let summary = inline(text(at(entry.operation, &["summary"])));
            push(&mut html, format_args!("<li><a href=\"#{id}\">{summary}</a></li>\n"));
        }
        html.push_str("</ul></li>\n");
    }
    html.push_str("<li><a href=\"#problems\">Problems</a></li>\n</ul>\n</nav>\n");
    html
}

fn operation(html: &mut String, document: &Value, entry: &Entry<'_>) {
    let about = entry.operation;
    let id = escaped(text(at(about, &["operationId"])));
    let (method, path) = (escaped(entry.method), escaped(entry.path));
    push(html, format_args!("<h3 id=\"{id}\">{}</h3>\n", inline(text(at(about, &["summary"])))));
    push(html, format_args!("<p><code><span class=\"method\">{method}</span> {path}</code></p>\n"));
    html.push_str(&paragraphs(text(at(about, &["description"]))));
    push(html, format_args!("<p>Who may call: {}.</p>\n", caller(at(about, &["security"]))));
    parameters(html, about);
    for (media_type, form) in members(at(about, &["requestBody", "content"])) {
        let example = escaped(&example(document, media_type, at(form, &["schema"])));
        push(html, format_args!("<h4>Request, <code>{}</code></h4>\n", escaped(media_type)));
        push(html, format_args!("<pre tabindex=\"0\">{example}</pre>\n"));
    }
    answers(html, about);
    for (status, answer) in members(at(about, &["responses"])) {
        let form = at(answer, &["content", "application/json", "schema"]);
        if status == "200" && form.is_object() {
            let example = escaped(&example(document, "application/json", form));
            html.push_str("<h4>Answer</h4>\n");
            push(html, format_args!("<pre tabindex=\"0\">{example}</pre>\n"));
        }
    }
}

fn caller(security: &Value) -> &'static str {
    match list(security).first() {
        None => "anyone",
        Some(needed) if needed.get("token").is_some() => {
            "a professional with a token, behind a system with a client certificate"
        }
        Some(_) => "a system with a client certificate",
    }
}

fn parameters(html: &mut String, about: &Value) {
    let given = list(at(about, &["parameters"]));
    if given.is_empty() {
        return;
    }
    let head = ["Name", "Where", "What"];
    table(
        html,
        "Parameters",
        &head,
        given.iter().map(|parameter| {
            let name = format!("<code>{}</code>", escaped(text(at(parameter, &["name"]))));
            vec![
                name,
                escaped(text(at(parameter, &["in"]))),
                inline(text(at(parameter, &["description"]))),
            ]
        }),
    );
}

fn answers(html: &mut String, about: &Value) {
    table(
        html,
        "Answers",
        &["Status", "What", "Media types"],
        members(at(about, &["responses"])).map(|(status, answer)| {
            let forms: Vec<_> = members(at(answer, &["content"]))
                .map(|(name, _)| format!("<code>{}</code>", escaped(name)))
                .collect();
            vec![escaped(status), inline(text(at(answer, &["description"]))), forms.join(", ")]
        }),
    );
}

fn problems(html: &mut String, document: &Value) {
    html.push_str("<h2 id=\"problems\">Problems</h2>\n");
    let about = "The `type` of a problem is `urn:varanto:problem:` and the slug.";
    push(html, format_args!("<p>{}</p>\n", inline(about)));
    table(
        html,
        "Every problem",
        &["Slug", "Status", "Meaning"],
        list(at(document, &["x-problems"])).iter().map(|problem| {
            let slug = format!("<code>{}</code>", escaped(text(at(problem, &["slug"]))));
            vec![
                slug,
                at(problem, &["status"]).to_string(),
                inline(text(at(problem, &["meaning"]))),
            ]
        }),
    );
}

/// A table; its cells are HTML, and the first of each row heads it.
fn table(html: &mut String, caption: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    push(html, format_args!("<table>\n<caption>{caption}</caption>\n<thead><tr>"));
    for name in head {
        push(html, format_args!("<th scope=\"col\">{name}</th>"));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let (open, close) =
                if i == 0 { ("<th scope=\"row\">", "</th>") } else { ("<td>", "</td>") };
            push(html, format_args!("{open}{cell}{close}"));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
}

/// The first example of a schema, as it stands in a body of the media type.
fn example(document: &Value, media_type: &str, schema: &Value) -> String {
    let name = text(at(schema, &["$ref"])).rsplit('/').next().unwrap_or_default();
    let value = first(at(document, &["components", "schemas", name, "examples"]));
    if media_type == "application/x-www-form-urlencoded" {
        let pairs: Vec<_> =
            members(value).map(|(name, value)| format!("{name}={}", text(value))).collect();
        return pairs.join("&\n");
    }
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// What is found by following names from one object into the next; null where the way ends.
fn at<'a>(value: &'a Value, names: &[&str]) -> &'a Value {
    names.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The first element of a list.
fn first(value: &Value) -> &Value {
    list(value).first().unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The word with its first letter, which is ASCII, as a capital.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(text);
}
