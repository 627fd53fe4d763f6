//! Pages of what is stored, the next fetched while one is worked on.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use varanto_store::{Query, StoreError};

use crate::Error;
use crate::service::Service;

/// A list that comes in pages.
pub(super) struct Pages<T> {
    pages: mpsc::Receiver<Result<Vec<T>, StoreError>>,
    task: JoinHandle<()>,
}

impl<T: Send + 'static> Pages<T> {
    /// The list of which `next` gives the query of the first page, or of the page after the one that ends
    /// with an item; `make` makes of each stored item what is wanted of it.
    pub(super) fn of<S: Send + 'static>(
        service: &Service,
        next: impl Fn(Option<&S>) -> Query<S> + Send + 'static,
        make: impl Fn(&Service, S) -> T + Send + 'static,
    ) -> Self {
        let (to, pages) = mpsc::channel(1);
        let service = service.clone();
        let task = tokio::spawn(async move {
            let mut query = Some(next(None));
            while let Some(asked) = query.take() {
                let page = service.database.fetch(asked).await;
                query =
                    page.as_ref().ok().and_then(|page| page.last()).map(|last| next(Some(last)));
                let made =
                    |page: Vec<S>| page.into_iter().map(|item| make(&service, item)).collect();
                if to.send(page.map(made)).await.is_err() {
                    return;
                }
            }
        });
        Self { pages, task }
    }

    /// The next page; an empty one is the last.
    pub(super) async fn page(&mut self) -> Result<Vec<T>, Error> {
        Ok(self.pages.recv().await.transpose()?.unwrap_or_default())
    }

    /// Waits until nothing is fetched any more.
    pub(super) async fn end(self) {
        let Self { pages, task } = self;
        drop(pages);
        // A task that was stopped has ended too.
        let _ = task.await;
    }
}
