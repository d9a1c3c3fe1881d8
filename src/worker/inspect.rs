//! The topics, looked at before the worker starts, by the plan that `copydesk topics check` looks at them by.

use std::fmt::Write as _;

use tracing::{debug, warn};

use crate::config::Config;
use crate::kafka::topics::Found;
use crate::pipeline::log_retention;
use crate::topics::{Plan, Size, Weight, findings};

/// Warns of what is weak.
///
/// # Errors
/// What would lose records or verdicts, and how to mend it.
pub(super) fn inspect(config: &Config, found: &Found) -> anyhow::Result<()> {
    debug!(?found, "topics");
    let plan = Plan::new(config, log_retention(config), Size { brokers: Some(found.brokers), ..Size::default() });
    let mut broken = String::new();
    for finding in findings(&plan, &found.topics) {
        let mend = finding.mend(config);
        match finding.weight {
            Weight::Weak => warn!(advice = mend, "{finding}"),
            Weight::Broken => {
                let between = if broken.is_empty() { "" } else { "\n" };
                let _ = write!(broken, "{between}{finding}. To mend it: {mend}");
            }
        }
    }
    anyhow::ensure!(broken.is_empty(), broken);
    Ok(())
}
