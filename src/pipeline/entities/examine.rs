//! A look at how entities were found: the same entities, and what else was a candidate.

use super::watch::{Candidate, Located, Notes};
use super::{Entity, LeftOut, Tagged, Tagger};

/// What was found, and what was not taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Examination {
    /// The entities; each mention tells its evidence.
    pub entities: Vec<Entity>,
    /// Candidates that are no mentions, in the order in which they were given up.
    pub dropped: Vec<Candidate>,
    /// How the atlas answered for each name of a place.
    pub located: Vec<Located>,
    /// What tagged.
    pub by: &'static str,
    /// Why the neural model did not, if there is one.
    pub left_out: Option<LeftOut>,
}

impl Tagger {
    /// Tags as [`Tagger::tag`] does, and tells what was not taken.
    pub fn examine(&self, title: &str, text: &str, declared: Option<&str>) -> Examination {
        let mut notes = Notes::default();
        let Tagged { entities, by, left_out, .. } = self.tag_watched(&self.read(title, text), declared, &mut notes);
        Examination { entities, dropped: notes.dropped, located: notes.located, by, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dropped, Evidence, Joined, Kind};
    use super::*;

    fn examine(text: &str) -> Examination {
        let tagger = Tagger::builtin().unwrap();
        let told = tagger.examine("", text, None);
        assert_eq!(told.entities, tagger.tag(&tagger.read("", text), None).entities, "whoever watches changes nothing");
        told
    }

    #[test]
    fn mentions_tell_their_evidence_and_why_they_belong_together() {
        let text = "The Deputy Foreign Minister of Russia, Andrei Rudenko, arrived in Dushanbe on Monday. According to Rodenko, the \
                    talks go on. Rudenko said so.";
        let told = examine(text);
        let person = told.entities.iter().find(|entity| entity.kind == Kind::Person).unwrap();
        let grounds: Vec<_> = person.mentions.iter().map(|mention| (mention.evidence, mention.joined)).collect();
        assert_eq!(
            grounds,
            [
                (Evidence::Model, None),
                (Evidence::Model, Some(Joined::Spelling)),
                (Evidence::Model, Some(Joined::Surname))
            ]
        );
        let place = told.located.iter().find(|located| located.name == "Dushanbe").unwrap();
        assert!(place.chosen && place.places >= 1, "{place:?}");
    }

    #[test]
    fn what_was_not_taken_tells_why() {
        let text = "Visitors met Jordan Pickford at the University of Paris on Monday.";
        let told = examine(text);
        let dropped: Vec<_> = told
            .dropped
            .iter()
            .map(|c| (&text[c.bytes.start as usize..c.bytes.end as usize], c.why.as_str()))
            .collect();
        assert!(dropped.contains(&("Jordan", "overlaps")) && dropped.contains(&("Paris", "overlaps")), "{dropped:?}");
        let jordan = told.dropped.iter().find(|c| text[c.bytes.start as usize..].starts_with("Jordan")).unwrap();
        assert_eq!(jordan.why, Dropped::Overlaps(13..28));
    }
}
