//! How much of an article each of its languages takes, by the windows of a wide sample.

use super::window::Told;

/// Least share of a language that is told: less is a quotation, a name, a line of the page.
const LEAST_SHARE: f32 = 0.2;
/// A language's part of an article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// BCP 47 primary language.
    pub code: &'static str,
    /// 0 to 1.
    pub share: f32,
}

/// Letters by language, of the windows whose language is as good as certain.
#[derive(Debug, Default)]
pub(super) struct Shares {
    languages: Vec<(&'static str, u32)>,
}

impl Shares {
    pub(super) fn of(told: &[Told]) -> Self {
        let mut shares = Self::default();
        for told in told.iter().filter(|told| told.is_certain()) {
            match shares.languages.iter_mut().find(|(code, _)| *code == told.code) {
                Some((_, letters)) => *letters += told.letters,
                None => shares.languages.push((told.code, told.letters)),
            }
        }
        shares
    }

    /// The languages and their shares, most first; none if one language takes all that is worth telling.
    pub(super) fn listed(mut self) -> Vec<Share> {
        let total: u32 = self.languages.iter().map(|(_, letters)| letters).sum();
        let share = |letters: u32| letters as f32 / total.max(1) as f32;
        self.languages.retain(|(_, letters)| share(*letters) >= LEAST_SHARE);
        self.languages.sort_by_key(|(code, letters)| (std::cmp::Reverse(*letters), *code));
        let listed: Vec<Share> =
            self.languages.iter().map(|(code, letters)| Share { code, share: share(*letters) }).collect();
        if listed.len() < 2 { Vec::new() } else { listed }
    }
}
