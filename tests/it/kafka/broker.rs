//! A broker process: started, stopped, killed, frozen, started again on the same port with the same data.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};

use super::jars;

/// A running broker; stopped when dropped, and when this process ends in any way.
pub struct Broker {
    folder: tempfile::TempDir,
    jars: PathBuf,
    /// Its settings, with DIR, PORT and SECURE in them to be filled in.
    settings: &'static str,
    port: u16,
    /// Of its listener with TLS and a login, if it has one.
    secure_port: u16,
    process: Option<Child>,
}

/// Flags for a quick start (the project's note on Kafka, section 2).
const JAVA: [&str; 3] = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"];

/// Ends its child when the process that started it is gone: a broker must not outlive a killed test run.
const GUARD: &str = r#"parent=$1; shift; "$@" & child=$!
trap 'kill -TERM $child 2>/dev/null; wait $child; exit' TERM
while kill -0 $parent 2>/dev/null && kill -0 $child 2>/dev/null; do sleep 0.3 & wait $!; done
kill -KILL $child 2>/dev/null; wait $child 2>/dev/null"#;

impl Broker {
    /// Starts a broker with fresh data on a free port.
    pub fn start() -> Result<Self, String> {
        Self::start_as(tempfile::tempdir().unwrap(), include_str!("server.properties"), &[])
    }

    /// The same with other settings, in a folder with what they need; `format` goes to the storage tool.
    pub fn start_as(folder: tempfile::TempDir, settings: &'static str, format: &[String]) -> Result<Self, String> {
        let jars = jars::folder()?;
        let mut broker = Self { folder, jars, settings, port: 0, secure_port: 0, process: None };
        broker.configure();
        fs::write(broker.path("log4j2.properties"), include_str!("log4j2.properties")).unwrap();
        let arguments = format;
        let mut format = broker.java("kafka.tools.StorageTool");
        format
            .args(["format", "--standalone", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c"])
            .arg(broker.path("server.properties"))
            .args(arguments);
        let done = format.output().map_err(|error| format!("java cannot be started: {error}"))?;
        if !done.status.success() {
            return Err(format!("Kafka's storage cannot be formatted: {}", String::from_utf8_lossy(&done.stderr)));
        }
        broker.restart()?;
        Ok(broker)
    }

    /// What clients connect to.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The same, with TLS and a login.
    #[cfg(any(feature = "tls", feature = "tls-vendored"))]
    pub fn secure_bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.secure_port)
    }

    /// Starts it again, on the port that it had.
    pub fn restart(&mut self) -> Result<(), String> {
        let started = Instant::now();
        let mut command = Command::new("sh");
        command.arg("-c").arg(GUARD).arg("guard").arg(std::process::id().to_string());
        let java = self.java("kafka.Kafka");
        command.arg(java.get_program()).args(java.get_args()).arg(self.path("server.properties"));
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null());
        let mut process = command.spawn().map_err(|error| error.to_string())?;
        let ports = listen(process.stdout.take().unwrap());
        self.process = Some(process);
        // The controller's port is told first, then the broker's, in the order of its listeners.
        let port = || ports.recv_timeout(Duration::from_secs(120)).map_err(|_| "Kafka does not start".to_owned());
        port()?;
        self.port = port()?;
        if self.settings.contains("SECURE") {
            self.secure_port = port()?;
        }
        self.configure();
        self.await_ready(started + Duration::from_secs(120))
    }

    /// SIGKILL, as when a machine is gone.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.reap();
    }

    /// SIGTERM, as when a node is restarted in good order.
    pub fn stop(&mut self) {
        self.signal("TERM");
        self.reap();
    }

    /// SIGSTOP: connections stay, nothing answers.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Signals the broker itself, which is the guard's child.
    fn signal(&self, signal: &str) {
        let Some(guard) = &self.process else { return };
        let done = Command::new("pkill")
            .args(["-x", &format!("-{signal}"), "-P", &guard.id().to_string(), "java"])
            .status()
            .unwrap();
        assert!(done.success(), "the broker cannot be signalled");
    }

    fn reap(&mut self) {
        if let Some(mut guard) = self.process.take() {
            guard.wait().unwrap();
        }
    }

    fn configure(&self) {
        let text = self.settings.replace("PORT", &self.port.to_string());
        let text = text.replace("SECURE", &self.secure_port.to_string());
        fs::write(self.path("server.properties"), text.replace("DIR", &self.folder.path().display().to_string()))
            .unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn java(&self, class: &str) -> Command {
        let mut command = Command::new("java");
        command.args(JAVA).arg(format!("-Dlog4j2.configurationFile={}", self.path("log4j2.properties").display()));
        command.arg("-cp").arg(format!("{}/*", Path::new(&self.jars).display())).arg(class);
        command
    }

    fn await_ready(&self, deadline: Instant) -> Result<(), String> {
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.bootstrap())
            .set("reconnect.backoff.max.ms", "200")
            .create()
            .map_err(|error| error.to_string())?;
        while Instant::now() < deadline {
            let metadata = client.fetch_metadata(None, Duration::from_secs(1));
            if metadata.is_ok_and(|metadata| metadata.brokers().len() == 1) {
                return Ok(());
            }
        }
        Err("Kafka started and does not answer".into())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.kill();
        }
    }
}

/// The ports that the broker's log tells.
fn listen(log: impl std::io::Read + Send + 'static) -> mpsc::Receiver<u16> {
    let (tell, ports) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            let address =
                line.split_once("Awaiting socket connections on ").map(|(_, rest)| rest.trim_end_matches('.'));
            if let Some(port) = address.and_then(|address| address.rsplit(':').next()?.parse().ok()) {
                let _ = tell.send(port);
            }
        }
    });
    ports
}
