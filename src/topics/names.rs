//! Names of topics, with their prefix.

use crate::config::Config;
use crate::record::Route;

/// Names of topics with their prefix.
#[derive(Debug, Clone)]
pub struct TopicNames {
    /// Raw articles.
    pub input: String,
    /// New articles and versions.
    pub enriched: String,
    /// Duplicates.
    pub duplicates: String,
    /// Dead letters.
    pub dead_letters: String,
    /// Merges of stories.
    pub stories: String,
    /// The dedupe log.
    pub sketches: String,
    /// Topics that only rules send to, as `Route::Rule` counts them.
    pub rules: Vec<String>,
}

impl TopicNames {
    /// Names as configured.
    pub fn new(config: &Config) -> Self {
        let topics = &config.topics;
        let name = |name: &str| format!("{}{name}", topics.prefix);
        Self {
            input: name(&topics.input),
            enriched: name(&topics.enriched),
            duplicates: name(&topics.duplicates),
            dead_letters: name(&topics.dead_letters),
            stories: name(&topics.stories),
            sketches: name(&topics.sketches),
            rules: config.route_topics().into_iter().map(name).collect(),
        }
    }

    /// Topics that outcomes are written to.
    pub fn outputs(&self) -> Vec<&str> {
        self.routes().map(|route| self.of(route)).collect()
    }

    /// What they are for.
    pub fn routes(&self) -> impl Iterator<Item = Route> + use<> {
        let rules = u8::try_from(self.rules.len()).unwrap_or(u8::MAX);
        [Route::Enriched, Route::Duplicates, Route::DeadLetters, Route::Stories]
            .into_iter()
            .chain((0..rules).map(Route::Rule))
    }

    /// The topic that is for this.
    pub fn of(&self, route: Route) -> &str {
        match route {
            Route::Enriched => &self.enriched,
            Route::Duplicates => &self.duplicates,
            Route::DeadLetters => &self.dead_letters,
            Route::Stories => &self.stories,
            // Rules are counted by the configuration that these names are from.
            Route::Rule(index) => self.rules.get(usize::from(index)).map_or("", String::as_str),
        }
    }
}
