//! What the broker tells of topics: are they there, how large are they made, what are their settings.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, OwnedResourceSpecifier, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::asker;
use crate::config::Config;
use crate::topics::Seen;

/// One try to ask.
const TRY: Duration = Duration::from_secs(2);

/// What is to be seen of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// It is there; its settings are not asked for yet.
    There(Seen),
    /// It does not exist.
    Missing,
    /// This client may not see it, whether or not it exists.
    Hidden,
}

/// A topic as the metadata tell it, and how many brokers there are.
///
/// # Errors
/// No broker answers in time.
pub fn sight<C: ConsumerContext>(consumer: &BaseConsumer<C>, name: &str) -> Result<(Sight, usize), KafkaError> {
    let metadata = consumer.fetch_metadata(Some(name), TRY)?;
    let told = metadata.topics().iter().find(|told| told.name() == name);
    let sight = told.map_or(Sight::Missing, |told| match told.error().map(RDKafkaErrorCode::from) {
        Some(RDKafkaErrorCode::TopicAuthorizationFailed) => Sight::Hidden,
        None | Some(RDKafkaErrorCode::LeaderNotAvailable) if !told.partitions().is_empty() => {
            let replicas = told.partitions().first().map_or(0, |partition| partition.replicas().len());
            Sight::There(Seen { partitions: told.partitions().len(), replicas, settings: None })
        }
        _ => Sight::Missing,
    });
    Ok((sight, metadata.brokers().len()))
}

/// Settings of topics, by name; none where this client may not see them. None at all: the broker does not answer.
pub fn settings(config: &Config, names: &[&str]) -> Option<BTreeMap<String, Option<BTreeMap<String, String>>>> {
    let admin: AdminClient<DefaultClientContext> = asker(config).ok()?.create().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(3)));
    let asked: Vec<ResourceSpecifier<'_>> = names.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
    let answers = runtime.block_on(admin.describe_configs(&asked, &options)).ok()?;
    let mut told: BTreeMap<String, Option<BTreeMap<String, String>>> =
        names.iter().map(|name| ((*name).to_owned(), None)).collect();
    for resource in answers.into_iter().filter_map(Result::ok) {
        if let OwnedResourceSpecifier::Topic(name) = &resource.specifier {
            let entry = |entry: &rdkafka::admin::ConfigEntry| Some((entry.name.clone(), entry.value.clone()?));
            told.insert(name.clone(), Some(resource.entries.iter().filter_map(entry).collect()));
        }
    }
    Some(told)
}
