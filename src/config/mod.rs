//! The configuration: one typed tree with every default, read from one YAML file and `--set` options.
//!
//! Unknown keys, wrong types and contradictions stop the worker before it connects to anything; what a key means is said
//! here and nowhere else.

mod check;
mod dedupe;
mod finding;
mod flood;
mod limits;
mod load;
mod neural;
mod node;
mod outline;
mod properties;
mod reader;
mod reference;
mod routes;
mod salt;
mod schema;
mod secrets;
mod show;
mod units;
mod variables;
mod yaml;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use dedupe::Dedupe;
pub use finding::{Code, ConfigError, Finding, Place, Severity};
pub use flood::{DeadLetters, FloodGuard, FloodRule};
pub use limits::Limits;
pub use load::{Loaded, load, read};
pub use neural::Neural;
pub use properties::{Properties, canonical, is_secret};
pub use reference::{reference_markdown, reference_yaml};
pub use routes::RouteRule;
pub use salt::Salt;
pub use schema::schema;
pub use secrets::{SecretError, Secrets};
pub use units::{Bytes, Listen, Period};

/// `session.timeout.ms` unless set: how long a killed worker's partitions wait for another. librdkafka's 45 s is what every
/// peer waits (research note on Kafka); 10 s still rides out a long pause.
pub const SESSION_TIMEOUT: Period = Period::from_millis(10_000);

/// The whole configuration. Every key has a default, so an empty file is a configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How to reach Kafka, and as whom.
    pub kafka: Kafka,
    /// Names of topics. None is created.
    pub topics: Topics,
    /// What a crash may do to outputs.
    pub delivery: Delivery,
    /// How long outputs wait to be committed together: a time, less than `flow.transaction_timeout`. Readers of committed records
    /// see an article about this much later; offsets are committed as often.
    pub commit_interval: CommitInterval,
    /// Threads that analyse articles, 0 to 1024; 0 means all cores that the container may use.
    #[schemars(range(max = 1024))]
    pub threads: usize,
    /// Batches and memory.
    pub flow: Flow,
    /// How input records are read.
    pub input: Input,
    /// How text is cleaned.
    pub text: Text,
    /// The language stage.
    pub language: Stage,
    /// The entity stage.
    pub entities: Entities,
    /// The dedupe stage.
    pub dedupe: Dedupe,
    /// What is written.
    pub output: Output,
    /// Dead letters.
    pub dead_letters: DeadLetters,
    /// Metrics and health over HTTP.
    pub server: Server,
    /// Logging.
    pub log: Log,
}

/// `kafka`: connection and group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Kafka {
    /// Bootstrap servers, `host:port,host:port`. Not empty.
    pub brokers: String,
    /// Consumer group; the workers of one group share the input. Not empty.
    pub group: String,
    /// A name for this instance that survives restarts (`group.instance.id`), one for each worker: a restart then keeps its
    /// partitions.
    pub instance: Option<String>,
    /// Any librdkafka property, except those that the worker owns, such as `security.protocol: SASL_SSL`.
    pub properties: Properties,
    /// Properties whose values are read from files, such as `sasl.password: /run/secrets/kafka-password`; a line's end at the
    /// end of the file is cut. Each client that is made reads them anew. They are never shown.
    pub secrets: Secrets,
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            brokers: "localhost:9092".into(),
            group: "copydesk".into(),
            instance: None,
            properties: Properties::default(),
            secrets: Secrets::default(),
        }
    }
}

/// `topics`: names; the prefix goes before each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Topics {
    /// Goes before every name below. A name with its prefix has up to 249 letters, digits, dots, hyphens and underscores.
    pub prefix: String,
    /// Raw articles, which the worker reads.
    pub input: String,
    /// New articles and new versions of those that were seen.
    pub enriched: String,
    /// Exact and near duplicates.
    pub duplicates: String,
    /// Records that could not be enriched, byte for byte.
    pub dead_letters: String,
    /// The dedupe log, which every worker reads: one partition, `cleanup.policy=delete`, `retention.ms` of the window and two
    /// days.
    pub sketches: String,
    /// Merges of stories, a set of edges: make it compacted.
    pub stories: String,
}

impl Default for Topics {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            input: "articles.raw".into(),
            enriched: "articles.enriched".into(),
            duplicates: "articles.duplicates".into(),
            dead_letters: "articles.raw.dlq".into(),
            sketches: "copydesk.sketches".into(),
            stories: "copydesk.stories".into(),
        }
    }
}

/// `delivery`: what a crash may do to outputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Outputs and offsets in one Kafka transaction: a reader of committed records sees each outcome once.
    #[default]
    ExactlyOnce,
    /// Offsets after confirmed delivery: a crash repeats outcomes, with the same ids, and loses none.
    AtLeastOnce,
}

/// `commit_interval`, 500 ms unless set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CommitInterval(pub Period);

impl Default for CommitInterval {
    fn default() -> Self {
        Self(Period::from_millis(500))
    }
}

/// `flow`: how much is handled at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Flow {
    /// Most records in a batch, at least 1.
    #[schemars(range(min = 1))]
    pub batch_records: usize,
    /// Most bytes in a batch: a size. A single larger record is a batch of its own.
    pub batch_bytes: Bytes,
    /// How long a batch that is not full waits for more: a time.
    pub linger: Period,
    /// Input that may be taken and not yet committed: a size, more than 0. Above it nothing is read; after a second of that the
    /// input is paused until half of it is left. The worker may take five times as much memory.
    pub in_flight: Bytes,
    /// How long a rebalance or a stop waits for what was begun to be committed, the rest being given back at once: a time, less than
    /// `flow.transaction_timeout`.
    pub drain_timeout: Period,
    /// How long a dead worker's open transaction hides later outputs (`transaction.timeout.ms`): a time, at most the session
    /// timeout, which is 10 s unless `kafka.properties` has `session.timeout.ms`.
    pub transaction_timeout: Period,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            batch_records: 128,
            batch_bytes: Bytes::mib(1),
            linger: Period::from_millis(5),
            in_flight: Bytes::mib(64),
            drain_timeout: Period::from_millis(5_000),
            transaction_timeout: Period::from_millis(10_000),
        }
    }
}

/// `input`: how records are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Whether an id names an article within its source or everywhere.
    pub id_scope: IdScope,
    /// Your names for fields, such as `title: [meta.heads[0].text]`: members or paths of the record, the first that can be used
    /// wins. They replace the built-in names of that field. Fields are id, url, title, text, summary, language, published_at,
    /// updated_at, source, authors.
    pub mapping: BTreeMap<String, Vec<String>>,
    /// Larger records are dead letters: a size.
    pub max_bytes: Bytes,
}

impl Default for Input {
    fn default() -> Self {
        Self { id_scope: IdScope::default(), mapping: BTreeMap::new(), max_bytes: Bytes::mib(16) }
    }
}

/// `input.id_scope`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IdScope {
    /// Two sources may use one id for different articles.
    #[default]
    Source,
    /// An id names one article, whatever the source.
    Global,
}

/// `text`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Text {
    /// How much of the text is cleaned.
    pub clean: Clean,
}

/// `text.clean`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clean {
    /// Text is published byte for byte.
    Off,
    /// Markup, entities, control characters and stray whitespace go.
    Markup,
    /// Boilerplate lines (reply forms, cookie and share lines, …) go too.
    #[default]
    Full,
}

/// A stage that can be switched off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Stage {
    /// Whether the stage runs.
    pub enabled: bool,
}

impl Default for Stage {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// `entities`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Entities {
    /// Whether the stage runs.
    pub enabled: bool,
    /// `builtin`, or the path of a model that `training/entities` made. The lists of places and names come with the program.
    pub model: EntityModel,
    /// A table of ids for people and organisations, TSV or CSV, with columns `name`, `type`, `id`, `weight`, `language`
    /// (docs/entities.md). The worker looks every 5 s whether the file was replaced. Null: there is none.
    pub links: Option<PathBuf>,
    /// A token classifier of one's own.
    pub neural: Neural,
}

impl Default for Entities {
    fn default() -> Self {
        Self { enabled: true, model: EntityModel::Builtin, links: None, neural: Neural::default() }
    }
}

/// `entities.model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityModel {
    /// The one that comes with the program.
    Builtin,
    /// A file.
    File(PathBuf),
}

/// `output`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// Where duplicates go.
    pub duplicates: Duplicates,
    /// Whether the article's text is published.
    pub text: OutputText,
    /// How members that the worker does not know are published.
    pub extra: Extra,
    /// Which entities are published.
    pub entities: OutputEntities,
    /// Rules that send records to further topics, beside the topics that they go to anyway. At most 64.
    pub routes: Vec<RouteRule>,
}

/// `output.duplicates`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// To their own topic; a near duplicate that is mostly new text also to the enriched topic.
    #[default]
    Split,
    /// To the enriched topic, marked.
    Together,
    /// Nowhere: counted, not published.
    Drop,
}

/// `output.text`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutputText {
    /// The cleaned text.
    #[default]
    Full,
    /// `null`, and with it the summary, the words of mentions, shared fragments and, unless `output.extra` is set, extra
    /// members. The title and the names of entities stay, and dead letters are the input as it came.
    None,
}

/// `output.extra`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extra {
    /// `object`; `off` where `output.text` is `none`, since members that the worker does not know may hold the text.
    #[default]
    Auto,
    /// As members of an object, byte for byte.
    Object,
    /// As one string that holds the object: for readers with closed schemas.
    String,
    /// Not at all.
    Off,
}

/// `output.entities`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutputEntities {
    /// `all`, or a list of types.
    pub types: EntityTypes,
}

/// `output.entities.types`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EntityTypes {
    /// Every type.
    #[default]
    All,
    /// Only these.
    Only(Vec<EntityType>),
}

/// One type of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EntityType {
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// A place.
    Location,
}

/// `server`: metrics and health over HTTP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port of `/metrics`, `/livez` and `/readyz`, or `off`. There is no login: only the machine itself is served
    /// unless another address is written, such as 0.0.0.0:9464 in a container. Port 0 takes a free one, which the log tells.
    pub listen: Listen,
}

impl Default for Server {
    fn default() -> Self {
        Self { listen: Listen::At(SocketAddr::from((Ipv4Addr::LOCALHOST, 9464))) }
    }
}

/// `log`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How much is told: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,copydesk::kafka=debug`.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::default() }
    }
}

/// `log.format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Readable on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// Readable.
    Text,
}
