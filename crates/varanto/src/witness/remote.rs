//! A witness elsewhere (C2SP tlog-witness): it is shown every new tree with the proof that the one it saw last
//! has only grown, and signs what it has seen.

use std::fmt;

use reqwest::{Response, StatusCode};
use varanto_client::{ClientError, tls_config};
use varanto_log::{MAX_COSIGNATURE_BYTES, NotCosigned, WitnessKey};
use varanto_service::{Error, Service};

use crate::courier::https;

/// A witness. It is told of one tree after another.
pub struct Witness {
    http: reqwest::Client,
    url: String,
    key: Option<WitnessKey>,
    /// The size of the tree that it has seen last, as far as we know.
    seen: Option<u64>,
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Witness").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Why a witness has not signed.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It cannot be reached, or not in time.
    #[error("the witness cannot be reached")]
    Unreached,
    /// It refused.
    #[error("the witness answered {0}")]
    Refused(StatusCode),
    /// It has seen a larger tree than there is: the log was cut off, or another one was shown to it.
    #[error("the witness has seen a tree of {0} leaves, which is more than there are")]
    Ahead(u64),
    /// Its answer is too long, or not of the right form.
    #[error("the answer of the witness cannot be read")]
    Answer,
    /// It is not its signature.
    #[error(transparent)]
    NotCosigned(#[from] NotCosigned),
    /// The store.
    #[error("the log cannot be read")]
    Log(Error),
}

impl Witness {
    /// A witness at a URL, which ends without a slash. Without `ca_pem` there is no TLS: that is for the
    /// machine itself, which the configuration sees to.
    pub fn new(
        url: &str,
        ca_pem: Option<&str>,
        key: Option<WitnessKey>,
    ) -> Result<Self, ClientError> {
        let tls = match ca_pem {
            Some(ca_pem) => tls_config(ca_pem, None)?,
            None => crate::courier::trusting_nobody()?,
        };
        let http = https::builder(tls).https_only(ca_pem.is_some()).build()?;
        Ok(Self { http, url: url.to_owned(), key, seen: None })
    }

    /// The size of the tree that it has seen last, as far as is known.
    pub fn seen(&self) -> Option<u64> {
        self.seen
    }

    /// Shows the newest tree, unless the witness has seen it. Where it has seen another than was thought, that
    /// is known afterwards, and the next showing goes on from there.
    pub async fn show(&mut self, service: &Service) -> Result<(), WitnessError> {
        let Some(newest) = service.newest_signed().await.map_err(WitnessError::Log)? else {
            return Ok(());
        };
        if self.seen == Some(newest.size) || newest.size == 0 {
            return Ok(());
        }
        let old = self.seen.unwrap_or(0);
        if old > newest.size {
            // It may have been a false answer: next time it is asked anew.
            self.seen = None;
            return Err(WitnessError::Ahead(old));
        }
        let proof = service.log_growth(old, newest.size).await.map_err(WitnessError::Log)?;
        let proof: String = proof.iter().map(|hash| hash.to_string() + "\n").collect();
        let body = format!("old {old}\n{proof}\n{}", newest.note);
        let request = self.http.post(format!("{}/add-checkpoint", self.url)).body(body);
        let answer = request.send().await.map_err(|_| WitnessError::Unreached)?;
        match answer.status() {
            StatusCode::OK => {
                let lines = bounded(answer).await?;
                if let Some(key) = &self.key {
                    let (line, at) = key.cosigned(&newest.note, &lines)?;
                    let kept = service.keep_cosignature(newest.size, key.name(), at, line).await;
                    kept.map_err(WitnessError::Log)?;
                }
                self.seen = Some(newest.size);
                Ok(())
            }
            StatusCode::CONFLICT => {
                let size = bounded(answer).await?.trim_end().parse().ok();
                let size: u64 = size.ok_or(WitnessError::Answer)?;
                if size == old {
                    return Err(WitnessError::Answer);
                }
                self.seen = Some(size);
                Ok(())
            }
            status => Err(WitnessError::Refused(status)),
        }
    }
}

/// A short answer.
async fn bounded(mut answer: Response) -> Result<String, WitnessError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| WitnessError::Unreached)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_COSIGNATURE_BYTES {
            return Err(WitnessError::Answer);
        }
    }
    String::from_utf8(body).map_err(|_| WitnessError::Answer)
}
