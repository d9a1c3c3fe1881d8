//! Metrics as text: Prometheus' exposition format (0.0.4, which every scraper and promtool read) and a reference for people.

use std::fmt::Write as _;

use super::values::{Distribution, Durations};

/// `Content-Type` of `text`.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

#[derive(Debug)]
enum Value {
    Number(f64),
    Distribution(Distribution),
}

/// One metric: its name, what it means, and its values now.
#[derive(Debug)]
pub struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    label: Option<&'static str>,
    /// Label values, empty without a label, and what was counted.
    samples: Vec<(String, Value)>,
}

impl Family {
    pub(super) fn counter(name: &'static str, help: &'static str, count: u64) -> Self {
        Self::float_counter(name, help, count as f64)
    }

    /// A counter of something that is measured, not counted.
    pub(super) fn float_counter(name: &'static str, help: &'static str, value: f64) -> Self {
        Self::numbers(Kind::Counter, (name, help, None), [("", value)])
    }

    pub(super) fn gauge(name: &'static str, help: &'static str, value: f64) -> Self {
        Self::numbers(Kind::Gauge, (name, help, None), [("", value)])
    }

    pub(super) fn counters<T: ToString>(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        counts: impl IntoIterator<Item = (T, u64)>,
    ) -> Self {
        let counts = counts.into_iter().map(|(value, count)| (value, count as f64));
        Self::numbers(Kind::Counter, (name, help, Some(label)), counts)
    }

    pub(super) fn gauges<T: ToString>(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        Self::numbers(Kind::Gauge, (name, help, Some(label)), values)
    }

    fn numbers<T: ToString>(
        kind: Kind,
        (name, help, label): (&'static str, &'static str, Option<&'static str>),
        values: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        let samples = values.into_iter().map(|(of, value)| (of.to_string(), Value::Number(value))).collect();
        Self { name, help, kind, label, samples }
    }

    pub(super) fn histogram(name: &'static str, help: &'static str, durations: &Durations) -> Self {
        Self { label: None, ..Self::histograms(name, help, "", [("", durations)]) }
    }

    pub(super) fn histograms<'a>(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        all: impl IntoIterator<Item = (&'static str, &'a Durations)>,
    ) -> Self {
        let samples =
            all.into_iter().map(|(of, durations)| (of.to_owned(), Value::Distribution(durations.read()))).collect();
        Self { name, help, kind: Kind::Histogram, label: Some(label), samples }
    }

    fn write(&self, page: &mut String) {
        let Self { name, help, kind, .. } = self;
        if self.samples.is_empty() {
            return;
        }
        // writing to a String cannot fail, here and below
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {}", kind.as_str());
        for (of, value) in &self.samples {
            let own = self.label.map(|label| format!("{label}=\"{}\"", escaped(of))).unwrap_or_default();
            match value {
                Value::Number(value) => sample(page, name, &own, *value),
                Value::Distribution(Distribution { buckets, count, sum }) => {
                    let comma = if own.is_empty() { "" } else { "," };
                    for (end, count) in buckets {
                        sample(page, &format!("{name}_bucket"), &format!("{own}{comma}le=\"{end}\""), *count as f64);
                    }
                    sample(page, &format!("{name}_bucket"), &format!("{own}{comma}le=\"+Inf\""), *count as f64);
                    sample(page, &format!("{name}_sum"), &own, *sum);
                    sample(page, &format!("{name}_count"), &own, *count as f64);
                }
            }
        }
    }
}

fn sample(page: &mut String, name: &str, labels: &str, value: f64) {
    let _ = match labels {
        "" => writeln!(page, "{name} {value}"),
        labels => writeln!(page, "{name}{{{labels}}} {value}"),
    };
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The page that Prometheus scrapes.
pub(super) fn text(families: &[Family]) -> String {
    let mut page = String::with_capacity(16 << 10);
    families.iter().for_each(|family| family.write(&mut page));
    page
}

/// A table of what there is, in Markdown.
pub(super) fn table(families: &[Family]) -> String {
    let mut page = String::from("| name | type | label | meaning |\n|---|---|---|---|\n");
    for Family { name, help, kind, label, samples } in families {
        let values: Vec<String> = samples.iter().map(|(value, _)| format!("`{value}`")).collect();
        let label = match label {
            None => String::new(),
            Some(label) if values.is_empty() => format!("`{label}`"),
            Some(label) => format!("`{label}`: {}", values.join(", ")),
        };
        let _ = writeln!(page, "| `{name}` | {} | {label} | {help} |", kind.as_str());
    }
    page
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_page_is_what_prometheus_reads() {
        let waits = Durations::of_waits();
        waits.observe(Duration::from_secs(2));
        let page = text(&[
            Family::counter("a_total", "All of a.", 7),
            Family::gauges("b", "B.", "of", [("x\"\\\n", 1.5)]),
            Family::counters("none_total", "Nothing.", "of", [("", 0); 0]),
            Family::histograms("c_seconds", "C.", "stage", [("d", &waits)]),
        ]);
        let start = "# HELP a_total All of a.\n# TYPE a_total counter\na_total 7\n\
                     # HELP b B.\n# TYPE b gauge\nb{of=\"x\\\"\\\\\\n\"} 1.5\n\
                     # HELP c_seconds C.\n# TYPE c_seconds histogram\n\
                     c_seconds_bucket{stage=\"d\",le=\"0.001\"} 0\n";
        assert_eq!(page.get(..start.len()), Some(start), "{page}");
        let end = "c_seconds_bucket{stage=\"d\",le=\"2.5\"} 1\n";
        assert!(page.contains(end) && page.ends_with("c_seconds_sum{stage=\"d\"} 2\nc_seconds_count{stage=\"d\"} 1\n"));
    }
}
