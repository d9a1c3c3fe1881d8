//! Topics as commands look at them and create them: a client that reaches the brokers soon or says why not.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tracing::debug;

use super::client::{ClientError, asker};
use super::connection::{Cause, Connection, Sign};
use super::look::{Sight, settings, sight};
use crate::config::Config;
use crate::topics::Topic;

/// How long brokers may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same, once a client has told for certain why none will.
const CERTAIN: Duration = Duration::from_secs(3);
/// How long a topic that was created may take to be seen.
const VISIBLE: Duration = Duration::from_secs(30);
/// One request.
const REQUEST: Duration = Duration::from_secs(10);

/// Keeps why no connection can be made.
struct Context {
    connection: Connection,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    cause: Option<Cause>,
    symptom: Option<String>,
    is_down: bool,
}

impl Context {
    fn new(config: &Config) -> Self {
        Self { connection: Connection::new(config), told: Mutex::default() }
    }

    fn cause(&self) -> Option<Cause> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).cause.clone()
    }

    /// Why no broker answers.
    fn why(&self) -> Cause {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.cause
            .clone()
            .unwrap_or_else(|| self.connection.down(told.symptom.as_deref(), told.is_down && told.symptom.is_none()))
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        debug!(?level, facility, "{message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match self.connection.sign(&error, reason) {
            Sign::Cause(cause) => told.cause = Some(cause),
            Sign::Symptom(symptom) => told.symptom = Some(symptom),
            Sign::Unnamed(Cause { advice, .. }) => told.symptom = Some(advice),
            Sign::Down => told.is_down = true,
            Sign::Other => {}
        }
    }
}

impl ConsumerContext for Context {}

/// A connection for commands.
pub struct Admin {
    config: Config,
    consumer: BaseConsumer<Context>,
    brokers: usize,
}

impl Admin {
    /// Waits until the brokers answer a question about the topic `name`.
    ///
    /// # Errors
    /// No broker answers in ten seconds, or says sooner why it will not; a property that librdkafka refuses.
    pub fn connect(config: &Config, name: &str) -> anyhow::Result<Self> {
        let consumer: BaseConsumer<Context> =
            asker(config)?.create_with_context(Context::new(config)).map_err(ClientError::from)?;
        let begun = Instant::now();
        loop {
            // A consumer that is not subscribed has to be polled for its error callbacks to be served.
            drop(consumer.poll(Duration::ZERO));
            if let Ok((_, brokers)) = sight(&consumer, name) {
                return Ok(Self { config: config.clone(), consumer, brokers });
            }
            // The reasons come by callbacks, which this serves.
            drop(consumer.poll(Duration::from_millis(100)));
            let context = consumer.context();
            if begun.elapsed() >= PATIENCE || (context.cause().is_some() && begun.elapsed() >= CERTAIN) {
                let Cause { what, advice } = context.why();
                anyhow::bail!("{what}: {}", advice.trim_end_matches(". copydesk keeps trying"));
            }
        }
    }

    /// How many brokers there are.
    pub fn brokers(&self) -> usize {
        self.brokers
    }

    /// What is to be seen of topics, with their settings where this client may see them.
    ///
    /// # Errors
    /// The brokers do not answer any more.
    pub fn look(&self, names: &[String]) -> anyhow::Result<BTreeMap<String, Sight>> {
        let mut sights = BTreeMap::new();
        for name in names {
            let (sight, _) = sight(&self.consumer, name).context("the brokers do not answer any more")?;
            sights.insert(name.clone(), sight);
        }
        let there: Vec<&str> = sights
            .iter()
            .filter(|(_, sight)| matches!(sight, Sight::There(_)))
            .map(|(name, _)| name.as_str())
            .collect();
        if there.is_empty() {
            return Ok(sights);
        }
        let told = settings(&self.config, &there).context("the brokers do not tell the settings of topics")?;
        for (name, sight) in &mut sights {
            if let Sight::There(seen) = sight {
                seen.settings = told.get(name).cloned().flatten();
            }
        }
        Ok(sights)
    }

    /// Creates a topic, or with `dry_run` only asks whether it could be. Returns false if somebody else was faster.
    ///
    /// # Errors
    /// What the broker has against it.
    pub fn create(&self, topic: &Topic, dry_run: bool) -> anyhow::Result<bool> {
        let admin: AdminClient<DefaultClientContext> = asker(&self.config)?.create().map_err(ClientError::from)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let options =
            AdminOptions::new().request_timeout(Some(REQUEST)).operation_timeout(Some(REQUEST)).validate_only(dry_run);
        let number = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let replicas = TopicReplication::Fixed(number(topic.replicas));
        let mut asked = NewTopic::new(&topic.name, number(topic.partitions), replicas);
        for (key, value) in &topic.settings {
            asked = asked.set(key, value);
        }
        let told = runtime.block_on(admin.create_topics([&asked], &options))?;
        match told.into_iter().next() {
            Some(Ok(_)) => Ok(true),
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(false),
            Some(Err((name, code))) => anyhow::bail!("topic {name} cannot be created: {}", self.refusal(code, topic)),
            None => anyhow::bail!("the broker does not say whether it created topic {}", topic.name),
        }
    }

    fn refusal(&self, code: RDKafkaErrorCode, topic: &Topic) -> String {
        match code {
            RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed => format!(
                "{code}. Have somebody run `copydesk topics create` or the commands of `copydesk topics print` who has the right Create"
            ),
            RDKafkaErrorCode::InvalidReplicationFactor => format!(
                "{code}. There are {} brokers and {} replicas are wanted: give --replication-factor",
                self.brokers, topic.replicas
            ),
            code => code.to_string(),
        }
    }

    /// Waits until clients see topics that were created.
    ///
    /// # Errors
    /// They are not seen in half a minute.
    pub fn await_visible(&self, topics: &[&Topic]) -> anyhow::Result<()> {
        let deadline = Instant::now() + VISIBLE;
        for topic in topics {
            loop {
                let seen = sight(&self.consumer, &topic.name);
                if matches!(seen, Ok((Sight::There(seen), _)) if seen.partitions == topic.partitions) {
                    break;
                }
                anyhow::ensure!(Instant::now() < deadline, "topic {} was created and is not to be seen", topic.name);
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(())
    }
}
