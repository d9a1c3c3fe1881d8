//! Reads a table: TSV, or CSV with quotes (RFC 4180, without line ends in them), UTF-8, with a line that names the columns. Every row that
//! cannot be used is told by line and column, the first few by what is wrong.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::key::key;
use super::table::{Builder, Meaning, Table, Tongue, tongue};
use crate::nearest::nearest;
use crate::pipeline::entities::Kind;

/// So many faults are told, others counted.
const MOST_FAULTS: usize = 5;
/// A longer line is none.
const LONGEST_LINE: u64 = 64 << 10;
/// Columns, and whether each must be there.
const COLUMNS: [(&str, bool); 5] =
    [("name", true), ("type", true), ("id", true), ("weight", false), ("language", false)];

/// What is wrong in a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What it is, and what to write instead.
    pub message: String,
}

/// Why a table cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinksError {
    path: PathBuf,
    /// Why the file cannot be read.
    unreadable: Option<String>,
    faults: Vec<Fault>,
    more: usize,
}

impl LinksError {
    pub(super) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_owned(), unreadable: Some(error.to_string()), faults: Vec::new(), more: 0 }
    }

    /// What is wrong in which line: the first few.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for LinksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        if let Some(why) = &self.unreadable {
            return write!(f, "{path}: {why}");
        }
        for (number, Fault { line, column, message }) in self.faults.iter().enumerate() {
            let between = if number > 0 { "; " } else { "" };
            write!(f, "{between}{path}:{line}:{column}: {message}")?;
        }
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for LinksError {}

/// A message at a byte of a line.
type Wrong = (usize, String);

/// Reads the whole file, in memory that does not grow with its names.
pub(super) fn read(path: &Path, file: File) -> Result<Table, LinksError> {
    let mut error = LinksError { path: path.to_owned(), unreadable: None, faults: Vec::new(), more: 0 };
    let mut input = BufReader::with_capacity(1 << 20, file);
    let (mut hash, mut builder) = (blake3::Hasher::new(), Builder::default());
    let (mut line, mut bytes) = (0, Vec::new());
    let mut columns = None;
    loop {
        bytes.clear();
        let taken = (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut bytes);
        if taken.map_err(|error| LinksError::unreadable(path, &error))? == 0 {
            break;
        }
        line += 1;
        hash.update(&bytes);
        let result = text_of(&bytes, line).and_then(|text| match &columns {
            _ if text.trim().is_empty() => Ok(()),
            None => Columns::of(text).map(|found| columns = Some(found)),
            Some(columns) => columns.row(text, line, &mut builder),
        });
        if let Err((at, message)) = result {
            let before = bytes.get(..at).unwrap_or_default();
            let column = String::from_utf8_lossy(before).chars().count() + 1;
            match error.faults.len() {
                MOST_FAULTS.. => error.more += 1,
                _ => error.faults.push(Fault { line, column, message }),
            }
            // Without columns there are no rows; a line without an end is no table.
            if columns.is_none() || bytes.len() as u64 == LONGEST_LINE {
                break;
            }
        }
    }
    if columns.is_none() && error.faults.is_empty() {
        let message = "has no line that names the columns: write name, type, id, weight, language".to_owned();
        error.faults.push(Fault { line: 1, column: 1, message });
    }
    let hash = hash.finalize().to_hex().as_str().chars().take(12).collect();
    if error.faults.is_empty() { Ok(builder.finish(hash)) } else { Err(error) }
}

/// A line without its end.
fn text_of(bytes: &[u8], line: usize) -> Result<&str, Wrong> {
    if bytes.len() as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
        return Err((0, format!("the line has more than {} KiB", LONGEST_LINE >> 10)));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| (error.valid_up_to(), "is not UTF-8: save the file as UTF-8".to_owned()))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    Ok(if line == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text })
}

/// Which column has what.
struct Columns {
    tabs: bool,
    /// Places of the columns of [`COLUMNS`].
    places: [Option<usize>; 5],
    count: usize,
}

impl Columns {
    fn of(header: &str) -> Result<Self, Wrong> {
        let tabs = header.contains('\t');
        let mut places = [None; 5];
        let fields = fields(header, tabs)?;
        for (number, (at, field)) in fields.iter().enumerate() {
            let name = field.trim().to_lowercase();
            let known = COLUMNS.iter().position(|(known, _)| *known == name);
            match known.and_then(|known| places.get_mut(known)) {
                Some(place @ None) => *place = Some(number),
                Some(Some(_)) => return Err((*at, format!("there are two columns `{name}`"))),
                None => {
                    let names = COLUMNS.map(|(name, _)| name);
                    let meant = nearest(&name, names).map_or_else(
                        || "columns are name, type, id, weight, language".to_owned(),
                        |meant| format!("did you mean `{meant}`?"),
                    );
                    return Err((*at, format!("there is no column `{name}`: {meant}")));
                }
            }
        }
        let missing = COLUMNS.iter().zip(&places).find(|((_, must), place)| *must && place.is_none());
        match missing {
            Some(((name, _), _)) => Err((0, format!("there is no column `{name}`, which every table must have"))),
            None => Ok(Self { tabs, places, count: fields.len() }),
        }
    }

    /// Adds a row.
    fn row(&self, text: &str, line: usize, builder: &mut Builder) -> Result<(), Wrong> {
        let fields = fields(text, self.tabs)?;
        if fields.len() != self.count {
            let message = format!("the line has {} fields, and the first one {}", fields.len(), self.count);
            return Err((0, message));
        }
        let [name, kind, id, weight, language] = self.places.map(|place| {
            let (at, field) = place.and_then(|place| fields.get(place)).map_or((0, ""), |(at, field)| (*at, &**field));
            (at, field.trim())
        });
        let (key, id) = (key(kind_of(kind)?, name.1).ok_or((name.0, "`name` has no letter".to_owned()))?, id_of(id)?);
        let line = u32::try_from(line).map_err(|_| (0, "the table has too many lines".to_owned()))?;
        let meaning = Meaning { id, line, weight: weight_of(weight)?, tongue: language_of(language)? };
        builder.add(key, &meaning).ok_or((0, "the ids take more than 4 GiB".to_owned()))
    }
}

fn kind_of((at, text): (usize, &str)) -> Result<Kind, Wrong> {
    match text {
        "person" => Ok(Kind::Person),
        "organisation" | "organization" => Ok(Kind::Organisation),
        "location" => Err((at, "`type` is `location`: places have their own tables; leave the line out".to_owned())),
        _ => Err((at, format!("`type` is `{}`: write person or organisation", shown(text)))),
    }
}

fn id_of((at, text): (usize, &str)) -> Result<&str, Wrong> {
    if text.is_empty() {
        return Err((at, "`id` is empty".to_owned()));
    }
    if text.len() > usize::from(u8::MAX) {
        return Err((at, format!("`id` has {} bytes, and may have 255", text.len())));
    }
    if text.chars().any(char::is_control) { Err((at, "`id` has a control character".to_owned())) } else { Ok(text) }
}

fn weight_of((at, text): (usize, &str)) -> Result<f32, Wrong> {
    if text.is_empty() {
        return Ok(1.0);
    }
    let weight = text.parse::<f32>().ok().filter(|weight| weight.is_finite() && *weight >= 0.0);
    weight.ok_or_else(|| (at, format!("`weight` is `{}`: write a number of 0 or more, or nothing for 1", shown(text))))
}

fn language_of((at, text): (usize, &str)) -> Result<Tongue, Wrong> {
    if text.is_empty() {
        return Ok(Tongue::default());
    }
    tongue(text).ok_or_else(|| {
        (at, format!("`language` is `{}`: write a code such as en, or nothing for every language", shown(text)))
    })
}

/// The beginning of what is written there.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The fields of a line, each with its first byte.
fn fields(line: &str, tabs: bool) -> Result<Vec<(usize, std::borrow::Cow<'_, str>)>, Wrong> {
    let mut fields = Vec::with_capacity(COLUMNS.len());
    if tabs {
        let mut at = 0;
        for field in line.split('\t') {
            fields.push((at, field.into()));
            at += field.len() + 1;
        }
        return Ok(fields);
    }
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(',').unwrap_or(rest.len());
            fields.push((at, rest.get(..end).unwrap_or_default().into()));
            if end == rest.len() {
                return Ok(fields);
            }
            at += end + 1;
            continue;
        };
        let (text, length) = unquoted(quoted).ok_or((at, "a quote is not closed in its line".to_owned()))?;
        fields.push((at, text.into()));
        at += 1 + length;
        match line.get(at..).and_then(|rest| rest.chars().next()) {
            None => return Ok(fields),
            Some(',') => at += 1,
            Some(_) => return Err((at, "after a quoted field there must be a comma".to_owned())),
        }
    }
}

/// What stands before the closing quote, and the bytes up to after it.
fn unquoted(text: &str) -> Option<(String, usize)> {
    let (mut out, mut at) = (String::new(), 0);
    loop {
        let rest = text.get(at..)?;
        let quote = rest.find('"')?;
        out.push_str(rest.get(..quote)?);
        at += quote + 1;
        if !text.get(at..)?.starts_with('"') {
            return Some((out, at));
        }
        out.push('"');
        at += 1;
    }
}
