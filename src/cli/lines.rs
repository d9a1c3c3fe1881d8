//! Files of articles: JSON lines, plain or gzip, a record a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context as _;

use crate::record::{Origin, Record};

const BUFFER: usize = 1 << 18;

/// Opens a file, unpacked if it is packed; `-` is standard input.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let shown = path.display();
    let input: Box<dyn Read> = match path.as_os_str().to_str() {
        Some("-") => Box::new(io::stdin()),
        _ => Box::new(File::open(path).with_context(|| format!("{shown} cannot be opened"))?),
    };
    let mut input = BufReader::with_capacity(BUFFER, input);
    let is_gzip = input.fill_buf().with_context(|| format!("{shown} cannot be read"))?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(input)))
    } else {
        Box::new(input)
    })
}

/// A line as a record of the input; `offset` counts the records of all files.
pub(super) fn record(mut line: Vec<u8>, offset: i64) -> Record {
    while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        line.pop();
    }
    let origin = Origin { topic: "enrich".into(), partition: 0, offset, timestamp: None };
    Record { origin, key: None, value: Some(line), headers: Vec::new(), headers_omitted: 0 }
}
