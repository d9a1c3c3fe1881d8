//! SIGTERM and SIGINT: the first drains, the second exits at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

/// Exit code of a stop that was not waited for: 128 + SIGTERM, as shells tell it.
const AT_ONCE: i32 = 143;

/// A flag that is set by the first SIGTERM or SIGINT.
pub(super) fn stop_flag() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut term, mut int) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    let flag = Arc::clone(&stop);
    thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            for count in 1.. {
                tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
                if count > 1 {
                    warn!("second signal: exiting at once; what was not committed is read again");
                    std::process::exit(AT_ONCE);
                }
                info!("stopping: what is nearly done is committed first, the rest is given back");
                flag.store(true, Ordering::Release);
            }
        });
    })?;
    Ok(stop)
}
