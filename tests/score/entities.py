"""Entities, by the evaluation script."""
import os
import re

from targets import NONE, Row, found, lines

ENGLISH = (("uner_en_ewt", "EWT", .65, .72), ("uner_en_pud", "PUD", .69, .74), ("wikigold", "wikigold", .65, .70), ("wnut17", "WNUT17", .52, .56))
ELSEWHERE = "tests of the stage: `cargo test --release --lib entities`"


def folder(context, name):
    path = context.path("ner", name)
    return [os.path.join(path, file) for file in sorted(os.listdir(path)) if file.endswith(".jsonl")]


def rows(context):
    told = context.evaluate("entities.py", *folder(context, "eval"))
    yield Row("eval22, mean F1", .715, .76, found(r"mean F1 ([\d.]+)", told)[0])
    other = context.evaluate("entities.py", *folder(context, "eval-nc"))
    yield Row("nc9, mean F1", .775, .82, found(r"mean F1 ([\d.]+)", other)[0])
    for file, name, must, aim in ENGLISH:
        yield Row(f"English, {name}, F1", must, aim, found(rf"{re.escape(file)}\.jsonl: F1 ([\d.]+)", told)[0])
    for what, must, aim in (("eval22", .74, .80), ("nc9", .84, .88)):
        yield Row(f"neural mode, {what}, mean F1", must, aim, "there is no neural mode")
    articles = lines(context.path("articles", "allsides19.jsonl"))
    articles = [{"id": row["id"], "title": row["title"], "text": row["body"], "language": "en"} for row in articles]
    megabytes = sum(len(row["text"].encode()) for row in articles) / 1e6
    stage = (NONE[0], NONE[2], NONE[3])
    seconds = context.enrich(articles, *stage)[1] - context.enrich(articles, *NONE)[1]
    yield Row("speed, one thread, English articles", 12, 25, megabytes / seconds, "MB/s")
    memory = context.peak(articles[:500], *stage) - context.peak(articles[:500], *NONE)
    yield Row("memory of the stage", 150, 90, memory, "MiB", most=True)
    yield Row("spelling variants merged within an article", .95, .98, ELSEWHERE)
    yield Row("offsets: text[start..end] is the mention", 1, 1, ELSEWHERE)
    yield from linking(context.cargo("test", "--release", "--test", "it", "linking", "--", "--nocapture"))


def linking(told):
    for half in ("dev", "held"):
        for what, must, aim in (("countries", .98, .99), ("cities", .90, .95), ("without an id", .97, .99)):
            right, every = found(rf"{half}, {what}: (\d+) of (\d+)", told)
            yield Row(f"places of tests/linking, {half}, {what}, right", must, aim, right / every)
