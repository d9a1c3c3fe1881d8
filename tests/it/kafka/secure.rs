//! A Kafka with TLS, SCRAM logins and access rights. Its plain listener is the administrator's: who comes there may do
//! everything, and who comes to the secure one what was granted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::broker::Broker;

/// A broker, and users whose rights are granted by tests.
pub struct Secure {
    broker: Broker,
}

/// Users that can log in. What each may do is for a test to say.
pub const USERS: [&str; 8] = ["worker", "no-input", "no-group", "no-output", "no-log", "no-id", "no-write", "late"];

/// Every user's password.
pub const PASSWORD: &str = "copy-desk-secret";

/// Nobody's password.
pub const OTHER_PASSWORD: &str = "not-it-at-all";

/// The secure broker that the tests of a run share, or none where there can be none.
pub fn shared() -> Option<&'static Secure> {
    static SHARED: OnceLock<Option<Secure>> = OnceLock::new();
    SHARED.get_or_init(|| super::or_tell(start()).map(|broker| Secure { broker })).as_ref()
}

fn start() -> Result<Broker, String> {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path())?;
    let user = |name: &str| format!("SCRAM-SHA-512=[name={name},password={PASSWORD}]");
    let users = USERS.iter().flat_map(|name| ["--add-scram".to_owned(), user(name)]);
    Broker::start_as(folder, include_str!("secure.properties"), &users.collect::<Vec<_>>())
}

/// An authority, the broker's certificate of it, and another authority that has certified nobody.
fn certify(folder: &Path) -> Result<(), String> {
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=tests")?;
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 2 -subj /CN=others")?;
    openssl(folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=broker")?;
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    openssl(
        folder,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names",
    )?;
    let parts = ["server.key", "server.crt", "ca.pem"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
    fs::write(folder.join("server.pem"), parts.concat()).unwrap();
    fs::write(folder.join("password"), format!("{PASSWORD}\n")).unwrap();
    fs::write(folder.join("other-password"), format!("{OTHER_PASSWORD}\n")).unwrap();
    Ok(())
}

fn openssl(folder: &Path, arguments: &str) -> Result<(), String> {
    let done = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    let done = done.map_err(|error| format!("openssl cannot be started: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr)))
}

impl Secure {
    /// For the administrator.
    pub fn admin(&self) -> String {
        self.broker.bootstrap()
    }

    /// For users.
    pub fn bootstrap(&self) -> String {
        self.broker.secure_bootstrap()
    }

    /// A file of this broker's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.broker.path(name)
    }

    /// The setting that takes the password from a file of this broker's folder.
    pub fn password(&self, file: &str) -> String {
        format!("kafka.secrets.sasl.password={}", self.file(file).display())
    }

    /// What a user's configuration says of the connection.
    pub fn login(&self, user: &str) -> Vec<String> {
        let ca = self.file("ca.pem");
        [
            "security.protocol=SASL_SSL".to_owned(),
            "sasl.mechanism=SCRAM-SHA-512".to_owned(),
            format!("ssl.ca.location={}", ca.display()),
            format!("sasl.username={user}"),
        ]
        .map(|property| format!("kafka.properties.{property}"))
        .into_iter()
        .chain([self.password("password")])
        .collect()
    }
}
