//! Envelopes around an article: CloudEvents, Kafka Connect, search hits, API wrappers, JSON-LD graphs.
//!
//! An envelope's own members come after the article's, so nothing is lost; its id serves if the article has none.

use super::json::{self, Member, Reader};
use super::names::{self, Field};

/// Envelopes within envelopes beyond this are left as they are.
pub(super) const MOST: usize = 4;
/// Types of a JSON-LD node that is an article (schema.org's Article and those below it that news sites use).
const ARTICLE_TYPES: [&str; 8] = [
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
];

/// What an article came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A CloudEvent with the article as its `data`.
    CloudEvent,
    /// Kafka Connect's `schema` and `payload`.
    Connect,
    /// A JSON-LD `@graph`.
    Graph,
    /// An object with the article as its `article`.
    Article,
    /// A search hit with the article as its `_source`.
    Source,
    /// An object with the article as its `data`.
    Data,
}

impl Envelope {
    /// The envelope's name, for people and scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudEvent => "cloudevent",
            Self::Connect => "connect",
            Self::Graph => "json-ld-graph",
            Self::Article => "article",
            Self::Source => "_source",
            Self::Data => "data",
        }
    }
}

/// An article's members, and those of the envelopes around it, the innermost first.
#[derive(Debug)]
pub(super) struct Unwrapped<'a> {
    pub(super) inner: Vec<Member<'a>>,
    pub(super) outer: Vec<Member<'a>>,
    /// The envelopes, the outermost first.
    pub(super) envelopes: Vec<Envelope>,
}

/// Takes the article out of its envelopes.
pub(super) fn unwrap(members: Vec<Member<'_>>) -> Unwrapped<'_> {
    let mut unwrapped = Unwrapped { inner: members, outer: Vec::new(), envelopes: Vec::new() };
    for _ in 0..MOST {
        let Some((envelope, index, inner)) = wrapped(&unwrapped.inner) else { break };
        unwrapped.envelopes.push(envelope);
        let mut outer = std::mem::replace(&mut unwrapped.inner, inner);
        outer.remove(index);
        // Connect's schema describes the payload and says nothing about the article.
        outer.retain(|member| member.name != "schema");
        outer.append(&mut unwrapped.outer);
        unwrapped.outer = outer;
    }
    unwrapped
}

/// Which envelope it is, which member holds the article, and the article's members.
pub(super) fn wrapped<'a>(members: &[Member<'a>]) -> Option<(Envelope, usize, Vec<Member<'a>>)> {
    let find = |name: &str| members.iter().position(|member| member.name.eq_ignore_ascii_case(name));
    let inside = |envelope: Envelope, index: usize| Some((envelope, index, json::members(members.get(index)?.raw)?));
    if find("specversion").is_some() {
        // In `data_base64` there is an object once it was unfolded.
        return ["data", "data_base64"].into_iter().find_map(|name| inside(Envelope::CloudEvent, find(name)?));
    }
    if find("schema").is_some()
        && let Some(payload) = find("payload").and_then(|index| inside(Envelope::Connect, index))
    {
        return Some(payload);
    }
    if let Some(graph) = find("@graph") {
        return Some((Envelope::Graph, graph, article_node(members.get(graph)?)?));
    }
    let plain = [(Envelope::Article, "article"), (Envelope::Source, "_source"), (Envelope::Data, "data")];
    let within = plain.into_iter().find_map(|(envelope, name)| inside(envelope, find(name)?))?;
    (!members.iter().any(is_told)).then_some(within)
}

/// Whether a member holds a title or a text: such a record is an article of its own, whatever else it holds. A `name` is no
/// title here, since envelopes have names too.
fn is_told(member: &Member<'_>) -> bool {
    let is_words = !member.name.eq_ignore_ascii_case("name")
        && matches!(names::look_up(&member.name), Some((Field::Title | Field::Text, _)));
    is_words && (member.raw.get().starts_with('[') || Reader::default().string(member.raw).is_some())
}

fn article_node<'a>(graph: &Member<'a>) -> Option<Vec<Member<'a>>> {
    let nodes = json::elements(graph.raw).unwrap_or_else(|| vec![graph.raw]);
    let mut fallback = None;
    for node in nodes.into_iter().filter_map(json::members) {
        if json::find(&node, "@type")
            .is_some_and(|kind| json::elements(kind).unwrap_or_else(|| vec![kind]).into_iter().any(is_article))
        {
            return Some(node);
        }
        if fallback.is_none() && ["headline", "articleBody"].iter().any(|name| json::find(&node, name).is_some()) {
            fallback = Some(node);
        }
    }
    fallback
}

/// Whether a type is one of an article: `NewsArticle`, `schema:NewsArticle`, `https://schema.org/NewsArticle`.
fn is_article(kind: &serde_json::value::RawValue) -> bool {
    let Some(kind) = Reader::default().string(kind) else { return false };
    kind.rsplit(['/', ':', '#']).next().is_some_and(|kind| ARTICLE_TYPES.contains(&kind))
}
