//! What a model's labels mean: `id2label` of its `config.json`, in any of the usual schemes (BIO, BIOES, BILOU, or types alone).

use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;

use super::super::Kind;

/// `config.json`, as far as it is of use.
#[derive(Deserialize)]
pub(super) struct ModelConfig {
    id2label: Option<BTreeMap<String, String>>,
    model_type: Option<String>,
    max_position_embeddings: Option<usize>,
    pad_token_id: Option<u32>,
}

/// What one label says of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Label {
    /// What it is a name of; none outside, and for types that are none of ours.
    pub(super) kind: Option<Kind>,
    /// A name begins here, whatever stands before.
    pub(super) begins: bool,
    /// And ends here, whatever follows.
    pub(super) ends: bool,
}

impl Label {
    fn of(text: &str) -> Self {
        let (scheme, kind) = match text.split_once(['-', '_']) {
            Some((scheme @ ("B" | "I" | "O" | "E" | "S" | "L" | "U" | "M"), kind)) => (scheme, kind),
            _ => ("", text),
        };
        let begins = matches!(scheme, "B" | "S" | "U");
        Self { kind: kind_of(kind), begins, ends: matches!(scheme, "E" | "S" | "L" | "U") }
    }
}

fn kind_of(text: &str) -> Option<Kind> {
    match text.to_ascii_uppercase().as_str() {
        "PER" | "PERS" | "PERSON" => Some(Kind::Person),
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Some(Kind::Organisation),
        "LOC" | "LOCATION" | "GPE" => Some(Kind::Location),
        _ => None,
    }
}

impl ModelConfig {
    pub(super) fn read(bytes: &[u8]) -> io::Result<Self> {
        serde_json::from_slice(bytes).map_err(|error| wrong(format!("config.json: {error}")))
    }

    /// The labels in the order of the model's answers.
    pub(super) fn labels(&self) -> io::Result<Vec<Label>> {
        let named = self
            .id2label
            .as_ref()
            .ok_or_else(|| wrong("config.json has no id2label: the model is no token classifier"))?;
        let text = |id: usize| {
            named.get(&id.to_string()).ok_or_else(|| wrong(format!("id2label of config.json has no label {id}")))
        };
        let labels: Vec<Label> =
            (0..named.len()).map(|id| text(id).map(|text| Label::of(text))).collect::<io::Result<_>>()?;
        if labels.iter().all(|label| label.kind.is_none()) {
            let told: Vec<&str> = named.values().map(String::as_str).take(12).collect();
            let message = format!("id2label of config.json has none of PER, ORG and LOC, but {}", told.join(", "));
            return Err(wrong(message));
        }
        Ok(labels)
    }

    /// The id that fills a batch up, if the model tells one.
    pub(super) fn padding(&self) -> Option<u32> {
        self.pad_token_id
    }

    /// Most pieces that the model reads at once, if it has a limit. RoBERTa counts places from the padding's id on.
    pub(super) fn longest(&self) -> Option<usize> {
        let limit = self.max_position_embeddings?;
        let roberta = self.model_type.as_deref().is_some_and(|model| model.contains("roberta") || model == "camembert");
        let taken = if roberta { self.pad_token_id.unwrap_or(1) as usize + 1 } else { 0 };
        Some(limit.saturating_sub(taken))
    }
}

/// What is wrong with the user's files.
pub(super) fn wrong(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}
