"""Speed, from the bench's figures."""
from targets import Row

WHERE = "no figures: run the bench first"


def rows(context):
    bench = context.bench() or {}

    def figure(*path):
        value = bench
        for name in path:
            value = value.get(name, {})
        return value if isinstance(value, (int, float)) else None

    def row(what, must, aim, value, unit="", most=False):
        return Row(what, must, aim, WHERE if value is None else value, unit, most)

    def throughput(key, name, scale=1.0):
        value = figure("throughput", key, name)
        return None if value is None else value * scale

    one, two, least = "no stages, exactly-once, 1", "no stages, exactly-once, 2", "no stages, at-least-once, 2"
    yield row("no stages, exactly-once: CPU of the raw loop's", 130, 105, throughput(one, "of_raw_cpu", 100), "%", most=True)
    rates = [rate for rate in (throughput(one, "of_raw_rate", 100), throughput(two, "of_raw_rate", 100)) if rate is not None]
    yield row("the same: records a second of the raw loop's", 85, 110, max(rates, default=None), "%")
    cpu = throughput("everything, exactly-once, 2", "cpu_s_per_million")
    yield row("everything, exactly-once: articles a CPU-second", 2_000, 5_000, cpu and 1e6 / cpu)
    costs = [throughput(key, "cpu_s_per_million") for key in (two, least)]
    yield row("exactly-once against at-least-once, no stages: CPU more", 10, 5, None if None in costs else (costs[0] / costs[1] - 1) * 100, "%", most=True)
    yield Row("records doubled a kill -9 in exactly-once mode", 0, 0, "a test: `cargo test --release --test it faults`", most=True)
    for what, must, aim in (
        ("kill -9 to new output", 15, 15), ("kill -9 to new output, static membership", 15, 3), ("SIGTERM to exit", 2, .5),
        ("restart to first output", 2, 1), ("start to first output", 2, .8),
    ):
        yield row(what, must, aim, figure("stops", what, "seconds"), "s", most=True)
    yield row("1 -> 2 threads, enrich", 1.8, 1.9, figure("threads", "enrich", "speed_up"), "x")
    yield row("latency p99 at 70 % load beyond the commit interval", 50, 20, figure("latency", "everything, exactly-once", "p99_beyond_interval_ms"), "ms", most=True)
    yield row("memory, 64 partitions, models and window aside", 400, 256, figure("memory", "no stages", "peak_mib"), "MiB", most=True)
