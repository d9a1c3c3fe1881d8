//! How the language was decided.

use serde::Serialize;

use super::page::{Page, count, percent};
use crate::pipeline::language::Examination;

#[derive(Serialize)]
pub(super) struct Language {
    code: &'static str,
    script: Option<&'static str>,
    confidence: f32,
    reason: &'static str,
    #[serde(skip)]
    explanation: &'static str,
    sample_bytes: usize,
    scripts: Vec<Script>,
    /// What each window of the sample is told to be.
    windows: Vec<Ranked>,
    /// Where the article mixes languages, how much of it each takes.
    shares: Vec<Share>,
    /// What the model says, best first; empty if it was not asked.
    ranked: Vec<Ranked>,
    declared: Option<String>,
    /// Whether the declared language is the one that was found; null if nothing was declared or found.
    agrees: Option<bool>,
}

#[derive(Serialize)]
struct Script {
    script: &'static str,
    letters: u32,
}

#[derive(Serialize)]
struct Share {
    code: &'static str,
    share: f32,
}

#[derive(Serialize)]
struct Ranked {
    code: &'static str,
    confidence: f32,
}

impl Ranked {
    fn of(&(code, confidence): &(&'static str, f32)) -> Self {
        Self { code, confidence: rounded(confidence) }
    }

    fn text(&self) -> String {
        format!("{} {:.3}", self.code, self.confidence)
    }
}

impl Language {
    pub(super) fn of(examination: &Examination, declared: Option<&str>) -> Self {
        let detection = &examination.detection;
        let is_found = !matches!(detection.code, "und" | "zxx");
        let same = |tag: &str| tag.split('-').next() == Some(detection.code);
        Self {
            code: detection.code,
            script: detection.script,
            confidence: rounded(detection.confidence),
            reason: detection.reason.as_str(),
            explanation: detection.reason.explanation(),
            sample_bytes: examination.sample_bytes,
            scripts: examination.scripts.iter().map(|&(script, letters)| Script { script, letters }).collect(),
            windows: examination.windows.iter().map(Ranked::of).collect(),
            shares: detection.shares.iter().map(|one| Share { code: one.code, share: rounded(one.share) }).collect(),
            ranked: examination.ranked.iter().map(Ranked::of).collect(),
            declared: declared.map(ToOwned::to_owned),
            agrees: declared.filter(|_| is_found).map(same),
        }
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let script = self.script.map(|script| format!(" in {script}")).unwrap_or_default();
        page.section("language", &format!("{}{script}, confidence {:.3}", self.code, self.confidence));
        page.row("because", self.explanation);
        if !self.ranked.is_empty() {
            let ranked: Vec<String> =
                self.ranked.iter().filter(|one| one.confidence >= 0.001).map(Ranked::text).collect();
            page.row("the model", &ranked.join(" · "));
        }
        if self.windows.len() > 1 {
            let windows: Vec<String> = self.windows.iter().map(Ranked::text).collect();
            page.row("windows", &windows.join(" · "));
        }
        if !self.shares.is_empty() {
            let shares = self.shares.iter().map(|one| format!("{} {}", one.code, percent(f64::from(one.share))));
            page.row("mixes", &shares.collect::<Vec<_>>().join(" · "));
        }
        let letters: u32 = self.scripts.iter().map(|script| script.letters).sum();
        let share = |script: &Script| {
            format!("{} {}", script.script, percent(f64::from(script.letters) / f64::from(letters.max(1))))
        };
        let shares: Vec<String> = self.scripts.iter().map(share).collect();
        if !shares.is_empty() {
            page.row(
                "letters",
                &format!("{}, in a sample of {}", shares.join(" · "), count(self.sample_bytes, "byte")),
            );
        }
        let agrees = match self.agrees {
            Some(true) => "which agrees",
            Some(false) => "which does not agree; what was found counts",
            None => "which cannot be compared",
        };
        let declared = self.declared.as_ref().map(|tag| format!("{tag}, {agrees}"));
        page.row("declared", declared.as_deref().unwrap_or("nothing"));
    }
}

/// Four digits, as in the record.
fn rounded(share: f32) -> f32 {
    (share * 10_000.0).round() / 10_000.0
}
