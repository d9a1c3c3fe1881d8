//! The plan as commands of Kafka's own tools.

use super::{Plan, Resource, Right, Topic};
use crate::config::Config;

/// File of client properties that the commands name where the connection needs more than an address.
const CLIENT_PROPERTIES: &str = "client.properties";

/// `kafka-topics.sh` and `kafka-acls.sh`, a line each, for a shell.
pub fn commands(config: &Config, plan: &Plan, rights: &[Right], principal: &str) -> String {
    let mut lines = Vec::new();
    if connection(config).contains(CLIENT_PROPERTIES) {
        lines.push(format!(
            "# {CLIENT_PROPERTIES}: the connection of somebody who may create topics and rights, in Java's notation"
        ));
    }
    lines.push("# topics".to_owned());
    lines.extend(plan.topics.iter().map(|topic| create(config, topic)));
    lines.push(format!("# rights of {principal}"));
    lines.extend(alike(rights).into_iter().map(|rights| granting(config, &rights, principal)));
    lines.join("\n") + "\n"
}

/// Rights on topics with the same operations, which one command can grant; each other right by itself.
fn alike(rights: &[Right]) -> Vec<Vec<&Right>> {
    let is_topic = |right: &Right| matches!(right.resource, Resource::Topic(_));
    let mut groups: Vec<Vec<&Right>> = Vec::new();
    for right in rights {
        let same = |group: &&mut Vec<&Right>| {
            group
                .first()
                .is_some_and(|first| is_topic(first) && is_topic(right) && first.operations == right.operations)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(right),
            None => groups.push(vec![right]),
        }
    }
    groups
}

fn connection(config: &Config) -> String {
    let is_secure = config
        .kafka
        .properties
        .get("security.protocol")
        .is_some_and(|protocol| !protocol.eq_ignore_ascii_case("plaintext"));
    let file = if is_secure { format!(" --command-config {CLIENT_PROPERTIES}") } else { String::new() };
    format!("--bootstrap-server {}{file}", quoted(&config.kafka.brokers))
}

/// The command that creates a topic.
pub(super) fn create(config: &Config, topic: &Topic) -> String {
    let connection = connection(config);
    let Topic { name, partitions, replicas, settings, .. } = topic;
    let settings: String = settings.iter().map(|(key, value)| format!(" --config {key}={value}")).collect();
    format!(
        "kafka-topics.sh {connection} --create --if-not-exists --topic {name} --partitions {partitions} --replication-factor {replicas}{settings}"
    )
}

/// The command that sets a topic's setting.
pub(super) fn set(config: &Config, topic: &str, setting: &str, value: &str) -> String {
    let connection = connection(config);
    format!(
        "kafka-configs.sh {connection} --alter --entity-type topics --entity-name {topic} --add-config {setting}={value}"
    )
}

/// The command that grants a right.
pub fn grant(config: &Config, right: &Right, principal: &str) -> String {
    granting(config, &[right], principal)
}

/// The command that grants rights with the same operations.
fn granting(config: &Config, rights: &[&Right], principal: &str) -> String {
    let connection = connection(config);
    let operations = rights.first().map_or(&[][..], |right| &right.operations);
    let operations: String = operations.iter().map(|operation| format!(" --operation {operation}")).collect();
    let resource = |right: &&Right| match &right.resource {
        Resource::Topic(name) => format!(" --topic {name}"),
        Resource::Group(name) => format!(" --group {}", quoted(name)),
        Resource::TransactionalIds(prefix) => {
            format!(" --transactional-id {} --resource-pattern-type prefixed", quoted(prefix))
        }
    };
    let resources: String = rights.iter().map(resource).collect();
    format!("kafka-acls.sh {connection} --add --allow-principal {}{operations}{resources}", quoted(principal))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-:/,=@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::{Size, rights};
    use super::*;
    use crate::config::Period;

    #[test]
    fn a_word_that_a_shell_would_split_is_quoted() {
        assert_eq!(quoted("User:desk"), "User:desk");
        assert_eq!(quoted("User:CN=desk one"), "'User:CN=desk one'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_secure_connection_names_a_file_of_properties_and_others_do_not() {
        let mut config = Config::default();
        let told = |config: &Config| {
            let plan = Plan::new(config, Period::from_days(9), Size::default());
            commands(config, &plan, &rights(config), "User:desk")
        };
        assert!(!told(&config).contains("--command-config"));
        config.kafka.properties = [("security.protocol".to_owned(), "sasl_ssl".to_owned())].into_iter().collect();
        let told = told(&config);
        assert!(told.lines().all(|line| line.starts_with('#') || line.contains("--command-config")), "{told}");
    }
}
