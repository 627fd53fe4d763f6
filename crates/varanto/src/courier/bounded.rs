//! A connection of which only so much is read: what a mail server says is bounded also where it never ends
//! a line.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most bytes that are read of one connection, handshake and all.
const MAX_BYTES: usize = 256 * 1024;

/// A connection whose reading ends in an error after 256 KiB.
#[derive(Debug)]
pub(super) struct Bounded<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
}

impl<S> Bounded<S> {
    /// Bounds a connection with `peer`.
    pub(super) const fn new(stream: S, peer: SocketAddr) -> Self {
        Self { stream, peer, left: MAX_BYTES }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = buffer.filled().len().saturating_sub(before);
        let Some(left) = self.left.checked_sub(read) else {
            // With an error nothing is read.
            buffer.set_filled(before);
            let why = "more was sent than is read";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
        };
        self.left = left;
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> AsyncTokioStream for Bounded<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read_all(length: usize) -> io::Result<usize> {
        let peer = SocketAddr::from(([127, 0, 0, 1], 25));
        let mut stream = Bounded::new(io::Cursor::new(vec![b'2'; length]), peer);
        stream.read_to_end(&mut Vec::new()).await
    }

    /// REQ LOG-07: a server that never ends a line is not read for ever.
    #[tokio::test]
    async fn reading_ends_in_an_error_after_the_bound() {
        assert_eq!(read_all(MAX_BYTES).await.unwrap(), MAX_BYTES);
        let error = read_all(MAX_BYTES + 1).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
