//! Work on many things at once, with as many hands as there are cores, and the answers in order.

use std::num::NonZero;

use tokio::task::{JoinHandle, spawn_blocking};

use crate::Error;

/// How many hands there are.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

/// Deals things out in turn, so that each hand gets about as much.
fn deal<T>(items: Vec<T>, hands: usize) -> Vec<Vec<T>> {
    let hands = hands.clamp(1, items.len().max(1));
    let mut dealt: Vec<Vec<T>> = (0..hands).map(|_| Vec::new()).collect();
    for (i, item) in items.into_iter().enumerate() {
        if let Some(hand) = dealt.get_mut(i % hands) {
            hand.push(item);
        }
    }
    dealt
}

/// Takes in what was dealt out, in the order in which it was.
fn gather<T>(dealt: Vec<Vec<T>>) -> Vec<T> {
    let mut hands: Vec<_> = dealt.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(hands.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}

/// Reckons with each thing, away from the threads that serve.
pub(super) async fn spread_blocking<T, U>(
    items: Vec<T>,
    hands: usize,
    work: impl Fn(T) -> U + Clone + Send + 'static,
) -> Result<Vec<U>, Error>
where
    T: Send + 'static,
    U: Send + 'static,
{
    let start = |hand: Vec<T>| {
        let work = work.clone();
        spawn_blocking(move || hand.into_iter().map(work).collect::<Vec<U>>())
    };
    ended(deal(items, hands).into_iter().map(start).collect()).await
}

/// Does something with each thing that waits for others, such as the store.
pub(super) async fn spread<T, U, F>(
    items: Vec<T>,
    hands: usize,
    work: impl Fn(T) -> F + Clone + Send + 'static,
) -> Result<Vec<U>, Error>
where
    T: Send + 'static,
    U: Send + 'static,
    F: Future<Output = U> + Send,
{
    let start = |hand: Vec<T>| {
        let work = work.clone();
        tokio::spawn(async move {
            let mut done = Vec::with_capacity(hand.len());
            for item in hand {
                done.push(work(item).await);
            }
            done
        })
    };
    ended(deal(items, hands).into_iter().map(start).collect()).await
}

async fn ended<U>(hands: Vec<JoinHandle<Vec<U>>>) -> Result<Vec<U>, Error> {
    let mut done = Vec::with_capacity(hands.len());
    for hand in hands {
        done.push(hand.await.map_err(|_| Error::Internal("a part of an import did not end"))?);
    }
    Ok(gather(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dealt_out_comes_back_in_order() {
        for count in [0, 1, 2, 3, 7, 64] {
            for hands in [0, 1, 2, 3, 100] {
                let items: Vec<usize> = (0..count).collect();
                let dealt = deal(items.clone(), hands);
                assert!(dealt.len() <= hands.max(1));
                assert_eq!(gather(dealt), items, "{count} among {hands}");
            }
        }
    }
}
