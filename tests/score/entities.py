"""Entities, by the evaluation script."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from targets import NONE, Row, found, lines

ENGLISH = (("uner_en_ewt", "EWT", .65, .72), ("uner_en_pud", "PUD", .69, .74), ("wikigold", "wikigold", .65, .70), ("wnut17", "WNUT17", .52, .56))
ELSEWHERE = "tests of the stage: `cargo test --release --lib entities`"

SURNAMES = "Faker==40.63.0"
LIST = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import faker.providers.person as person
names = set()
for module in pkgutil.iter_modules(person.__path__):
    if module.ispkg:
        provider = importlib.import_module("faker.providers.person." + module.name).Provider
        lists = (getattr(provider, name) for name in dir(provider) if "last_name" in name)
        names.update(name for names in lists if isinstance(names, (dict, list, tuple)) for name in names if isinstance(name, str))
print("\\n".join(sorted(name for name in names if " " not in name)))
"""


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
    yield from neural(context)
    articles = lines(context.path("articles", "allsides19.jsonl"))
    articles = [{"id": row["id"], "title": row["title"], "text": row["body"], "language": "en"} for row in articles]
    megabytes = sum(len(row["text"].encode()) for row in articles) / 1e6
    stage = (NONE[0], NONE[2], NONE[3])
    seconds = context.enrich(articles, *stage)[1] - context.enrich(articles, *NONE)[1]
    yield Row("speed, one thread, English articles", 12, 25, megabytes / seconds, "MB/s")
    memory = context.peak(articles[:500], *stage) - context.peak(articles[:500], *NONE)
    yield Row("memory of the stage", 150, 90, memory, "MiB", most=True)
    yield Row("load time of the stage", .5, .15, load(context, stage) - load(context, NONE), "s", most=True)
    yield from peers(context)
    yield from spellings(context)
    yield Row("offsets: text[start..end] is the mention", 1, 1, ELSEWHERE)
    yield from linking(context.cargo("test", "--release", "--test", "it", "linking", "--", "--nocapture"))


def neural(context):
    """With the model that COPYDESK_NEURAL names, by a program with the feature neural."""
    model, library = (os.environ.get(name) for name in ("COPYDESK_NEURAL", "COPYDESK_ONNXRUNTIME"))
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "copydesk.yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"entities": {"neural": {"path": model, "library": library, "deadline": "5m"}}}, file)
        for what, data, must, aim in (("eval22", "eval", .74, .80), ("nc9", "eval-nc", .84, .88)):
            now = "COPYDESK_NEURAL names no model, or COPYDESK_ONNXRUNTIME no library"
            if model and library:
                told = context.evaluate("entities.py", *folder(context, data), COPYDESK_CONFIG=path)
                now = found(r"mean F1 ([\d.]+)", told)[0]
            yield Row(f"neural mode, {what}, mean F1", must, aim, now)


def load(context, sets):
    """Seconds from the start to the end of the program on one short article, the least of some tries."""
    def once():
        since = time.monotonic()
        context.enrich([{"id": "a", "text": "It rained."}], *sets)
        return time.monotonic() - since
    return min(once() for _ in range(9))


def peers(context):
    times = (context.figures(os.path.join(context.root, "target", "peers-entities.json")) or {}).get("times_as_fast", {})
    for name, must, aim in (("spaCy sm", 250, 500), ("wink", 4, 10)):
        now = times.get(name, "no figures: run tests/peers/entities on articles/allsides19.jsonl first")
        yield Row(f"speed beside {name}, which finds no names" if name == "wink" else f"speed beside {name}", must, aim, now, "x")
    figures = context.figures(os.path.join(context.root, "target", "peers-neural.json")) or {"sentences_per_s": {}, "of_onnxruntime": {}}
    missing = "no figures: run tests/peers/neural on ner/eval/uner_en_pud.jsonl first"
    yield Row("neural mode, sentences a second, one thread", 150, 250, figures["sentences_per_s"].get("copydesk", missing), "/s")
    for what, name in (("", "copydesk"), (", every sentence read", "copydesk, doubt 0")):
        yield Row(f"neural mode beside raw ONNX Runtime{what}", None, None, figures["of_onnxruntime"].get(name, missing), "x")


def spellings(context):
    """Rules on real surnames, which a package has; no part of this repository."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, SURNAMES], check=True)
        names = subprocess.run([sys.executable, "-c", LIST, folder], stdout=subprocess.PIPE, check=True).stdout
        path = os.path.join(folder, "surnames.txt")
        with open(path, "wb") as file:
            file.write(names)
        told = context.cargo("test", "--release", "--lib", "spellings", "--", "--include-ignored", "--nocapture", COPYDESK_SURNAMES=path)
    for what, must, aim in (("pairs of the news told right", .95, 1), ("spelling variants merged", .95, .98)):
        right, every = found(rf"{what}: (\d+) of (\d+)", told)
        yield Row(what, must, aim, right / every)
    yield Row("random pairs of 200,000 surnames merged", 0, 0, found(r"random pairs of surnames merged: (\d+)", told)[0], most=True)
    withheld, every = found(r"withheld from the tables: (\d+) of (\d+)", told)
    yield Row("the same, one of each withheld, of 10,000", 1, .5, withheld / every * 10_000, most=True)


def linking(told):
    for half in ("dev", "held"):
        for what, must, aim in (("countries", .98, .99), ("cities", .90, .95), ("without an id", .97, .99)):
            right, every = found(rf"{half}, {what}: (\d+) of (\d+)", told)
            yield Row(f"places of tests/linking, {half}, {what}, right", must, aim, right / every)
