//! The plan as resources of the Strimzi operator.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Plan, Resource, Right, Topic};

const API: &str = "kafka.strimzi.io/v1";
/// Kubernetes' limit for names.
const LONGEST_NAME: usize = 253;

/// The principal is none that Strimzi can make.
#[derive(Debug, thiserror::Error)]
#[error(
    "{principal} cannot be a KafkaUser, whose name is lower-case letters, digits, dots and hyphens: write --principal User:NAME with such a name"
)]
pub struct NotStrimzi {
    principal: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<Spec> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Serialize)]
struct Metadata {
    name: String,
    labels: Labels,
}

#[derive(Serialize)]
struct Labels {
    #[serde(rename = "strimzi.io/cluster")]
    cluster: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TopicSpec<'a> {
    topic_name: &'a str,
    partitions: usize,
    replicas: usize,
    config: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct UserSpec<'a> {
    authentication: Typed,
    authorization: Authorization<'a>,
}

#[derive(Serialize)]
struct Typed {
    r#type: &'static str,
}

#[derive(Serialize)]
struct Authorization<'a> {
    r#type: &'static str,
    acls: Vec<Acl<'a>>,
}

#[derive(Serialize)]
struct Acl<'a> {
    resource: AclResource<'a>,
    operations: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AclResource<'a> {
    r#type: &'static str,
    name: &'a str,
    pattern_type: &'static str,
}

/// A `KafkaTopic` for each topic and a `KafkaUser` with its rights, for the Kafka cluster of that name.
///
/// # Errors
/// The principal is none that Strimzi can make ([`NotStrimzi`]).
pub fn strimzi(plan: &Plan, rights: &[Right], principal: &str, cluster: &str) -> anyhow::Result<String> {
    let user = principal.strip_prefix("User:").filter(|name| is_name(name));
    let user = user.ok_or_else(|| NotStrimzi { principal: principal.to_owned() })?;
    let metadata = |name: &str| Metadata { name: name.to_owned(), labels: Labels { cluster: cluster.to_owned() } };
    let mut taken = BTreeSet::new();
    let mut documents: Vec<String> = Vec::new();
    for topic in &plan.topics {
        let name = resource_name(&topic.name, &mut taken);
        let object = Object { api_version: API, kind: "KafkaTopic", metadata: metadata(&name), spec: spec(topic) };
        documents.push(yaml(&object)?);
    }
    let spec = UserSpec {
        authentication: Typed { r#type: "scram-sha-512" },
        authorization: Authorization { r#type: "simple", acls: rights.iter().map(acl).collect() },
    };
    documents.push(yaml(&Object { api_version: API, kind: "KafkaUser", metadata: metadata(user), spec })?);
    Ok(documents.concat())
}

fn spec(topic: &Topic) -> TopicSpec<'_> {
    let config = topic.settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    TopicSpec { topic_name: &topic.name, partitions: topic.partitions, replicas: topic.replicas, config }
}

fn acl(right: &Right) -> Acl<'_> {
    let (kind, name, pattern_type) = match &right.resource {
        Resource::Topic(name) => ("topic", name, "literal"),
        Resource::Group(name) => ("group", name, "literal"),
        Resource::TransactionalIds(prefix) => ("transactionalId", prefix, "prefix"),
    };
    Acl {
        resource: AclResource { r#type: kind, name, pattern_type },
        operations: right.operations.iter().map(ToString::to_string).collect(),
    }
}

fn yaml<T: Serialize>(object: &T) -> anyhow::Result<String> {
    Ok(format!("---\n{}", serde_saphyr::to_string(object)?))
}

fn is_name(name: &str) -> bool {
    let is_edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_inner = |c: char| is_edge(c) || c == '-' || c == '.';
    name.len() <= LONGEST_NAME && name.chars().all(is_inner) && name.starts_with(is_edge) && name.ends_with(is_edge)
}

/// A name that Kubernetes takes; two topics whose names differ only in what it does not take get a number.
fn resource_name(topic: &str, taken: &mut BTreeSet<String>) -> String {
    let lower: String = topic.to_ascii_lowercase().chars().map(|c| if c == '_' { '-' } else { c }).collect();
    let plain = lower.trim_matches(['-', '.']).to_owned();
    let plain = if plain.is_empty() { "topic".to_owned() } else { plain };
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(plain);
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::super::{Size, rights};
    use super::*;
    use crate::config::{Config, Period};

    #[test]
    fn names_that_kubernetes_does_not_take_are_made_into_such_and_stay_apart() {
        let mut taken = BTreeSet::new();
        let mut name = |topic: &str| resource_name(topic, &mut taken);
        assert_eq!(
            [name("articles.raw"), name("News_Raw"), name("news-raw"), name("__"), name(".x-")],
            ["articles.raw", "news-raw", "news-raw-2", "topic", "x"]
        );
    }

    #[test]
    fn a_principal_that_is_no_strimzi_user_is_refused() {
        let config = Config::default();
        let plan = Plan::new(&config, Period::from_days(9), Size::default());
        let of = |principal: &str| strimzi(&plan, &rights(&config), principal, "kafka");
        assert!(of("User:desk-1").is_ok());
        for principal in ["User:CN=desk", "desk", "User:", "User:-a"] {
            assert!(of(principal).is_err(), "{principal}");
        }
    }
}
