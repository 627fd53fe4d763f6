//! Many statements to the server in one flight: all are sent before the first answer is waited for.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::Object;
use futures_util::future::poll_fn;
use tokio_postgres::Statement as Prepared;

use super::values::borrowed;
use crate::hold::Hold;
use crate::plan::Value;

type Answer = Result<u64, tokio_postgres::Error>;

/// Something that was sent, with the answer that is waited for.
pub(super) enum Sent<'a, T> {
    Waiting(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
    Answered(T),
}

impl<'a, T> Sent<'a, T> {
    /// Sends: a future of the driver does so when it is polled for the first time.
    pub(super) async fn now(future: impl Future<Output = T> + Send + 'a) -> Self {
        let mut future: Pin<Box<dyn Future<Output = T> + Send + 'a>> = Box::pin(future);
        match poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            Poll::Ready(answer) => Self::Answered(answer),
            Poll::Pending => Self::Waiting(future),
        }
    }

    /// Waits for the answer.
    pub(super) async fn answer(self) -> T {
        match self {
            Self::Answered(answer) => answer,
            Self::Waiting(future) => future.await,
        }
    }
}

/// What has been sent, in its order.
pub(super) struct Flight<'a> {
    connection: &'a Object,
    sent: Vec<Sent<'a, Answer>>,
}

impl<'a> Flight<'a> {
    pub(super) fn new(connection: &'a Object) -> Self {
        Self { connection, sent: Vec::new() }
    }

    /// Sends a command without arguments.
    pub(super) async fn command(&mut self, command: &'static str) {
        let connection = self.connection;
        let run = async move { connection.batch_execute(command).await.map(|()| 0) };
        self.sent.push(Sent::now(run).await);
    }

    /// Sends a prepared statement.
    pub(super) async fn statement(
        &mut self,
        prepared: Prepared,
        args: impl IntoIterator<Item = &'a Value>,
    ) {
        let connection = self.connection;
        let args = borrowed(args);
        let run = async move { connection.execute(&prepared, &args).await };
        self.sent.push(Sent::now(run).await);
    }

    /// Sends the statement that takes holds; nothing where there are none.
    pub(super) async fn holds(&mut self, prepared: Option<Prepared>, holds: &[Hold]) {
        let Some(prepared) = prepared else { return };
        let connection = self.connection;
        let numbers: Vec<i64> = holds.iter().map(|hold| hold.number).collect();
        let exclusive: Vec<bool> = holds.iter().map(|hold| hold.exclusive).collect();
        let taking = async move { connection.execute(&prepared, &[&numbers, &exclusive]).await };
        self.sent.push(Sent::now(taking).await);
    }

    /// Has one failed before it was sent, such as by an argument that has no place?
    pub(super) fn is_broken(&self) -> bool {
        self.sent.iter().any(|sent| matches!(sent, Sent::Answered(Err(_))))
    }

    /// The answers in the order of what was sent.
    pub(super) async fn answers(self) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(self.sent.len());
        for sent in self.sent {
            answers.push(sent.answer().await);
        }
        answers
    }
}

/// Begins what writes. A session is read-only but for this (see [`super::READ_ONLY`]): where BEGIN itself does not come
/// through, as when it is cancelled, what was sent after it is refused statement by statement and nothing is kept.
pub(super) const BEGIN: &str = "BEGIN READ WRITE";

/// Takes holds one after another, each alone or together with others, until the transaction ends.
pub(super) const HOLD: &str = "-- flight::hold
SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(number)
    ELSE pg_advisory_xact_lock_shared(number) END
FROM unnest($1::bigint[], $2::boolean[]) AS held (number, exclusive)";

/// Takes holds that nobody has and nobody waits for. Where one of them is not free, it divides by zero; see
/// [`super::texts`].
pub(super) const HOLD_IF_FREE: &str = "-- flight::hold_if_free
SELECT 1 / bool_and(CASE WHEN exclusive THEN pg_try_advisory_xact_lock(number)
    ELSE pg_try_advisory_xact_lock_shared(number) END)::int
FROM unnest($1::bigint[], $2::boolean[]) AS held (number, exclusive)";
