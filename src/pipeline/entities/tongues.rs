//! Where a language is spoken: an article names places of its own country more than others do.

/// Languages that say something about it, each with the countries where its newspapers are made. English is read everywhere.
const TONGUES: &[(&str, &str)] = &[
    ("bg", "BG"),
    ("bs", "BA"),
    ("ca", "ES"),
    ("cs", "CZ"),
    ("da", "DK"),
    ("de", "DE AT CH"),
    ("el", "GR CY"),
    ("es", "ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR"),
    ("et", "EE"),
    ("fa", "IR"),
    ("fi", "FI"),
    ("fr", "FR CA BE CH SN CI ML CM BF NE TD GN CD CG BJ TG GA MG DZ MA TN HT"),
    ("he", "IL"),
    ("hi", "IN"),
    ("hr", "HR BA"),
    ("hu", "HU"),
    ("id", "ID"),
    ("is", "IS"),
    ("it", "IT CH"),
    ("ja", "JP"),
    ("ko", "KR"),
    ("lt", "LT"),
    ("lv", "LV"),
    ("mk", "MK"),
    ("ms", "MY"),
    ("nl", "NL BE"),
    ("no", "NO"),
    ("nb", "NO"),
    ("pl", "PL"),
    ("pt", "BR PT AO MZ"),
    ("ro", "RO MD"),
    ("ru", "RU KZ BY"),
    ("sk", "SK"),
    ("sl", "SI"),
    ("sq", "AL XK"),
    ("sr", "RS BA ME"),
    ("sv", "SE FI"),
    ("th", "TH"),
    ("tr", "TR CY"),
    ("uk", "UA"),
    ("vi", "VN"),
    ("zh", "CN TW HK SG"),
];

/// The primary part of a language's tag.
pub(super) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// The countries where newspapers in a language are made.
#[derive(Clone, Copy)]
pub(super) struct Countries(&'static str);

impl Countries {
    /// Those of a language's tag.
    pub(super) fn of(language: &str) -> Self {
        let primary = primary(language);
        Self(TONGUES.iter().find(|(known, _)| *known == primary).map_or("", |(_, countries)| countries))
    }

    pub(super) fn has(self, country: [u8; 2]) -> bool {
        self.0.as_bytes().chunks(3).any(|code| code.first_chunk() == Some(&country))
    }
}
