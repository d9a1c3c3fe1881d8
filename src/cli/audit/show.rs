//! The report, for people and for programs.

use std::io::{self, Write as _};

use serde_json::json;

use super::gather::{Line, Report};

/// Most places that people are shown.
const SHOWN: usize = 20;

pub(super) fn json(report: &Report) -> anyhow::Result<()> {
    let mut whole = serde_json::to_value(report)?;
    if let Some(members) = whole.as_object_mut() {
        members.insert("clean".to_owned(), json!(report.is_clean()));
    }
    writeln!(io::stdout(), "{whole}")?;
    Ok(())
}

pub(super) fn text(report: &Report) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    writeln!(out, "{}, up to what group {} has committed", report.input, report.group)?;
    let head = [
        "PARTITION",
        "FROM",
        "TO",
        "RECORDS",
        "ENRICHED",
        "DUPLICATES",
        "BOTH",
        "ROUTED",
        "DEAD",
        "TAKEDOWNS",
        "UNKNOWN",
        "FLAWS",
    ];
    writeln!(out, "{}", row(&head.map(str::to_owned)))?;
    for Line { partition, from, to, counts, .. } in &report.partitions {
        let numbers = [
            counts.records,
            counts.enriched,
            counts.duplicates,
            counts.both,
            counts.routed,
            counts.dead_letters,
            counts.tombstones,
            counts.unknown,
            counts.flaws,
        ];
        let places = [i64::from(*partition), *from, *to].map(|number| number.to_string());
        let cells: Vec<String> = places.into_iter().chain(numbers.iter().map(u64::to_string)).collect();
        writeln!(out, "{}", row(&cells))?;
    }
    for open in &report.open_transactions {
        writeln!(
            out,
            "open transaction: {} {} is readable up to {} of {}. It hides what comes after it; kafka-transactions.sh find-hanging \
             finds one that its producer has left",
            open.topic, open.partition, open.stable, open.end
        )?;
    }
    for fault in report.faults.iter().take(SHOWN) {
        writeln!(out, "{}:{}: {}", fault.partition, fault.offset, fault.flaw.meaning())?;
    }
    let flaws: u64 = report.partitions.iter().map(|line| line.counts.flaws).sum();
    let shown = report.faults.len().min(SHOWN) as u64;
    if flaws > shown {
        writeln!(out, "and {} more", flaws - shown)?;
    }
    for note in &report.notes {
        writeln!(out, "note: {note}")?;
    }
    let records: u64 = report.partitions.iter().map(|line| line.counts.records).sum();
    match report.is_clean() {
        true => writeln!(out, "clean: {records} records, nothing is wrong")?,
        false => writeln!(
            out,
            "NOT CLEAN: {records} records, {flaws} flaws, {} open transactions",
            report.open_transactions.len()
        )?,
    }
    out.flush()
}

fn row(cells: &[String]) -> String {
    let cell = |cell: &String| format!("{cell:>10}");
    cells.iter().map(cell).collect::<Vec<_>>().join(" ")
}
