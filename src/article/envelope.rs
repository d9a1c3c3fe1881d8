//! Envelopes around an article: CloudEvents, Kafka Connect, search hits, API wrappers, JSON-LD graphs.
//!
//! An envelope's own members come after the article's, so nothing is lost; its id serves if the article has none.

use std::borrow::Cow;

use super::json::{self, Member};
use super::names;

/// Envelopes within envelopes beyond this are left as they are.
const MOST: usize = 4;
/// Types of a JSON-LD node that is an article.
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

/// An article's members, and those of the envelopes around it.
pub(super) struct Unwrapped<'a> {
    pub(super) inner: Vec<Member<'a>>,
    pub(super) outer: Vec<Member<'a>>,
}

/// Takes the article out of its envelopes.
pub(super) fn unwrap(members: Vec<Member<'_>>) -> Unwrapped<'_> {
    let mut unwrapped = Unwrapped { inner: members, outer: Vec::new() };
    for _ in 0..MOST {
        let Some((index, inner)) = wrapped(&unwrapped.inner) else { break };
        let mut outer = std::mem::replace(&mut unwrapped.inner, inner);
        outer.remove(index);
        // Connect's schema describes the payload and says nothing about the article.
        outer.retain(|member| member.name != "schema");
        unwrapped.outer.splice(0..0, outer);
    }
    unwrapped
}

/// Which member holds the article, and the article's members.
fn wrapped<'a>(members: &[Member<'a>]) -> Option<(usize, Vec<Member<'a>>)> {
    let find = |name: &str| members.iter().position(|member| member.name.eq_ignore_ascii_case(name));
    let inside = |index: usize| Some((index, json::members(members.get(index)?.raw)?));
    if find("specversion").is_some() {
        return find("data").and_then(inside);
    }
    if find("schema").is_some()
        && let Some(payload) = find("payload").and_then(inside)
    {
        return Some(payload);
    }
    if let Some(graph) = find("@graph") {
        return Some((graph, article_node(members.get(graph)?)?));
    }
    // A record that has a text of its own is no envelope, whatever else it holds.
    let has_text = members
        .iter()
        .any(|member| matches!(names::look_up(&member.name), Some((names::Field::Title | names::Field::Text, _))));
    if has_text {
        return None;
    }
    ["article", "_source", "data"].into_iter().filter_map(find).find_map(inside)
}

fn article_node<'a>(graph: &Member<'a>) -> Option<Vec<Member<'a>>> {
    let nodes: Vec<Vec<Member<'a>>> = json::elements(graph.raw)?.into_iter().filter_map(json::members).collect();
    let is_article =
        |node: &&Vec<Member<'a>>| node.iter().any(|member| member.name == "@type" && names_article(member));
    let index = nodes.iter().position(|node| is_article(&node));
    let has_headline =
        |node: &Vec<Member<'a>>| node.iter().any(|member| matches!(&*member.name, "headline" | "articleBody"));
    let index = index.or_else(|| nodes.iter().position(has_headline))?;
    nodes.into_iter().nth(index)
}

/// `@type` is a string or a list of strings.
fn names_article(kind: &Member<'_>) -> bool {
    let is_article = |text: Option<(Cow<'_, str>, bool)>| text.is_some_and(|(text, _)| ARTICLE_TYPES.contains(&&*text));
    match json::elements(kind.raw) {
        Some(kinds) => kinds.into_iter().any(|kind| is_article(json::text(kind))),
        None => is_article(json::text(kind.raw)),
    }
}
