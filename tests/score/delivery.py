"""What the harness of faults and the fuzzers show: hours, so not here."""
from targets import Row

FAULTS = "run `cargo test --release --test it faults::long -- --ignored --nocapture`: it fails on the first"


def rows(_context):
    yield Row("records lost over faults", 0, 0, FAULTS, most=True)
    yield Row("records seen twice in exactly-once mode", 0, 0, FAULTS, most=True)
    yield Row("verdicts that differ from a lone reader's", 0, 0, FAULTS, most=True)
    yield Row("a build that commits before delivery is caught", 1, 1, "a test: `cargo test --release --test it run::a_worker_that_commits_before_delivery_is_caught`")
    yield Row("crashes of the fuzzed decoder", 0, 0, "property tests only: there is no fuzzer in the repository", most=True)
