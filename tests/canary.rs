//! The worker with a defect put in on purpose: offsets are committed before outputs are delivered. The audit must see it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use copydesk::config;
use copydesk::telemetry::Telemetry;
use copydesk::worker::{self, Ground};

fn main() -> anyhow::Result<()> {
    let sets: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--set").collect();
    let config = config::load(None, &sets)?;
    worker::run(&config, Ground::Canary, &Arc::new(AtomicBool::new(false)), &Arc::new(Telemetry::new(&config)))
}
