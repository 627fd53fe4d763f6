//! `varanto demo`: the whole at work, on a sandbox of its own.

use std::path::PathBuf;

use clap::Args;
use varanto_sandbox::{SandboxPaths, World};

use super::serve::until_told_to_stop;
use super::{CommandError, say};
use crate::config::Config;
use crate::demo::{Story, tell_what_next};
use crate::people::People;
use crate::sandbox::create;
use crate::server::{Overrides, open_service, start};

/// Options of `varanto demo`.
#[derive(Debug, Args)]
pub struct Options {
    /// Play the story and end; fails if any step does.
    #[arg(long)]
    once: bool,
    /// National document structures to import first: a folder or a zip.
    #[arg(long, value_name = "DIR|ZIP")]
    structures: Option<PathBuf>,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the sandbox is made and kept; otherwise it is temporary.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Makes a sandbox, serves it, plays the story, and goes on serving.
pub async fn run(options: Options) -> Result<(), CommandError> {
    // A temporary sandbox goes away with this guard, whatever happens.
    let temporary = tempfile::Builder::new().prefix("varanto-demo-").tempdir();
    let temporary = temporary.map_err(|e| CommandError::file(&std::env::temp_dir(), e))?;
    let directory = options.directory.unwrap_or_else(|| temporary.path().join("sandbox"));

    create(&directory, &World::builtin(), options.port).await?;
    let paths = SandboxPaths::new(&directory);
    let config = Config::read(&paths.configuration())?;
    let imported = match &options.structures {
        Some(source) => {
            let service = open_service(&config, &[]).await?;
            Some(super::structures::import_from(&service, source).await?)
        }
        None => None,
    };
    let server = start(&config, &Overrides { port: Some(options.port) }).await?;
    let mut people = People::of(paths)?;
    people.base_url.clone_from(&server.base_url);

    let story = Story::new(&people).tell(imported.as_ref()).await;
    if story.is_ok() && !options.once {
        tell_what_next(&people, &directory);
        until_told_to_stop().await;
        say("stopping");
    }
    server.stop().await;
    story
}
