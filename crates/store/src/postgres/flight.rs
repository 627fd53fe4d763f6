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
type Waiting<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What has been sent, in its order.
pub(super) struct Flight<'a> {
    connection: &'a Object,
    sent: Vec<Sent<'a>>,
}

enum Sent<'a> {
    Waiting(Waiting<'a>),
    Answered(Answer),
}

impl<'a> Flight<'a> {
    pub(super) fn new(connection: &'a Object) -> Self {
        Self { connection, sent: Vec::new() }
    }

    /// Sends a command without arguments.
    pub(super) async fn command(&mut self, command: &'static str) {
        let connection = self.connection;
        self.send(Box::pin(async move { connection.batch_execute(command).await.map(|()| 0) }))
            .await;
    }

    /// Sends a prepared statement.
    pub(super) async fn statement(&mut self, prepared: Prepared, args: &'a [Value]) {
        let connection = self.connection;
        let args = borrowed(args);
        self.send(Box::pin(async move { connection.execute(&prepared, &args).await })).await;
    }

    /// Sends the statement that takes holds; nothing where there are none.
    pub(super) async fn holds(&mut self, prepared: Option<Prepared>, holds: &[Hold]) {
        let Some(prepared) = prepared else { return };
        let connection = self.connection;
        let numbers: Vec<i64> = holds.iter().map(|hold| hold.number).collect();
        let exclusive: Vec<bool> = holds.iter().map(|hold| hold.exclusive).collect();
        let taking = async move { connection.execute(&prepared, &[&numbers, &exclusive]).await };
        self.send(Box::pin(taking)).await;
    }

    /// A future of the driver is sent when it is polled for the first time.
    async fn send(&mut self, mut future: Waiting<'a>) {
        let first = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        self.sent.push(match first {
            Poll::Ready(answer) => Sent::Answered(answer),
            Poll::Pending => Sent::Waiting(future),
        });
    }

    /// Has one failed before it was sent, such as by an argument that has no place?
    pub(super) fn is_broken(&self) -> bool {
        self.sent.iter().any(|sent| matches!(sent, Sent::Answered(Err(_))))
    }

    /// The answers in the order of what was sent.
    pub(super) async fn answers(self) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(self.sent.len());
        for sent in self.sent {
            answers.push(match sent {
                Sent::Answered(answer) => answer,
                Sent::Waiting(future) => future.await,
            });
        }
        answers
    }
}

/// Takes holds one after another, each alone or together with others, until the transaction ends.
pub(super) const HOLD: &str = "-- flight::hold
SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(number)
    ELSE pg_advisory_xact_lock_shared(number) END
FROM unnest($1::bigint[], $2::boolean[]) AS held (number, exclusive)";
