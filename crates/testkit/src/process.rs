//! The built program, run as a process of its own.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use varanto::people::People;
use varanto_sandbox::World;

use crate::person::TestPerson;
use crate::site::Site;
use crate::store::TestStore;

/// How long a server may take to answer, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program `varanto serve` over a sandbox of its own. It is killed when this is dropped.
pub struct ServerProcess {
    site: Site,
    child: Killed,
    log: PathBuf,
}

/// A child that does not outlive its owner.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl ServerProcess {
    /// A server over the built-in world.
    pub async fn start() -> Self {
        Self::with(&World::builtin(), |text| text).await
    }

    /// A server over a world with another configuration: `change` gets the TOML text.
    pub async fn with(world: &World, change: impl FnOnce(String) -> String) -> Self {
        Self::over(Site::create(TestStore::of_this_run(), world, change).await)
    }

    /// A server over the built-in world on this store, whatever the run is about.
    pub async fn on(store: TestStore) -> Self {
        Self::with_on(store, &World::builtin(), |text| text).await
    }

    /// A server over a world with another configuration, on this store.
    pub async fn with_on(
        store: TestStore,
        world: &World,
        change: impl FnOnce(String) -> String,
    ) -> Self {
        Self::over(Site::create(store, world, change).await)
    }

    /// A server over a sandbox that was served before.
    pub fn over(mut site: Site) -> Self {
        let (child, log, base_url) = serve(&site, "server");
        site.base_url = base_url;
        Self { site, child, log }
    }

    /// Ends the process at once, as a power cut would; gives the sandbox.
    pub fn kill(self) -> Site {
        drop(self.child);
        self.site
    }

    /// Tells the process to stop (SIGTERM), waits for it, and tells how it ended.
    pub fn terminate(mut self) -> (ExitStatus, Site) {
        let child = &mut self.child.0;
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(told.expect("`kill` runs").success(), "the process could not be told to stop");
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("the process can be waited for") {
                return (status, self.site);
            }
            assert!(began.elapsed() < PATIENCE, "the server did not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the server has written to its standard output and error so far.
    pub fn log(&self) -> String {
        read(&self.log)
    }
}

impl Deref for ServerProcess {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// One more server over the sandbox of another, also a process of its own. It is killed when this is dropped.
pub struct FurtherServer {
    people: People,
    child: Killed,
}

impl FurtherServer {
    /// A server over the sandbox of a site; no other server of the site has its name.
    pub fn over(site: &Site, name: &str) -> Self {
        let (child, _, base_url) = serve(site, name);
        let (paths, manifest) = (site.paths().clone(), site.manifest().clone());
        Self { people: People { paths, manifest, base_url }, child }
    }

    /// The person with this id, behind the system of the organisation whose register lists it first.
    pub fn person(&self, id: &str) -> TestPerson {
        TestPerson::of(&self.people, id)
    }

    /// Ends the process at once, as a power cut would.
    pub fn kill(self) {
        drop(self.child);
    }
}

/// Starts the program over the sandbox of a site, under a name for its log; gives the log and the address.
fn serve(site: &Site, name: &str) -> (Killed, PathBuf, String) {
    let log = site.paths().join(&format!("{name}.log"));
    let ready = site.paths().join(&format!("{name}.ready"));
    let _ = std::fs::remove_file(&ready);
    let append = || File::options().create(true).append(true).open(&log).expect("a log file");
    let child = Command::new(binary())
        .args(["serve", "--port", "0", "--config"])
        .arg(site.paths().configuration())
        .arg("--ready-file")
        .arg(&ready)
        .stdin(Stdio::null())
        .stdout(append())
        .stderr(append())
        .spawn();
    let mut child = Killed(child.expect("the program runs"));
    let base_url = await_address(&ready, &mut child.0, &log);
    (child, log, base_url)
}

/// The address that the server writes into its ready file.
fn await_address(ready: &Path, child: &mut Child, log: &Path) -> String {
    let began = Instant::now();
    loop {
        let told = read(ready);
        if told.ends_with('\n') {
            return told.trim().to_owned();
        }
        if let Some(status) = child.try_wait().expect("the process can be waited for") {
            panic!("the server ended ({status}): {}", read(log));
        }
        assert!(began.elapsed() < PATIENCE, "the server is not ready: {}", read(log));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Runs the built program with these arguments to its end.
pub fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Output {
    let output = Command::new(binary()).args(arguments).stdin(Stdio::null()).output();
    output.expect("the program runs")
}

/// The built program: it lies beside the folder of the test or example that runs. Where it is missing, or
/// older than that, it is built, once.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("the test is a program");
        let is_folder = |path: &&Path| path.ends_with("deps") || path.ends_with("examples");
        let folder = test.ancestors().find(is_folder).and_then(Path::parent);
        let folder = folder.expect("a test lies in target/<profile>/deps");
        let binary = folder.join(format!("varanto{}", std::env::consts::EXE_SUFFIX));
        let built = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
        if built(&binary) < built(&test) {
            build(folder.ends_with("release"));
        }
        binary
    })
}

/// The whole workspace: another choice of packages would compile heavy crates again.
fn build(is_release: bool) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = if is_release { "release" } else { "dev" };
    let arguments = ["build", "--quiet", "--workspace", "--bins", "--profile", profile];
    let built = Command::new(cargo).args(arguments).status();
    assert!(built.is_ok_and(|status| status.success()), "the program could not be built");
}
