//! The world of the model: the log, the input, who works, and what goes wrong.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::super::cells;
use super::super::defect::Defect;
use super::super::extent::Extent;
use super::super::headline::Headline;
use super::super::limits::Limits;
use super::super::log::{Identity, LogRecord, Params, Proposal};
use super::super::numbers::Numbers;
use super::super::overlap::alike_bits;
use super::super::sketch::{Rate, Sketch};
use super::super::snapshot::tests::{from_files, to_files};
use super::super::stories::Stories;
use super::super::words::mix;
use super::Flaw;
use super::worker::{Outcome, Raw, Worker};

pub(super) const HELP: i64 = 6;
const SLICE: i64 = 12;
const WINDOW: i64 = 4 * SLICE;
/// The longest outage that the log's retention rides out.
const SLACK: i64 = 24;

/// What may go wrong.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    /// Workers crash, freeze and go on as zombies, come and go.
    pub(super) crashes: bool,
    /// Retention cuts the log, snapshots are taken and loaded.
    pub(super) cuts: bool,
    /// The log's clock steps back, and hours pass in which nothing happens.
    pub(super) skews: bool,
    /// Thresholds change.
    pub(super) epochs: bool,
    /// The log is cut within the window: only safety is left.
    pub(super) short_retention: bool,
    /// Workers judge by thresholds of their own: only safety is left.
    pub(super) mixed: bool,
}

impl Faults {
    pub(super) fn all() -> Self {
        Self { crashes: true, cuts: true, skews: true, epochs: true, ..Self::default() }
    }

    /// Whether all readers must compute the same.
    pub(super) fn leave_quality(self) -> bool {
        !self.short_retention && !self.mixed
    }
}

pub(super) struct World {
    pub(super) faults: Faults,
    pub(super) flaw: Flaw,
    dice: u64,
    time: i64,
    skew: i64,
    pub(super) log: Vec<(i64, LogRecord)>,
    start: usize,
    pub(super) raw: Vec<Vec<Raw>>,
    pub(super) committed: Vec<usize>,
    pub(super) outcomes: Vec<(usize, usize, Outcome)>,
    pub(super) workers: Vec<Worker>,
    zombies: Vec<Worker>,
    generation: u64,
    born: u64,
    params: Params,
    stated: i64,
    /// As it would stand on a disk, and the next offset.
    snapshot: Option<(Vec<Vec<u8>>, usize)>,
    /// Reads everything, from offset 0.
    forever: Stories,
    /// The same without defects, at every moment.
    present: Stories,
    pub(super) found: Vec<&'static str>,
}

impl World {
    pub(super) fn new(seed: u64, faults: Faults, flaw: Flaw) -> Self {
        let params = Params {
            window_ms: WINDOW,
            slice_ms: SLICE,
            span: 1 << 40,
            limits: Limits { samples: 2, ..Limits::default() },
            epoch: 1,
            ..Params::default()
        };
        let mut world = Self {
            faults,
            flaw,
            dice: mix(seed + 1) | 1,
            time: 100,
            skew: 0,
            log: Vec::new(),
            start: 0,
            raw: Vec::new(),
            committed: vec![0; 3],
            outcomes: Vec::new(),
            workers: Vec::new(),
            zombies: Vec::new(),
            generation: 0,
            born: 0,
            params,
            stated: i64::MIN / 2,
            snapshot: None,
            forever: Stories::new(params),
            present: Stories::new(params),
            found: Vec::new(),
        };
        world.forever = world.reader();
        world.raw = (0..3).map(|partition| (0..50).map(|index| world.input(partition, index)).collect()).collect();
        world.state_params();
        (0..2).for_each(|_| world.add());
        world
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 16) as usize % sides
    }

    /// An input record: of a family of texts, by one of three sources, perhaps again under the same id, perhaps a takedown.
    fn input(&mut self, partition: usize, index: usize) -> Raw {
        let number = (index * 3 + partition) as u64;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&mix(number + 7).to_le_bytes());
        let identity = Identity(bytes);
        if self.roll(20) == 0 {
            return Raw::Takedown(identity, self.roll(number as usize + 1) as u64);
        }
        let (family, source) = (self.roll(9) as u64, self.roll(3) as u32 + 1);
        let word = |word: u64| mix(word + 1) as u32 & 0x7fff_fc00;
        let mut words: Vec<u32> = (0..10).filter(|_| self.roll(4) > 0).map(|w| word(family * 100 + w)).collect();
        // Some bridge two families, all carry their source's furniture.
        if self.roll(6) == 0 {
            let other = self.roll(9) as u64;
            words.extend((0..6).map(|w| word(other * 100 + w)));
        }
        words.extend((0..3).map(|w| word(10_000 + u64::from(source) * 10 + w)));
        if self.roll(3) > 0 {
            words.push(word(100_000 + number));
        }
        words.sort_unstable();
        words.dedup();
        let mut exact = [0; 16];
        exact[..8].copy_from_slice(&words.iter().fold(0, |hash, word| mix(hash ^ u64::from(*word))).to_le_bytes());
        // Some say numbers of their own, some are too long for theirs to be told.
        let (numbers, extent) = match mix(number + 9) % 6 {
            0 => (Numbers::default(), Extent(800)),
            1 | 2 => (Numbers(mix(number) & mix(number + 1)), Extent(50)),
            _ => (Numbers::default(), Extent(50)),
        };
        let samples = cells::samples(&words, std::iter::empty(), alike_bits(extent));
        let sketch = Sketch {
            exact,
            extent,
            repeats: 0,
            rate: Rate::ALL,
            headline: Headline::default(),
            numbers,
            keys: words.into(),
            samples,
        };
        let article = if self.roll(8) == 0 { self.roll(number as usize + 1) as u64 } else { number };
        let url = NonZeroU64::new(article + 1_000);
        Raw::Article(Proposal {
            identity,
            key: article,
            article,
            url,
            source,
            sketch,
            id: format!("id-{number}").into(),
        })
    }

    /// A reader that has read nothing.
    pub(super) fn reader(&self) -> Stories {
        let own = if self.faults.epochs { Params { epoch: 0, near: 9_000, ..self.params } } else { self.params };
        let mut stories = Stories::new(own);
        let defect = if let Flaw::Inside(defect) = self.flaw { Some(defect) } else { None };
        stories.defects.0 = [defect, self.faults.mixed.then_some(Defect::NoEpochs)];
        stories
    }

    /// A reader that has read a snapshot.
    fn loaded(&self, files: &[Vec<u8>]) -> Stories {
        let mut stories = from_files(files).unwrap();
        stories.defects = self.reader().defects;
        stories
    }

    fn now(&self) -> i64 {
        self.time - self.skew
    }

    fn append(&mut self, record: LogRecord) {
        let stamp = self.now();
        self.present.apply(self.log.len() as u64, stamp, &record).unwrap();
        self.log.push((stamp, record));
    }

    /// Time goes on, unless something has been open for so long that it could leave the log: help is much quicker than that.
    fn pass(&mut self, time: i64) {
        let waits = self.present.unsettled(2 * HELP).next().is_some();
        if !waits || self.flaw == Flaw::NoHelp {
            self.time += time;
        }
    }

    /// Whoever catches up states the parameters, if the log would soon have none.
    fn state_params(&mut self) {
        self.stated = self.time;
        self.append(LogRecord::Epoch(self.params));
    }

    fn wall(&self) -> Option<i64> {
        (self.flaw == Flaw::WallClock).then_some(self.time)
    }

    fn add(&mut self) {
        let loads = self.snapshot.is_some() && self.roll(2) == 0;
        let (mut stories, next) = match &self.snapshot {
            Some((files, next)) if loads && *next >= self.start => (self.loaded(files), *next),
            _ => (self.reader(), self.start),
        };
        if self.faults.mixed && self.born % 2 == 1 {
            let defects = stories.defects;
            stories = Stories::new(Params { near: 3_000, story: 3_500, ..self.params });
            stories.defects = defects;
        }
        let next = if self.faults.mixed { self.start } else { next };
        let mut worker = Worker::new(stories, next, self.flaw);
        worker.read(&self.log, usize::MAX, self.wall());
        self.born += 1;
        self.workers.push(worker);
        self.rebalance();
    }

    fn rebalance(&mut self) {
        self.generation += 1;
        let mut shares = vec![BTreeMap::new(); self.workers.len()];
        for (partition, position) in self.committed.clone().into_iter().enumerate() {
            if !shares.is_empty() {
                let owner = self.roll(shares.len());
                shares[owner].insert(partition, position);
            }
        }
        let generation = self.generation;
        self.workers.iter_mut().zip(shares).for_each(|(worker, share)| worker.assign(generation, share));
    }

    pub(super) fn run(&mut self) {
        for _ in 0..1_500 {
            self.step();
        }
        // A quiet end, in which everything drains.
        self.zombies.clear();
        for _ in 0..300 {
            if self.committed.iter().zip(&self.raw).all(|(committed, raw)| *committed == raw.len()) {
                break;
            }
            if self.workers.is_empty() {
                self.add();
            }
            for index in 0..self.workers.len() {
                for action in [0, 0, 0, 1, 2, 3, 1, 2, 4] {
                    self.act(index, action, false);
                }
            }
            self.time += 1;
        }
        // Somebody helps what is left open: time goes on, and whoever is there reads and tells.
        for _ in 0..4 {
            self.time += HELP + 1;
            self.state_params();
            for index in 0..self.workers.len() {
                for action in [2, 3, 1, 2] {
                    self.act(index, action, false);
                }
            }
        }
        self.compare();
        // All hold the same in the end: what `verify` compares.
        let (log, wall) = (&self.log, self.wall());
        self.workers.iter_mut().for_each(|worker| worker.read(log, usize::MAX, wall));
    }

    fn step(&mut self) {
        if self.roll(6) == 0 {
            let time = self.roll(3) as i64;
            self.pass(time);
        }
        if self.time - self.stated > WINDOW / 2 {
            self.state_params();
        }
        let faults = self.faults;
        match self.roll(1_000) {
            0..12 if faults.crashes => self.crash(),
            12..18 if faults.crashes && self.workers.len() < 4 => self.add(),
            18..28 if faults.cuts => self.cut(),
            28..36 if faults.cuts => self.take_snapshot(),
            36..46 if faults.skews => self.skew = self.roll(4) as i64,
            // Shorter than the slack, and not one after the other: longer outages are for retention to ride out.
            46..52 if faults.skews && self.log.last().is_some_and(|(stamp, _)| self.time - stamp < 4) => {
                let time = self.roll((SLACK - 2 * HELP) as usize) as i64;
                self.pass(time);
            }
            52..56 if faults.epochs && self.params.epoch < 4 => {
                let near = [3_000, 4_000, 5_000][self.roll(3)];
                self.params = Params { epoch: self.params.epoch + 1, near, ..self.params };
                self.state_params();
            }
            56..68 => self.compare(),
            68..76 if faults.crashes && !self.workers.is_empty() => {
                let index = self.roll(self.workers.len());
                self.workers[index].lose();
            }
            roll if roll % 10 == 0 && !self.zombies.is_empty() => {
                let (index, action) = (self.roll(self.zombies.len()), self.roll(5));
                self.act(index, action, true);
            }
            _ if self.workers.is_empty() => self.add(),
            _ => {
                let (index, action) = (self.roll(self.workers.len()), self.roll(5));
                self.act(index, action, false);
            }
        }
    }

    fn act(&mut self, index: usize, action: usize, zombie: bool) {
        let (pick, most, wall) = (self.roll(8), 1 + self.roll(12), self.wall());
        let worker = if zombie { &mut self.zombies[index] } else { &mut self.workers[index] };
        match action {
            0 => worker.take(pick, &self.raw),
            1 | 3 => {
                if action == 3 {
                    worker.flush();
                }
                let sent: Vec<LogRecord> = worker.pending.drain(..).collect();
                sent.into_iter().for_each(|record| self.append(record));
            }
            2 => worker.read(&self.log, most * 4, wall),
            _ => {
                for (partition, index, outcome) in worker.commit(self.generation, self.flaw) {
                    self.committed[partition] = index + 1;
                    self.outcomes.extend(outcome.map(|outcome| (partition, index, outcome)));
                }
            }
        }
    }

    fn crash(&mut self) {
        if !self.workers.is_empty() {
            let index = self.roll(self.workers.len());
            let worker = self.workers.swap_remove(index);
            // SIGSTOP past the session: it goes on later, fenced.
            if self.roll(2) == 0 {
                self.zombies.push(worker);
            }
        }
        self.add();
    }

    /// Retention: window, slice and slack, or what a wrong setting leaves.
    fn cut(&mut self) {
        let keep = if self.faults.short_retention { 4 + self.roll(16) as i64 } else { WINDOW + SLICE + SLACK };
        let read = self.workers.iter().map(|worker| worker.next).min().unwrap_or(self.log.len());
        while self.start < read && self.log[self.start].0 < self.time - keep {
            self.start += 1;
        }
        // A reader that fell off the log starts again; here, it ends.
        let start = self.start;
        self.zombies.retain(|zombie| zombie.next >= start);
    }

    fn take_snapshot(&mut self) {
        if let Some(worker) = self.workers.first().filter(|_| !self.faults.mixed) {
            self.snapshot = Some((to_files(worker.tail.stories()), worker.next));
        }
    }

    /// Any history, same state: who reads the cut log, who loads a snapshot, who never stopped.
    fn compare(&mut self) {
        if !self.faults.leave_quality() {
            return;
        }
        // The present of the log's clock.
        self.append(LogRecord::Epoch(self.params));
        let (mut forever, mut fresh) = (self.forever.clone(), self.reader());
        let read = |stories: &mut Stories, from: usize, wall: Option<i64>| {
            for (offset, (stamp, record)) in self.log.iter().enumerate().skip(from) {
                stories.apply(offset as u64, wall.unwrap_or(*stamp), record).unwrap();
            }
        };
        let next = forever.next_offset() as usize;
        read(&mut forever, next, self.wall());
        self.time += i64::from(self.flaw == Flaw::WallClock) * 5;
        read(&mut fresh, self.start, self.wall());
        let mut readers = vec![fresh];
        if let Some((files, next)) = self.snapshot.as_ref().filter(|(_, next)| *next >= self.start) {
            let mut loaded = self.loaded(files);
            read(&mut loaded, *next, self.wall());
            readers.push(loaded);
        }
        let whole = forever.dump();
        for reader in readers.iter().filter(|reader| reader.dump() != whole) {
            self.found.push("state");
            if std::env::var_os("COPYDESK_SEED").is_some() {
                eprintln!("at {}, cut at {}:\n{whole}\n{}", self.log.len(), self.start, reader.dump());
            }
        }
        self.forever = forever;
    }
}
