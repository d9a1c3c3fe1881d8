//! Scripts: which one an article is in, and which languages that leaves.

/// A script, or a few that one language mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Bengali,
    Han,
    Kana,
    Hangul,
    Greek,
    Hebrew,
    Thai,
    Lao,
    Khmer,
    Burmese,
    Georgian,
    Armenian,
    Gujarati,
    Gurmukhi,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Odia,
    Ethiopic,
    Tibetan,
    Other,
}

use Script::*;

const ALL: [Script; 27] = [
    Latin, Cyrillic, Arabic, Devanagari, Bengali, Han, Kana, Hangul, Greek, Hebrew, Thai, Lao, Khmer, Burmese,
    Georgian, Armenian, Gujarati, Gurmukhi, Tamil, Telugu, Kannada, Malayalam, Sinhala, Odia, Ethiopic, Tibetan, Other,
];

impl Script {
    /// The script of a letter or of a mark that is part of one.
    pub(super) fn of(character: char) -> Option<Self> {
        Some(match character as u32 {
            0x41..=0x5a
            | 0x61..=0x7a
            | 0xc0..=0xd6
            | 0xd8..=0xf6
            | 0xf8..=0x24f
            | 0x1e00..=0x1eff
            | 0xff21..=0xff3a
            | 0xff41..=0xff5a => Latin,
            0x400..=0x52f | 0x1c80..=0x1c8f => Cyrillic,
            0x620..=0x64a
            | 0x66e..=0x6d3
            | 0x6d5
            | 0x6fa..=0x6ff
            | 0x750..=0x77f
            | 0x8a0..=0x8c7
            | 0xfb50..=0xfdff
            | 0xfe70..=0xfefc => Arabic,
            0x900..=0x963 | 0x970..=0x97f => Devanagari,
            0x980..=0x9e3 | 0x9f0..=0x9f1 => Bengali,
            0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff | 0x3005 => Han,
            0x3041..=0x309f | 0x30a1..=0x30fa | 0x30fc..=0x30ff | 0xff66..=0xff9d => Kana,
            0xac00..=0xd7a3 | 0x1100..=0x11ff | 0x3131..=0x318e => Hangul,
            0x370..=0x3ff | 0x1f00..=0x1fff => Greek,
            0x5d0..=0x5ea | 0x5f0..=0x5f2 => Hebrew,
            0xe01..=0xe3a | 0xe40..=0xe4e => Thai,
            0xe81..=0xecd => Lao,
            0x1780..=0x17d3 => Khmer,
            0x1000..=0x103f | 0x1050..=0x109f => Burmese,
            0x10a0..=0x10ff | 0x1c90..=0x1cbf => Georgian,
            0x531..=0x587 => Armenian,
            0xa81..=0xae3 => Gujarati,
            0xa01..=0xa5e | 0xa70..=0xa75 => Gurmukhi,
            0xb82..=0xbcd => Tamil,
            0xc00..=0xc63 => Telugu,
            0xc80..=0xce3 => Kannada,
            0xd00..=0xd63 => Malayalam,
            0xd81..=0xddf => Sinhala,
            0xb01..=0xb63 => Odia,
            0x1200..=0x137f => Ethiopic,
            0xf40..=0xfbc => Tibetan,
            _ if character.is_alphabetic() => Other,
            _ => return None,
        })
    }

    /// ISO 15924.
    pub(super) fn code(self) -> &'static str {
        match self {
            Latin => "Latn",
            Cyrillic => "Cyrl",
            Arabic => "Arab",
            Devanagari => "Deva",
            Bengali => "Beng",
            Han => "Hani",
            Kana => "Jpan",
            Hangul => "Kore",
            Greek => "Grek",
            Hebrew => "Hebr",
            Thai => "Thai",
            Lao => "Laoo",
            Khmer => "Khmr",
            Burmese => "Mymr",
            Georgian => "Geor",
            Armenian => "Armn",
            Gujarati => "Gujr",
            Gurmukhi => "Guru",
            Tamil => "Taml",
            Telugu => "Telu",
            Kannada => "Knda",
            Malayalam => "Mlym",
            Sinhala => "Sinh",
            Odia => "Orya",
            Ethiopic => "Ethi",
            Tibetan => "Tibt",
            Other => "Zzzz",
        }
    }

    /// The language, where the news knows only one in this script.
    pub(super) fn only_language(self) -> Option<&'static str> {
        Some(match self {
            Hangul => "ko",
            Greek => "el",
            Hebrew => "he",
            Thai => "th",
            Lao => "lo",
            Khmer => "km",
            Burmese => "my",
            Georgian => "ka",
            Armenian => "hy",
            Gujarati => "gu",
            Gurmukhi => "pa",
            Tamil => "ta",
            Telugu => "te",
            Kannada => "kn",
            Malayalam => "ml",
            Sinhala => "si",
            Odia => "or",
            Ethiopic => "am",
            Kana => "ja",
            Tibetan => "dz",
            _ => return None,
        })
    }

    /// What a letter counts beside letters of other scripts: an ideograph is a word, and foreign names are in Latin.
    fn weight(self) -> u32 {
        match self {
            Latin => 1,
            Han | Kana | Hangul => 3,
            _ => 2,
        }
    }

    /// Whether letters have capitals.
    pub(super) fn is_cased(self) -> bool {
        matches!(self, Latin | Cyrillic | Greek | Armenian)
    }

    /// Whether two letters are already a word or more.
    pub(super) fn is_dense(self) -> bool {
        matches!(self, Han | Kana | Hangul)
    }
}

/// Letters by script.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts([u32; ALL.len()]);

impl Counts {
    pub(super) fn add(&mut self, script: Script) {
        if let Some(count) = self.0.get_mut(script as usize) {
            *count += 1;
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, count)| *sum += count);
    }

    pub(super) fn add_latin(&mut self, letters: u32) {
        if let Some(count) = self.0.get_mut(Latin as usize) {
            *count += letters;
        }
    }

    pub(super) fn letters(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Letters by their weight.
    pub(super) fn weight(&self) -> u32 {
        self.weighed().map(|(_, weight)| weight).sum()
    }

    fn weighed(&self) -> impl Iterator<Item = (Script, u32)> {
        ALL.into_iter().zip(self.0).map(|(script, count)| (script, count * script.weight()))
    }

    /// The script that the text is in, and its share. Ideographs beside kana count as kana, which only Japanese mixes.
    pub(super) fn leading(&self) -> Option<(Script, f32)> {
        let total = self.weight();
        let japanese = self.count(Kana) * 20 > self.count(Han);
        let joined = |(script, weight): (Script, u32)| match script {
            Kana if japanese => (Kana, weight + self.count(Han) * Han.weight()),
            _ => (script, weight),
        };
        let (script, weight) = self.weighed().map(joined).max_by_key(|(_, weight)| *weight)?;
        (total > 0).then(|| (script, weight as f32 / total as f32))
    }

    /// Letters of every script that there are any of, most first.
    pub(super) fn shares(&self) -> Vec<(&'static str, u32)> {
        let mut shares: Vec<_> =
            ALL.into_iter().map(Script::code).zip(self.0).filter(|(_, count)| *count > 0).collect();
        shares.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        shares
    }

    fn count(&self, script: Script) -> u32 {
        self.0.get(script as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(ALL.iter().enumerate().all(|(index, script)| *script as usize == index));
    }
}
