//! `output.routes`: rules that send records to further topics, and what can be found wrong with them before anything runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Code, Finding};
use super::{Config, Topics};
use crate::routing::{Condition, Field, Plan};

/// One rule of `output.routes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteRule {
    /// Which records, as a condition: `language = "de" and topic = "enriched"` (docs/routing.md).
    #[schemars(with = "String")]
    pub when: Condition,
    /// The topic; `topics.prefix` goes before it. The enriched and the duplicates topic may be named too.
    pub to: String,
    /// Whether such a record goes to the topics that rules name and to no other.
    #[serde(default)]
    pub only: bool,
}

const KEY: &str = "output.routes";

impl Config {
    /// Topics that only rules send to, each once, without the prefix, in the order of the rules.
    pub fn route_topics(&self) -> Vec<&str> {
        let mut topics = Vec::new();
        for rule in &self.output.routes {
            let to = rule.to.as_str();
            if to != self.topics.enriched && to != self.topics.duplicates && !topics.contains(&to) {
                topics.push(to);
            }
        }
        topics
    }

    /// Rules that cannot be.
    pub(super) fn wrong_routes(&self) -> Vec<Finding> {
        let rules = self.output.routes.iter().enumerate();
        let mut found: Vec<Finding> = rules.filter_map(|(index, rule)| self.wrong_route(index, rule)).collect();
        let conditions = self.output.routes.iter().map(|rule| &rule.when);
        found.extend(Plan::new(conditions).err().map(|error| {
            let told = format!("has {error}");
            let (message, advice) = told.split_once(": ").unwrap_or((&told, ""));
            Finding::error(Code::OutOfRange, KEY, message, advice)
        }));
        found
    }

    fn wrong_route(&self, index: usize, rule: &RouteRule) -> Option<Finding> {
        let Topics { prefix, input, dead_letters, sketches, stories, .. } = &self.topics;
        let refused = [
            (input, "the input: the worker would read what it writes"),
            (dead_letters, "the topic of dead letters, whose records are inputs as they came"),
            (sketches, "the dedupe log, which has records of its own"),
            (stories, "the topic of merged stories, which has records of its own"),
        ];
        let key = |name: &str| format!("{KEY}[{index}].{name}");
        let to = &rule.to;
        if let Some((_, why)) = refused.iter().find(|(name, _)| *name == to) {
            let message = format!("is `{to}`, which is {why}");
            return Some(Finding::error(Code::Contradiction, &key("to"), message, "write another topic"));
        }
        if let Some((message, advice)) = super::check::illegal_topic(prefix, to) {
            return Some(Finding::error(Code::OutOfRange, &key("to"), message, advice));
        }
        let (field, stage) = self.never_known(&rule.when)?;
        let message = format!("asks for `{field}`, which nothing has with {stage}.enabled: false");
        Some(Finding::error(Code::Contradiction, &key("when"), message, "switch the stage on, or leave the rule out"))
    }

    /// A field that a switched-off stage would tell.
    fn never_known(&self, condition: &Condition) -> Option<(&'static str, &'static str)> {
        let of_stage = |field: Field, stage: &str| match field {
            Field::LanguageCode | Field::LanguageScript | Field::LanguageConfidence | Field::LanguageDeclared => {
                stage == "language"
            }
            Field::Status | Field::Similarity => stage == "dedupe",
            field => stage == "entities" && field.is_of_entity(),
        };
        let stages =
            [("language", self.language.enabled), ("entities", self.entities.enabled), ("dedupe", self.dedupe.enabled)];
        let off = stages.into_iter().filter(|(_, enabled)| !enabled).map(|(stage, _)| stage);
        off.into_iter().find_map(|stage| Some((condition.asks(|field| of_stage(field, stage))?, stage)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;

    fn set(options: &[&str]) -> Result<super::Config, String> {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        load(None, &options).map_err(|error| error.to_string())
    }

    fn routes(rules: &str) -> Result<super::Config, String> {
        set(&[&format!("output.routes={rules}")])
    }

    #[test]
    fn rules_are_read_and_their_topics_counted_once() {
        let rules = r#"[{when: 'language = "de"', to: de}, {when: "status = 'near'", to: articles.enriched, only: true},
            {when: 'language = "de" and status = "unique"', to: de}, {when: 'title contains "x"', to: x}]"#;
        let config = routes(rules).unwrap();
        assert_eq!(config.route_topics(), ["de", "x"]);
        assert!(config.output.routes[1].only && !config.output.routes[0].only);
        let shown = serde_json::to_value(&config.output.routes).unwrap();
        assert_eq!(shown[1]["when"], "status = 'near'");
    }

    #[test]
    fn a_rule_that_cannot_be_is_refused_with_what_to_write() {
        let rule = |to: &str| routes(&format!("[{{when: 'language = \"de\"', to: '{to}'}}]")).unwrap_err();
        for (to, part) in [
            ("articles.raw", "output.routes[0].to is `articles.raw`, which is the input"),
            ("articles.raw.dlq", "dead letters"),
            ("copydesk.sketches", "dedupe log"),
            ("copydesk.stories", "merged stories"),
            ("a b", "letters, digits"),
            ("", "letters, digits"),
        ] {
            let message = rule(to);
            assert!(message.contains(part), "{to}: {message}");
        }
        for (rules, part) in [
            ("[{when: 'langauge = \"de\"', to: de}]", "did you mean `language`"),
            ("[{when: 'language = \"de\"'}]", "output.routes[0] lacks to"),
            ("[{when: 'language = \"de\"', to: de, olny: true}]", "did you mean only?"),
        ] {
            let message = routes(rules).unwrap_err();
            assert!(message.contains(part), "{rules}: {message}");
        }
        let many: Vec<String> = (0..65).map(|n| format!("{{when: 'text.words > {n}', to: t{n}}}")).collect();
        let message = routes(&format!("[{}]", many.join(", "))).unwrap_err();
        assert!(message.contains("64 rules"), "{message}");
    }

    #[test]
    fn a_field_that_a_switched_off_stage_would_tell_is_refused() {
        for (stage, condition) in
            [("language", r#"language = "de""#), ("entities", r#"entity.name = "x""#), ("dedupe", r#"status = "near""#)]
        {
            let (off, rule) =
                (format!("{stage}.enabled=false"), format!("output.routes=[{{when: '{condition}', to: x}}]"));
            assert!(set(&[&rule]).is_ok(), "{condition}");
            let message = set(&[&off, &rule]).unwrap_err();
            assert!(message.contains(&format!("with {stage}.enabled: false")), "{message}");
        }
        assert!(set(&["dedupe.enabled=false", "output.routes=[{when: 'topic = \"enriched\"', to: x}]"]).is_ok());
    }

    #[test]
    fn a_condition_in_a_file_is_told_by_line_and_column() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "output:\n  routes:\n    - when: 'language = \"de\"'\n      to: de\n    - when: 'langauge = \"fr\"'\n      to: fr\n";
        std::fs::write(file.path(), text).unwrap();
        let message = load(Some(file.path()), &[]).unwrap_err().to_string().replace("\\n", "\n");
        assert!(message.contains(":5:"), "{message}");
        assert!(message.ends_with("did you mean `language`?\n    langauge = \"fr\"\n    ^^^^^^^^"), "{message}");
    }
}
