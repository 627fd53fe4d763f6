//! A client's file opened for one who may see whose it is.

use serde::Serialize;
use uuid::Uuid;
use varanto_model::PersonalIdentityCode;
use varanto_store::Purpose;
use varanto_store::client::Client;

use crate::Error;
use crate::service::Service;

/// Who a client is. Has no `Debug`: it names a person.
#[derive(Serialize)]
pub(crate) struct ShownClient {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_names: Option<String>,
}

impl ShownClient {
    /// Somebody of whom an identifier alone is known.
    pub(crate) fn named(identifier: String) -> Self {
        let is_code = PersonalIdentityCode::parse(&identifier).is_ok();
        let (id, temporary_id) =
            if is_code { (Some(identifier), None) } else { (None, Some(identifier)) };
        Self { id, temporary_id, family_name: None, given_names: None }
    }
}

impl Service {
    /// Opens identifier and names, as they were when the file was opened.
    pub(crate) fn shown_client(&self, client: &Client) -> Result<ShownClient, Error> {
        self.shown_person(client.key, &client.identifier, client.names.as_deref())
    }

    /// The same from what is sealed in the file with this key.
    pub(crate) fn shown_person(
        &self,
        key: Uuid,
        identifier: &[u8],
        names: Option<&[u8]>,
    ) -> Result<ShownClient, Error> {
        let text = |bytes| {
            String::from_utf8(bytes).map_err(|_| Error::Internal("an identifier is not text"))
        };
        let place = key.as_bytes();
        let identifier = text(self.unseal(Purpose::ClientIdentifier, place, identifier)?)?;
        let names: Option<(String, String)> = match names {
            None => None,
            Some(sealed) => {
                let plain = self.unseal(Purpose::ClientNames, place, sealed)?;
                let read = serde_json::from_slice(&plain);
                Some(read.map_err(|_| Error::Internal("sealed names cannot be read"))?)
            }
        };
        let (family_name, given_names) = names.unzip();
        Ok(ShownClient { family_name, given_names, ..ShownClient::named(identifier) })
    }
}
