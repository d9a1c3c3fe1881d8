//! Span F1 on test sets: exact borders and kind.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::corpus::{Row, rows};
use crate::pipeline::entities::training::Reader;

/// Prints the F1 of the model alone on each file in a folder, and their mean; nothing if there is no such folder.
pub fn folder(folder: &Path, reader: &Reader, model: &[u8]) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let (mut sum, mut told) = (0.0, Vec::new());
    for path in &files {
        let rows: Vec<Row> = rows(path)?;
        let texts: Vec<_> = rows.iter().map(|row| (row.text.as_str(), Some(row.lang.as_str()))).collect();
        let (mut right, mut found_all, mut names_all) = (0, 0, 0);
        for (row, found) in rows.iter().zip(reader.label(model, &texts)?) {
            let names = row.names();
            right += found.iter().filter(|(bytes, kind, _)| names.contains(&(bytes.clone(), *kind))).count();
            found_all += found.len();
            names_all += names.len();
        }
        let f1 = 2.0 * right as f64 / ((found_all + names_all) as f64).max(1.0);
        sum += f1;
        told.push(format!("{} {f1:.3}", path.file_stem().unwrap_or_default().to_string_lossy()));
    }
    println!("{}: mean F1 {:.4} ({})", folder.display(), sum / files.len() as f64, told.join(", "));
    Ok(())
}
