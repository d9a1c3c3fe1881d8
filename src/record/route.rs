//! Topics that records go to, by what they are for.

/// A topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// New articles and versions.
    Enriched,
    /// Duplicates.
    Duplicates,
    /// Records that could not be enriched.
    DeadLetters,
    /// Merges of stories.
    Stories,
    /// One that only rules send to: its place among `Config::route_topics`.
    Rule(u8),
}

/// The topics of one article, each once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Routes {
    enriched: bool,
    duplicates: bool,
    /// A bit for each topic that only rules send to.
    rules: u64,
}

impl Routes {
    /// These topics. Dead letters and stories are no topics of articles and are left out.
    pub fn of(routes: impl IntoIterator<Item = Route>) -> Self {
        let mut all = Self::default();
        for route in routes {
            match route {
                Route::Enriched => all.enriched = true,
                Route::Duplicates => all.duplicates = true,
                Route::Rule(index) => all.rules |= 1_u64.checked_shl(index.into()).unwrap_or_default(),
                Route::DeadLetters | Route::Stories => {}
            }
        }
        all
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            enriched: self.enriched || other.enriched,
            duplicates: self.duplicates || other.duplicates,
            rules: self.rules | other.rules,
        }
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Route> {
        let duplicates = self.duplicates.then_some(Route::Duplicates);
        let enriched = self.enriched.then_some(Route::Enriched);
        let rules = (0..64_u8).filter(move |index| self.rules >> index & 1 == 1).map(Route::Rule);
        duplicates.into_iter().chain(enriched).chain(rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_there_once() {
        let routes = [Route::Rule(63), Route::Enriched, Route::Rule(0), Route::Rule(63), Route::Stories];
        let all = Routes::of(routes).and(Routes::of([Route::Enriched, Route::Rule(2)]));
        assert_eq!(all.iter().collect::<Vec<_>>(), [Route::Enriched, Route::Rule(0), Route::Rule(2), Route::Rule(63)]);
        assert_eq!(Routes::default().iter().count(), 0);
    }
}
