//! Where a consumer group stands, seen from outside: committed offsets, state, members.

use std::collections::BTreeMap;

use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};

use super::look::settings;
use super::scan::{ANSWER, ScanError, Scanner};
use crate::config::Config;
use crate::panic;

/// A group as its coordinator tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `Stable`, `PreparingRebalance`, `Empty`, …
    pub state: String,
    /// Who is in it.
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The coordinator's name for it.
    pub id: String,
    /// Its `client.id`.
    pub client: String,
    /// Where it connects from.
    pub host: String,
    /// Partitions of the topic that was asked about.
    pub partitions: Vec<i32>,
}

impl Scanner {
    /// The group's committed offsets; a partition without one is not among them.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn committed(&self, topic: &str, partitions: &[i32]) -> Result<BTreeMap<i32, i64>, ScanError> {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(topic, *partition);
        }
        // Right after a start the coordinator may not know yet that it is one; who asks asks again.
        let mut told = self.consumer.committed_offsets(list.clone(), ANSWER);
        for _ in 0..3 {
            if told.is_ok() {
                break;
            }
            told = self.consumer.committed_offsets(list.clone(), ANSWER);
        }
        let told = told.map_err(|error| self.explained(error, topic))?;
        let offset = |element: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| match element.offset() {
            Offset::Offset(offset) => Some((element.partition(), offset)),
            _ => None,
        };
        Ok(told.elements().iter().filter_map(offset).collect())
    }

    /// The group's state and members. None: the broker knows no such group, or does not tell.
    pub fn standing(&self, group: &str, topic: &str) -> Option<Standing> {
        let list = self.consumer.fetch_group_list(Some(group), ANSWER).ok()?;
        let found = list.groups().iter().find(|found| found.name() == group)?;
        // rdkafka panics on a name that is not UTF-8; a group that cannot be shown is none.
        panic::caught(|| {
            let member = |member: &rdkafka::groups::GroupMemberInfo| Member {
                id: member.id().to_owned(),
                client: member.client_id().to_owned(),
                host: member.client_host().trim_start_matches('/').to_owned(),
                partitions: assigned(member.assignment().unwrap_or_default(), topic).unwrap_or_default(),
            };
            Standing { state: found.state().to_owned(), members: found.members().iter().map(member).collect() }
        })
        .ok()
    }
}

/// Whether each of these topics is compacted. None if the broker does not tell.
pub fn compacted(config: &Config, topics: &[&str]) -> Option<Vec<bool>> {
    let told = settings(config, topics)?;
    let is_compacted = |name: &&str| Some(told.get(*name)?.as_ref()?.get("cleanup.policy")?.contains("compact"));
    topics.iter().map(is_compacted).collect()
}

/// The partitions of a topic in a member's assignment: version, then topics with their partitions, big endian (Kafka's
/// `ConsumerProtocolAssignment`).
fn assigned(bytes: &[u8], topic: &str) -> Option<Vec<i32>> {
    fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = bytes.split_at_checked(count)?;
        *bytes = rest;
        Some(taken)
    }
    fn number(bytes: &mut &[u8]) -> Option<i32> {
        take(bytes, 4)?.first_chunk().map(|bytes| i32::from_be_bytes(*bytes))
    }
    let mut rest = bytes.get(2..)?;
    let mut found = Vec::new();
    for _ in 0..number(&mut rest)? {
        let length = take(&mut rest, 2)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))?;
        let is_meant = take(&mut rest, usize::from(length))? == topic.as_bytes();
        for _ in 0..number(&mut rest)? {
            let partition = number(&mut rest)?;
            if is_meant {
                found.push(partition);
            }
        }
    }
    found.sort_unstable();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_read_by_topic() {
        let bytes = b"\0\0\0\0\0\x02\0\x01a\0\0\0\x01\0\0\0\x09\0\x03raw\0\0\0\x02\0\0\0\x03\0\0\0\x01\xff\xff\xff\xff";
        assert_eq!(assigned(bytes, "raw"), Some(vec![1, 3]));
        assert_eq!(assigned(bytes, "a"), Some(vec![9]));
        assert_eq!(assigned(bytes, "b"), Some(vec![]));
        assert_eq!(assigned(bytes.get(..20).unwrap(), "raw"), None);
        assert_eq!(assigned(&[], "raw"), None);
    }
}
