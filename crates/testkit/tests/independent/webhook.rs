//! A notice to another system, its signature held against Python's standard library (LOG-07).

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use uuid::Uuid;
use varanto::courier::{Couriers, Webhook, WebhookSecret};
use varanto_service::{Courier, NoticeKind};

use crate::python::Python;
use crate::receiver::{Answering, Receiver};

/// REQ LOG-07
#[tokio::test]
async fn a_webhook_is_signed_as_another_implementation_signs_it() {
    let Some(python) = Python::find() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let receiver = Receiver::over(listener, None, Answering::Well);
    let mut couriers = Couriers::default();
    let secrets = [0_u8, 1, 127, 255].map(|byte| format!("whsec_{}", STANDARD.encode([byte; 32])));
    for secret in &secrets {
        let shared = WebhookSecret::parse(secret).unwrap();
        couriers.webhooks.insert(secret.clone(), Webhook::new(&url, None, shared).unwrap());
    }
    for secret in &secrets {
        let notice = json!({
            "to": secret,
            "breach": Uuid::from_u128(1),
            "controller": "1.2.246.10.99990001.19.0",
            "controller_name": {"fi": "Testilän hyvinvointialue"},
            "source": "person",
            "opened_at": "2026-11-22T12:30:00Z",
            "due_at": "2026-11-25T12:30:00Z",
            "link": "https://localhost/v1/breaches/1",
            "register_link": "https://localhost/v1/breaches/search",
        });
        let id = Uuid::now_v7();
        let kind = NoticeKind::Webhook.as_str();
        couriers.deliver(id, kind, notice.to_string().into_bytes()).await.unwrap();
        let request = receiver.received().pop().unwrap();
        let signature = python.ask(
            "webhook.py",
            &json!({
                "secret": secret,
                "id": request.headers["webhook-id"],
                "timestamp": request.headers["webhook-timestamp"],
                "body": STANDARD.encode(&request.body),
            }),
        );
        assert_eq!(request.headers["webhook-id"], id.to_string());
        assert_eq!(signature, request.headers["webhook-signature"].as_str());
    }
    assert_eq!(receiver.received().len(), secrets.len());
}
