//! Metrics, health and logs, as an operator meets them.

mod metrics;
pub mod scrape;
