//! "Did you mean": the nearest of the names that there are.

/// The name that was probably meant: the one with the fewest changes, if they are few for its length.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody means a name by a text that is longer than any.
    let name: String = name.chars().take(80).collect();
    let plain = name.to_lowercase().replace('-', "_");
    let changes = |known: &str| strsim::osa_distance(&plain, &known.to_lowercase().replace('-', "_"));
    let rated = known.into_iter().map(|known| (changes(known), known));
    let (changes, best) = rated.min_by_key(|(changes, known)| (*changes, known.len()))?;
    (changes <= (name.chars().count() * 2 / 5).max(1)).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["brokers", "group", "instance", "properties", "drain_timeout"];
        for (written, meant) in [
            ("broker", Some("brokers")),
            ("gruop", Some("group")),
            ("drain-timeout", Some("drain_timeout")),
            ("Instance", Some("instance")),
            ("property", Some("properties")),
            ("x", None),
            ("password", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
    }
}
