//! What happens to the workers and their broker, and when: pure and seeded, so that a schedule that found something can be
//! run again.

use std::time::Duration;

use crate::kafka::articles::Dice;

/// Something bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// SIGKILL; another worker takes its place.
    Kill,
    /// The same, with outputs of the victim on the broker that are not committed.
    KillUncommitted,
    /// SIGTERM; another worker takes its place.
    Terminate,
    /// Frozen until its partitions are gone, then woken: a zombie.
    Freeze,
    /// One worker more.
    Add,
    /// SIGTERM, and one worker less.
    Remove,
    /// The broker is stopped in good order and started again.
    RestartBroker,
    /// The broker is killed and started again.
    KillBroker,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Kill,
        Self::KillUncommitted,
        Self::Terminate,
        Self::Freeze,
        Self::Add,
        Self::Remove,
        Self::RestartBroker,
        Self::KillBroker,
    ];
}

/// A fault and how long it is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Before it.
    pub pause: Duration,
    /// Only once the workers have got over what was before; else it hits them in the middle of that.
    pub settled: bool,
    pub fault: Fault,
    /// Which worker, counted round.
    pub victim: usize,
    /// How long a fault with a length lasts.
    pub lasts: Duration,
}

/// How many workers there are at first, and what happens to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub workers: usize,
    pub steps: Vec<Step>,
}

/// A frozen worker sleeps at least so long: longer than its session.
pub const FROZEN: Duration = Duration::from_millis(5_500);

/// The schedule of a seed: it begins with two workers and never has more than `most` or less than one. Every eight faults are
/// one of each kind, in another order each time.
pub fn schedule(seed: u64, faults: usize, most: usize) -> Schedule {
    let (mut dice, mut bag, mut steps) = (Dice::new(seed), Vec::new(), Vec::new());
    let workers = 2.min(most);
    let mut count = workers;
    while steps.len() < faults {
        if bag.is_empty() {
            bag = Fault::ALL.to_vec();
        }
        let fault = match bag.swap_remove(dice.roll(bag.len())) {
            Fault::Add if count >= most => Fault::Remove,
            Fault::Remove if count <= 1 => Fault::Add,
            fault => fault,
        };
        match fault {
            Fault::Add => count += 1,
            Fault::Remove => count -= 1,
            _ => {}
        }
        steps.push(step(&mut dice, fault));
    }
    Schedule { workers, steps }
}

fn step(dice: &mut Dice, fault: Fault) -> Step {
    let millis = |millis: usize| Duration::from_millis(u64::try_from(millis).unwrap());
    // In a rebalance as often as in peace.
    let settled = dice.roll(3) > 0;
    let pause = millis(50 + dice.roll(1_500));
    let lasts = match fault {
        Fault::Freeze => FROZEN + millis(dice.roll(3_000)),
        _ => millis(dice.roll(2_500)),
    };
    Step { pause, settled, fault, victim: dice.roll(1_000), lasts }
}

#[test]
fn a_seed_is_a_schedule() {
    assert_eq!(schedule(5, 20, 4), schedule(5, 20, 4));
    assert_ne!(schedule(5, 20, 4), schedule(6, 20, 4));
}

#[test]
fn every_kind_comes_up_and_there_are_never_too_many_or_too_few_workers() {
    for seed in 0..200 {
        for most in 2..=4 {
            let Schedule { workers, steps } = schedule(seed, 24, most);
            let mut count = workers;
            for step in &steps {
                match step.fault {
                    Fault::Add => count += 1,
                    Fault::Remove => count -= 1,
                    _ => {}
                }
                assert!((1..=most).contains(&count), "{seed}: {count} of {most}");
                assert!(step.fault != Fault::Freeze || step.lasts >= FROZEN);
            }
            for fault in Fault::ALL.into_iter().filter(|fault| *fault != Fault::Add && *fault != Fault::Remove) {
                assert_eq!(steps.iter().filter(|step| step.fault == fault).count(), 3, "{seed}: {fault:?}");
            }
            let came = |fault| steps.iter().any(|step| step.fault == fault);
            assert!(came(Fault::Add) && came(Fault::Remove), "{seed}");
        }
    }
    let steps: Vec<Step> = (0..50).flat_map(|seed| schedule(seed, 8, 3).steps).collect();
    assert!(steps.iter().any(|step| step.settled) && steps.iter().any(|step| !step.settled));
}
