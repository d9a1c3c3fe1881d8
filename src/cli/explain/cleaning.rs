//! What was cleaned off each field.

use serde::Serialize;

use super::page::{Page, count, quoted};
use crate::pipeline::Cleaning as Evidence;

#[derive(Serialize)]
pub(super) struct Cleaning {
    field: &'static str,
    bytes_before: usize,
    bytes_after: usize,
    tags: usize,
    /// Of scripts, menus, forms: bytes.
    element_bytes: usize,
    references: usize,
    invisible: usize,
    /// How often markup was found in what markup unfolded to.
    layers: usize,
    /// Boilerplate that stayed, because too little would have been left.
    spared_bytes: usize,
    removed: Vec<Removed>,
}

#[derive(Serialize)]
struct Removed {
    rule: &'static str,
    text: String,
}

impl Cleaning {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let Evidence { field, before, after, references, taken, removed } = evidence;
        Self {
            field: field.as_str(),
            bytes_before: *before,
            bytes_after: *after,
            tags: taken.tags,
            element_bytes: taken.element_bytes,
            references: *references,
            invisible: taken.invisible,
            layers: taken.layers,
            spared_bytes: taken.spared_bytes,
            removed: removed.iter().map(|one| Removed { rule: one.rule.name(), text: one.text.clone() }).collect(),
        }
    }

    pub(super) fn tell(fields: &[Self], page: &mut Page) {
        let changed = fields.iter().filter(|field| field.bytes_before != field.bytes_after).count();
        let summary =
            if changed == 0 { "nothing had to go".to_owned() } else { format!("{} changed", count(changed, "field")) };
        page.section("cleaning", &summary);
        for field in fields {
            field.tell_one(page);
        }
    }

    fn tell_one(&self, page: &mut Page) {
        let Self { bytes_before: before, bytes_after: after, .. } = self;
        let mut text =
            if before == after { format!("{before} bytes") } else { format!("{before} bytes, {after} left") };
        let counts = [
            (self.tags, count(self.tags, "tag")),
            (self.element_bytes, format!("{} of elements that are no text", count(self.element_bytes, "byte"))),
            (self.references, count(self.references, "character reference")),
            (self.invisible, count(self.invisible, "invisible character")),
            (self.removed.len(), count(self.removed.len(), "line") + " of boilerplate"),
            (
                self.spared_bytes,
                format!("{} of boilerplate stayed: too little would be left", count(self.spared_bytes, "byte")),
            ),
            (self.layers.saturating_sub(1), format!("markup {} deep", self.layers)),
        ];
        let told: Vec<String> = counts.into_iter().filter(|(number, _)| *number > 0).map(|(_, told)| told).collect();
        if !told.is_empty() {
            text = format!("{text}: {}", told.join(", "));
        } else if before != after {
            text.push_str(": white space was put in order");
        }
        page.row(self.field, &text);
        for removed in &self.removed {
            page.item(removed.rule, &quoted(&removed.text));
        }
    }
}
