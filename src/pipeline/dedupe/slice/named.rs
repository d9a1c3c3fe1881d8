//! Which articles of a slice have an id, whatever their source. A takedown that names no source asks for them, and where one does many may: so
//! the first question reads the slice's ids, and the next ones what has come since. Who is never asked keeps nothing.

use std::hash::{BuildHasher, RandomState};

/// So many ids are looked through one by one before they are put in order.
const RECENT: usize = if cfg!(test) { 1 << 3 } else { 1 << 14 };

/// Hashes of ids; by numbers that only the process knows, so nobody can craft ids that crowd.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    seed: RandomState,
    /// With the numbers of their articles; ascending.
    ordered: Vec<(u32, u32)>,
    /// Of the articles after those, as they came.
    recent: Vec<u32>,
}

impl Named {
    /// Reads the ids of the articles that have come since, of so many.
    pub(super) fn read<'a>(&mut self, articles: usize, id: impl Fn(usize) -> &'a str) {
        let known = self.ordered.len() + self.recent.len();
        let (seed, recent) = (&self.seed, &mut self.recent);
        recent.extend((known..articles).map(|number| hash(seed, id(number))));
        if recent.len() > RECENT {
            let first = u32::try_from(self.ordered.len()).unwrap_or(u32::MAX);
            self.ordered.extend(recent.drain(..).zip(first..));
            // Two runs that ascend, and then no more than a merge, but for the first time.
            self.ordered.sort();
            recent.shrink_to(RECENT);
        }
    }

    /// Numbers of the articles that may have an id; few others.
    pub(super) fn may_have(&self, id: &str) -> impl Iterator<Item = usize> {
        let hash = hash(&self.seed, id);
        let from = self.ordered.partition_point(|(other, _)| *other < hash);
        let ordered = self.ordered.iter().skip(from).take_while(move |(other, _)| *other == hash);
        let recent = (self.ordered.len()..).zip(&self.recent).filter(move |(_, other)| **other == hash);
        ordered.map(|(_, number)| *number as usize).chain(recent.map(|(number, _)| number))
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.ordered.capacity() * size_of::<(u32, u32)>() + self.recent.capacity() * size_of::<u32>()
    }
}

fn hash(seed: &RandomState, id: &str) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
    let half = seed.hash_one(id) as u32;
    half
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Asked again and again, while articles come.
        #[test]
        fn all_with_an_id_are_found(ids in prop::collection::vec(0..40_u32, 0..120), asked in prop::collection::vec((0..=120_usize, 0..40_u32), 1..20)) {
            let ids: Vec<String> = ids.iter().map(|id| format!("id-{id}")).collect();
            let (mut named, mut asked) = (Named::default(), asked);
            asked.sort_by_key(|(come, _)| *come);
            for (come, id) in asked {
                let (come, id) = (&ids[..come.min(ids.len())], format!("id-{id}"));
                named.read(come.len(), |number| &come[number]);
                let mut found: Vec<usize> = named.may_have(&id).filter(|number| come[*number] == id).collect();
                found.sort_unstable();
                prop_assert!(found.iter().copied().eq((0..come.len()).filter(|number| come[*number] == id)));
                prop_assert!(named.recent.len() <= RECENT && named.ordered.is_sorted());
            }
        }
    }

    #[test]
    fn others_are_few_and_read_once() {
        let mut named = Named::default();
        let ids: Vec<String> = (0..10_000).map(|number| format!("id-{number}")).collect();
        named.read(ids.len(), |number| &ids[number]);
        assert!(named.may_have("id-77").count() < 3 && named.may_have("none").count() < 2);
        named.read(ids.len(), |number| panic!("read again: {number}"));
    }
}
