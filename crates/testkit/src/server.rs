//! A server in the process of the test.

use std::net::SocketAddr;
use std::ops::Deref;

use varanto::server::{Overrides, RunningServer, start};
use varanto_sandbox::World;

use crate::site::Site;
use crate::store::TestStore;

/// A server over a sandbox of its own, on a free port. It lives on the runtime that started it, and
/// ends with it.
pub struct TestServer {
    site: Site,
    running: RunningServer,
}

impl TestServer {
    /// A server over the built-in world.
    pub async fn start() -> Self {
        Self::with_world(&World::builtin()).await
    }

    /// A server over a world of the test's own.
    pub async fn with_world(world: &World) -> Self {
        Box::pin(Self::with(world, |text| text)).await
    }

    /// A server over the built-in world with another configuration: `change` gets the TOML text.
    pub async fn with_config(change: impl FnOnce(String) -> String) -> Self {
        Box::pin(Self::with(&World::builtin(), change)).await
    }

    /// A server over a world with another configuration.
    pub async fn with(world: &World, change: impl FnOnce(String) -> String) -> Self {
        Self::over(Site::create(TestStore::of_this_run(), world, change).await).await
    }

    /// A server over the built-in world on this store, whatever the run is about.
    pub async fn on(store: TestStore) -> Self {
        Self::over(Site::create(store, &World::builtin(), |text| text).await).await
    }

    /// Where its metrics are, if anywhere.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.running.metrics
    }

    /// Stops the server; gives the sandbox, to be served again or looked at.
    pub async fn stop(self) -> Site {
        self.running.stop().await;
        self.site
    }

    /// Serves a sandbox that was served before.
    pub async fn over(mut site: Site) -> Self {
        let overrides = Overrides { port: Some(0) };
        let running = Box::pin(start(&site.config(), &overrides)).await.expect("a server");
        site.base_url.clone_from(&running.base_url);
        Self { site, running }
    }
}

impl Deref for TestServer {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}
