//! A progress line on a terminal, for files; nothing elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the line changes.
const STEP: Duration = Duration::from_millis(200);

/// What was read so far.
pub(super) struct Progress {
    shown: bool,
    start: Instant,
    told: Instant,
    lines: usize,
    bytes: usize,
}

impl Progress {
    /// Shown if standard error is a terminal, and standard input (if it is read) is not.
    pub(super) fn start(files: &[PathBuf]) -> Self {
        let typed = files.iter().any(|file| file.as_os_str() == "-") && io::stdin().is_terminal();
        let now = Instant::now();
        Self { shown: io::stderr().is_terminal() && !typed, start: now, told: now, lines: 0, bytes: 0 }
    }

    /// So many more.
    pub(super) fn advance(&mut self, lines: usize, bytes: usize) {
        self.lines += lines;
        self.bytes += bytes;
        if self.shown && self.told.elapsed() >= STEP {
            self.told = Instant::now();
            self.tell();
        }
    }

    /// The last word.
    pub(super) fn finish(&self) {
        if self.shown {
            self.tell();
            eprintln!();
        }
    }

    fn tell(&self) {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
        let (lines, megabytes) = (self.lines as f64, self.bytes as f64 / 1e6);
        eprint!(
            "\r{lines} articles, {megabytes:.1} MB, {:.0} articles/s, {:.1} MB/s ",
            lines / seconds,
            megabytes / seconds
        );
        // A progress line that cannot be shown is no reason to stop.
        let _ = io::stderr().flush();
    }
}
