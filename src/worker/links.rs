//! LINKS: looks whether the table of links was replaced, and reads it. On a thread of its own that nobody waits for: where its disk
//! hangs, it hangs, and articles keep the table that they have.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tracing::{info, warn};

use crate::pipeline::Pipeline;
use crate::telemetry::Telemetry;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);

/// Starts to look, where there is a table; ends with the pipeline.
///
/// # Errors
/// No thread can be had.
pub(super) fn start(pipeline: &Arc<Pipeline>, telemetry: &Arc<Telemetry>) -> std::io::Result<()> {
    if pipeline.links().is_none() {
        return Ok(());
    }
    tell(pipeline, telemetry);
    let (pipeline, telemetry) = (Arc::downgrade(pipeline), Arc::clone(telemetry));
    let look = move || {
        loop {
            thread::sleep(EVERY);
            let Some(pipeline) = pipeline.upgrade() else { return };
            match pipeline.refresh_links() {
                Ok(false) => {}
                Ok(true) => {
                    telemetry.links.taken.add(1);
                    tell(&pipeline, &telemetry);
                }
                Err(error) => {
                    telemetry.links.refused.add(1);
                    warn!(
                        advice = "mend the file, or put the one before it back",
                        "entities.links stays as it was: {error}"
                    );
                }
            }
        }
    };
    thread::Builder::new().name("links".into()).spawn(look).map(drop)
}

fn tell(pipeline: &Pipeline, telemetry: &Telemetry) {
    let Some(table) = pipeline.links() else { return };
    telemetry.links.rows.set_count(table.rows());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    telemetry.links.loaded_ms.set(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
    info!(rows = table.rows(), hash = table.hash(), mib = table.bytes() >> 20, "entities.links was read");
}
