//! What the configuration's own room cannot see: librdkafka's properties, the log's filter, the fields that names are mapped to.

use tracing_subscriber::EnvFilter;

use crate::article::{Decoder, InputRules};
use crate::config::{Code, Config, EntityModel, Finding, Loaded};
use crate::kafka::properties;
use crate::pipeline::links::{Links, LinksError};
use crate::pipeline::{self, entities::Tagger};

/// What is wrong with values that the types took. Nothing connects.
pub(super) fn beyond_types(loaded: &Loaded, with_secrets: bool) -> Vec<Finding> {
    let config = &loaded.config;
    let mut found = Vec::new();
    if with_secrets {
        found.extend(config.kafka.missing_secrets());
    }
    let is_told = |code| loaded.findings.iter().any(|finding| finding.code == code);
    // What belongs to the worker, or is set twice, would be told again.
    if !is_told(Code::Property) && !is_told(Code::Secret) {
        found.extend(properties::check(config, with_secrets && found.is_empty()));
    }
    found.extend(log_filter(config));
    found.extend(mapping(config));
    found
}

/// What is wrong with the files of the entity stage: they are read as the worker reads them.
pub(super) fn files(config: &Config) -> Vec<Finding> {
    let neural = pipeline::neural(config).filter(|_| cfg!(feature = "neural")).and_then(|options| {
        let error = options.check().err()?;
        let advice = "name a token classifier in ONNX, its tokenizer.json and config.json beside it (docs/entities.md)";
        let message = format!("names {}, which cannot be used: {error}", options.path.display());
        Some(Finding::error(Code::WrongValue, "entities.neural.path", message, advice))
    });
    let model = match &config.entities.model {
        EntityModel::File(path) => Tagger::open(path).err().map(|error| {
            let message = format!("names the file {}: {error}", path.display());
            Finding::error(Code::WrongValue, "entities.model", message, "name a model that training/entities made")
        }),
        EntityModel::Builtin => None,
    };
    let error = config.entities.links.as_deref().and_then(|path| Links::open(path).err());
    let finding = |error: LinksError| {
        let advice = "name a table that can be read, with columns name, type, id, weight, language (docs/entities.md)";
        Finding::error(Code::WrongValue, "entities.links", format!("cannot be used: {error}"), advice)
    };
    model.into_iter().chain(neural).chain(error.map(finding)).collect()
}

fn log_filter(config: &Config) -> Option<Finding> {
    let level = &config.log.level;
    EnvFilter::try_new(level).err().map(|_| {
        let advice = "write error, warn, info, debug, trace, or a filter such as info,copydesk::kafka=debug";
        Finding::error(Code::WrongValue, "log.level", format!("is `{level}`"), advice)
    })
}

fn mapping(config: &Config) -> Option<Finding> {
    let rules = InputRules { max_bytes: 0, mapping: config.input.mapping.clone(), extra_max_bytes: 0 };
    let told = Decoder::new(rules).err()?.to_string();
    let (key, what) = told.split_once(": ").unwrap_or(("input.mapping", &told));
    let (message, advice) = what.split_once("; ").unwrap_or((what, ""));
    Some(Finding::error(Code::WrongValue, key, message, advice))
}
