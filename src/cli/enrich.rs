//! `copydesk enrich`: the pipeline without Kafka. Lines in, one record a line out, in input order.
//!
//! Three steps run side by side, on chunks of lines: they are read, articles analysed on all cores, verdicts given and records
//! written in input order. Verdicts come from the same state machine as the worker's. Its clock stands still, since a file
//! has no time of its own: only `dedupe.span` makes it forget, and the same file always gives the same stories.

use std::fs::File;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use anyhow::Context as _;
use clap::Args;
use crossbeam_channel::{Receiver, Sender, bounded};
use serde_json::json;

use super::progress::Progress;
use super::{ConfigArguments, lines};
use crate::config::Config;
use crate::pipeline::{self, Analysis, Desk, Pipeline, Verdict};
use crate::queue::Queue;
use crate::record::Record;

/// Arguments of `copydesk enrich`.
#[derive(Args)]
pub(super) struct Enrich {
    #[command(flatten)]
    config: ConfigArguments,
    /// Where to write merges of stories, a {"from","to"} object a line.
    #[arg(long, value_name = "FILE")]
    merges: Option<PathBuf>,
    /// JSON lines, plain or gzip; `-` or nothing is standard input.
    files: Vec<PathBuf>,
}

/// A chunk is full with so many lines or so many bytes.
const CHUNK_LINES: usize = 32;
const CHUNK_BYTES: usize = 1 << 20;
/// Chunks that wait between two steps, for each thread.
const WAITING: usize = 4;

/// Lines, and where their analyses are awaited: the writer takes them in the order of the lines.
type Chunk = (Vec<Record>, Sender<Vec<Analysis>>);

impl Enrich {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load_without_secrets()?;
        let pipeline = Pipeline::new(&config)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(config.threads).build()?;
        let merges = self.merges.as_deref().map(create).transpose()?;
        let waiting = WAITING * config.threads;
        let (lines, chunks) = bounded(waiting);
        let (analysed, ordered) = bounded(waiting);
        let queue = Queue::new(pool, move |(records, done): Chunk| {
            // A writer that has ended waits for nothing.
            let _ = done.send(records.iter().map(|record| pipeline.analyse(record)).collect());
        });
        let files = if self.files.is_empty() { vec![PathBuf::from("-")] } else { self.files.clone() };
        thread::scope(|scope| {
            let reader = scope.spawn(move || read_all(&files, &lines));
            // The writer owns what it reads: when it ends, whoever sends to it is told.
            let writer = Writer::new(&config, merges);
            let writer = scope.spawn(move || writer.write_all(ordered));
            for chunk in chunks {
                let (done, analyses) = bounded(1);
                queue.push((chunk, done));
                if analysed.send(analyses).is_err() {
                    break;
                }
            }
            drop(analysed);
            let read = reader.join().map_err(|_| anyhow::anyhow!("the reader panicked"))?;
            let written = writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
            written?;
            read.map(|()| ExitCode::SUCCESS)
        })
    }
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Reads every file; stops early when nobody takes the lines any more.
fn read_all(files: &[PathBuf], chunks: &Sender<Vec<Record>>) -> anyhow::Result<()> {
    let mut progress = Progress::start(files);
    let mut offset = 0;
    for path in files {
        let open = read_file(&mut *lines::open(path)?, &mut offset, chunks, &mut progress)
            .with_context(|| format!("{}, after {offset} lines", path.display()))?;
        if !open {
            break;
        }
    }
    progress.finish();
    Ok(())
}

/// Returns false when nobody takes the lines any more.
fn read_file(
    input: &mut dyn BufRead,
    offset: &mut i64,
    chunks: &Sender<Vec<Record>>,
    progress: &mut Progress,
) -> io::Result<bool> {
    loop {
        let (mut chunk, mut bytes) = (Vec::with_capacity(CHUNK_LINES), 0);
        while chunk.len() < CHUNK_LINES && bytes < CHUNK_BYTES {
            let mut line = Vec::new();
            if input.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            bytes += line.len();
            // Blank lines are no records, as everywhere with JSON lines.
            if !line.trim_ascii().is_empty() {
                chunk.push(lines::record(line, *offset));
                *offset += 1;
            }
        }
        if bytes == 0 {
            return Ok(true);
        }
        progress.advance(chunk.len(), bytes);
        if chunks.send(chunk).is_err() {
            return Ok(false);
        }
    }
}

/// Gives verdicts in input order and writes.
struct Writer {
    desk: Option<Desk>,
    out: BufWriter<io::Stdout>,
    merges: Option<BufWriter<File>>,
}

impl Writer {
    fn new(config: &Config, merges: Option<File>) -> Self {
        let desk = config.dedupe.enabled.then(|| pipeline::desk(config));
        Self { desk, out: BufWriter::with_capacity(1 << 18, io::stdout()), merges: merges.map(BufWriter::new) }
    }

    fn write_all(mut self, ordered: Receiver<Receiver<Vec<Analysis>>>) -> anyhow::Result<()> {
        for chunk in ordered {
            let analyses = chunk.recv().context("a thread that analyses has ended")?;
            analyses.into_iter().try_for_each(|analysis| self.write(analysis))?;
        }
        self.out.flush()?;
        if let Some(merges) = &mut self.merges {
            merges.flush()?;
        }
        Ok(())
    }

    fn write(&mut self, analysis: Analysis) -> anyhow::Result<()> {
        match analysis {
            Analysis::Article(mut draft) => {
                let verdict = match (&mut self.desk, draft.proposal.take()) {
                    (Some(desk), Some(proposal)) => Some(desk.judge(proposal, 0)),
                    _ => None,
                };
                self.write_merges(verdict.as_ref())?;
                self.out.write_all(&draft.finish(verdict.as_ref()))?;
            }
            Analysis::Takedown(takedown) => {
                if let Some(desk) = &mut self.desk {
                    desk.take_down(takedown.identity, takedown.key_hash, &takedown.names, 0);
                }
                serde_json::to_writer(&mut self.out, &json!({"takedown": {"id": takedown.id}}))?;
            }
            Analysis::Rejected(reject) => {
                let error = json!({"error": {"code": reject.code.as_str(), "message": reject.message}});
                serde_json::to_writer(&mut self.out, &error)?;
            }
        }
        self.out.write_all(b"\n")?;
        Ok(())
    }

    fn write_merges(&mut self, verdict: Option<&Verdict>) -> io::Result<()> {
        let (Some(file), Some(verdict)) = (&mut self.merges, verdict) else { return Ok(()) };
        verdict.merges.iter().try_for_each(|from| writeln!(file, r#"{{"from":"{from}","to":"{}"}}"#, verdict.story))
    }
}
