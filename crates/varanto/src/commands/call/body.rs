//! The body of a call: from the command line, a file or the standard input, and signed on request.

use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use varanto_client::{EnvelopeBuilder, Signer};
use varanto_model::json::{self, Limits};
use varanto_model::{MediaType, SignatureRole};

use crate::commands::CommandError;
use crate::commands::structures::bounded;

/// The largest body that is read: more than the interface takes, so that its refusal can be seen.
const MAX_DATA: u64 = 64 * 1024 * 1024;

/// The body, signed where that is asked for.
pub(super) fn body(
    data: &str,
    signed: bool,
    signer: impl FnOnce() -> Result<Signer, CommandError>,
) -> Result<Vec<u8>, CommandError> {
    let bytes = bytes_of(data)?;
    if !signed {
        return Ok(bytes);
    }
    let limits = Limits::default().with_bytes(usize::try_from(MAX_DATA).unwrap_or(usize::MAX));
    let mut envelope = json::parse(&bytes, limits).map_err(|e| CommandError::other(&e))?;
    if !is_signed(&envelope) {
        sign(&mut envelope, &signer()?, Timestamp::now())?;
    }
    Ok(envelope.to_string().into_bytes())
}

/// What stands on the command line, in the file that it names, or in the standard input.
pub(super) fn bytes_of(data: &str) -> Result<Vec<u8>, CommandError> {
    match (data, data.strip_prefix('@')) {
        ("-", _) => standard_input(),
        (_, Some(file)) => bounded(Path::new(file), MAX_DATA),
        (text, None) => Ok(text.as_bytes().to_vec()),
    }
}

fn standard_input() -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_DATA + 1).read_to_end(&mut bytes);
    read.map_err(|e| CommandError::file(Path::new("standard input"), e))?;
    if bytes.len() as u64 > MAX_DATA {
        return Err(CommandError::Other(format!("the body has more than {MAX_DATA} bytes")));
    }
    Ok(bytes)
}

fn is_signed(envelope: &Value) -> bool {
    let list = envelope.get("signatures").and_then(Value::as_array);
    list.is_some_and(|list| !list.is_empty())
}

/// Puts a signature of the system into an envelope; all else stays as it is.
fn sign(envelope: &mut Value, signer: &Signer, at: Timestamp) -> Result<(), CommandError> {
    let no_envelope = || {
        let why = "only a document can be signed: `metadata`, and `content` of known media types";
        CommandError::Other(why.to_owned())
    };
    let members = envelope.as_object_mut().ok_or_else(no_envelope)?;
    let metadata = members.get("metadata").ok_or_else(no_envelope)?.clone();
    let content = members.get("content").and_then(Value::as_array).ok_or_else(no_envelope)?;
    let mut builder = EnvelopeBuilder::new(metadata);
    for item in content {
        builder = with_item(builder, item).ok_or_else(no_envelope)?;
    }
    let built = builder.signed_by(SignatureRole::System, signer).build(at);
    let mut built = built.map_err(|e| CommandError::other(&e))?;
    let signatures = built.get_mut("signatures").map(Value::take).unwrap_or_default();
    members.insert("signatures".to_owned(), signatures);
    Ok(())
}

fn with_item<'a>(builder: EnvelopeBuilder<'a>, item: &Value) -> Option<EnvelopeBuilder<'a>> {
    let media_type = MediaType::parse(item.get("media_type")?.as_str()?)?;
    if let Some(data) = item.get("data") {
        return Some(builder.data(data.clone()));
    }
    if let Some(text) = item.get("text") {
        return Some(builder.text(media_type, text.as_str()?));
    }
    let bytes = STANDARD.decode(item.get("base64")?.as_str()?).ok()?;
    Some(builder.bytes(media_type, bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use varanto_model::Envelope;
    use varanto_signatures::{Usage, verify_detached};

    use super::*;
    use crate::commands::call::tests::sandbox;

    fn envelope() -> Value {
        json!({
            "metadata": {
                "oid": "1.2.246.10.99990001.11.2026.17",
                "original_oid": "1.2.246.10.99990001.11.2026.17",
                "version": 1, "group": "client_document", "title": "Vanha päätös",
                "language": "fi", "generation": "old", "register": "client",
                "controller": "1.2.246.10.99990001.19.0",
                "clients": [{"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"}],
                "written_at": "2016-09-02T10:15:00+03:00"
            },
            "content": [
                {"media_type": "application/json", "data": {"b": 1, "a": ["ö", null]}},
                {"media_type": "application/xhtml+xml", "text": "<html>ä</html>"},
                {"media_type": "application/pdf", "base64": "JVBERi0="}
            ]
        })
    }

    /// REQ SIG-02
    #[test]
    fn a_document_without_signature_is_signed_with_the_key_of_the_system() {
        let (_folder, made, people) = sandbox();
        let text = envelope().to_string();
        let signer = || people.system_signer(&people.manifest.organisations[0]);
        let sent = body(&text, true, signer).unwrap();
        let sent: Value = serde_json::from_slice(&sent).unwrap();
        assert_eq!(sent["metadata"], envelope()["metadata"]);
        assert_eq!(sent["content"], envelope()["content"]);

        let read = Envelope::parse(sent.clone()).unwrap();
        let now = Timestamp::now();
        let lists = made.authority().crls(now, now + jiff::SignedDuration::from_hours(1)).unwrap();
        let trust = made.authority().trust(lists).unwrap();
        let jws = &read.signatures[0].jws;
        verify_detached(jws, &read.manifest(), &trust, Usage::System, now).unwrap();

        // What is signed already goes as it is.
        let again = sent.to_string();
        let sent_again = body(&again, true, || panic!("nothing is to be signed")).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&sent_again).unwrap(), sent);
    }

    #[test]
    fn only_a_document_is_signed() {
        let (_folder, _, people) = sandbox();
        let signer = people.system_signer(&people.manifest.organisations[0]).unwrap();
        for mut other in [
            json!([]),
            json!({"metadata": {}}),
            json!({"content": []}),
            json!({"metadata": {}, "content": [{"media_type": "text/plain", "text": "x"}]}),
            json!({"metadata": {}, "content": [{"media_type": "application/pdf"}]}),
            json!({"metadata": {}, "content": [{"media_type": "application/pdf", "base64": "?"}]}),
        ] {
            let error = sign(&mut other, &signer, Timestamp::now()).unwrap_err();
            assert!(error.to_string().contains("only a document"), "{other}");
        }
    }

    #[test]
    fn a_body_comes_from_the_command_line_or_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("body.json");
        std::fs::write(&file, "{\"a\": 1}").unwrap();
        let unsigned = |data: &str| body(data, false, || panic!("nothing is to be signed"));
        assert_eq!(unsigned("not even JSON").unwrap(), b"not even JSON");
        assert_eq!(unsigned(&format!("@{}", file.display())).unwrap(), b"{\"a\": 1}");
        assert!(unsigned(&format!("@{}", folder.path().join("none").display())).is_err());
    }
}
