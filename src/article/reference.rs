//! The reference of codes, in Markdown, from the codes themselves.

use std::fmt::Write as _;

use super::{RejectCode, Warning};

/// Every code with what it means and what to do.
pub fn code_reference() -> String {
    let mut page = String::from(
        "# Codes\n\nMade from `src/article/reject.rs` and `src/article/warning.rs`; a code keeps its meaning.\n\n\
         ## Dead letters\nIn the header `copydesk.error.code` of a dead letter, in `copydesk dlq ls`, in \
         `copydesk_dead_letters_total{code}`, and in what `copydesk enrich` prints of a line that it cannot read. What to do with \
         dead letters stands in [operations.md](operations.md#dead-letters).\n\n\
         | code | what it means | what to do |\n|---|---|---|\n",
    );
    for code in RejectCode::ALL {
        // writing to a String cannot fail
        let _ = writeln!(page, "| `{}` | {} | {} |", code.as_str(), code.meaning(), code.advice());
    }
    page.push_str(
        "\n## Warnings\nIn `warnings` of an output record: the code, a colon, and what was found. The record is published all the \
         same.\n\n| code | what it means | what to do |\n|---|---|---|\n",
    );
    for (code, meaning, advice) in Warning::REFERENCE {
        let _ = writeln!(page, "| `{code}` | {meaning} | {advice} |");
    }
    page
}
