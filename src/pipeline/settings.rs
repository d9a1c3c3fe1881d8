//! The configuration as the stages need it.

use std::time::Duration;

use crate::article::{self, InputRules, RawArticle};
use crate::config::{
    Config, Dedupe, Entities, EntityModel, EntityType, EntityTypes, Extra, IdScope, Neural, Output, OutputText, Period,
};
use crate::record::{EntityKind, Models};
use crate::routing::TooManyParts;

use super::dedupe::{Salt, Sketching};
use super::entities::NeuralOptions;
use super::routing::Router;
use super::text;

mod params;

pub use params::{desk, params};

/// What shapes records, made from the configuration once.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) clean: text::Clean,
    pub(super) dedupe: bool,
    pub(super) sketching: Sketching,
    pub(super) id_scope: IdScope,
    pub(super) publishes_text: bool,
    pub(super) extra: Extra,
    entity_types: EntityTypes,
    /// Where records go.
    pub(super) router: Router,
    /// Names of the models that take part.
    pub(super) models: Models<'static>,
    /// Hash of the settings that shape records: equal hashes, equal records.
    pub(super) config_hash: String,
}

impl Settings {
    pub(super) fn new(config: &Config, models: Models<'static>) -> Result<Self, TooManyParts> {
        // Where snapshots lie shapes nothing, and is each worker's own; nor does it shape a record where it goes. The salt is masked:
        // records must not help to guess it.
        let dedupe = Dedupe { state_dir: None, ..config.dedupe.clone() };
        let output = Output { routes: Vec::new(), ..config.output.clone() };
        // Nor where the models and the table of links lie: the record tells the hash of each. Nor what an article may take.
        let Neural { window, batch, .. } = config.entities.neural;
        let neural = Neural { window, batch, ..Neural::default() };
        let entities = Entities { model: EntityModel::Builtin, links: None, neural, ..config.entities };
        let shaping = (&config.input, &config.text, &config.language, &entities, &dedupe, &output);
        let publishes_text = config.output.text == OutputText::Full;
        let shaping = serde_json::to_vec(&shaping).unwrap_or_default();
        Ok(Self {
            clean: match config.text.clean {
                crate::config::Clean::Off => text::Clean::Off,
                crate::config::Clean::Markup => text::Clean::Markup,
                crate::config::Clean::Full => text::Clean::Full,
            },
            dedupe: config.dedupe.enabled,
            sketching: Sketching { salt: Salt::of(config.dedupe.salt.as_str()), samples: config.dedupe.samples },
            id_scope: config.input.id_scope,
            publishes_text,
            extra: match config.output.extra {
                Extra::Auto if !publishes_text => Extra::Off,
                extra => extra,
            },
            entity_types: config.output.entities.types.clone(),
            router: Router::new(config)?,
            models,
            config_hash: blake3::hash(&shaping).to_hex().as_str().chars().take(12).collect(),
        })
    }

    /// Takes out of the extra members what holds the article's words by its name, where those are not published: a second
    /// body, a second summary.
    pub(super) fn withhold(&self, article: &mut RawArticle<'_>) {
        if !self.publishes_text {
            article.extra.retain(|(name, _)| !article::names_words(name));
        }
    }

    pub(super) fn publishes(&self, kind: EntityKind) -> bool {
        let EntityTypes::Only(types) = &self.entity_types else { return true };
        types.contains(&match kind {
            EntityKind::Person => EntityType::Person,
            EntityKind::Organisation => EntityType::Organisation,
            EntityKind::Location => EntityType::Location,
        })
    }
}

/// The rules of the input.
pub(super) fn input_rules(config: &Config) -> InputRules {
    InputRules {
        max_bytes: config.input.max_bytes.get(),
        mapping: config.input.mapping.clone(),
        extra_max_bytes: EXTRA_MAX_BYTES,
    }
}

/// Unknown members beyond this are dropped, with a warning.
const EXTRA_MAX_BYTES: usize = 256 << 10;

/// How long the log must keep a record beyond the window: the longest outage to ride out.
const RESERVE: Period = Period::from_days(1);
/// Slices of a window: it forgets a seventh at a time.
const SLICES: i64 = 7;

/// The neural model of the configuration, if it has one.
pub fn neural(config: &Config) -> Option<NeuralOptions> {
    let Neural { path, library, threads, deadline, window, batch, doubt } = &config.entities.neural;
    let sessions = [*threads, config.threads].into_iter().find(|threads| *threads > 0);
    Some(NeuralOptions {
        path: path.clone()?,
        library: library.clone(),
        sessions: sessions.or_else(|| Some(std::thread::available_parallelism().ok()?.get())).unwrap_or(1),
        deadline: Duration::from_millis(deadline.millis().unsigned_abs()),
        window: *window,
        batch: *batch,
        doubt: *doubt,
    })
}

/// How long the dedupe log must keep its records.
pub fn log_retention(config: &Config) -> Period {
    let window = config.dedupe.window.millis();
    let needed = window.saturating_add(window / SLICES).saturating_add(RESERVE.millis());
    Period::from_millis(needed.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_that_differ_only_in_where_they_keep_snapshots_make_the_same_records() {
        let hash = |config: &Config| {
            Settings::new(config, Models { language: None, entities: None, links: None }).unwrap().config_hash
        };
        let (mut config, usual) = (Config::default(), hash(&Config::default()));
        config.dedupe.state_dir = Some("/var/lib/copydesk".into());
        let when = "language = \"de\"".parse().unwrap();
        config.output.routes.push(crate::config::RouteRule { when, to: "de".into(), only: true });
        assert_eq!(hash(&config), usual);
        config.dedupe.near = 0.3;
        assert_ne!(hash(&config), usual);
    }
}
