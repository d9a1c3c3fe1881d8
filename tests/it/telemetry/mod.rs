//! Metrics, health and logs, as an operator meets them.

mod health;
mod metrics;
mod privacy;
mod prometheus;
pub mod scrape;
mod trace;
