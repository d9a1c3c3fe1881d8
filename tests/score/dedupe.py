"""Dedupe, by the evaluation script, by articles that are edited on purpose, and by the bench of the window."""
import collections
import os
import shlex
import subprocess
import sys
import tempfile

from targets import Row, found, lines

ALONE = ("language.enabled=false", "entities.enabled=false")
NEGATIVE = "x_NEG_boil"
KINDS = (
    ("recall: boilerplate, byline, shuffle, cut to 25 %, 20 % edits, OCR 2 %", .99, .995, "bcdgjmp"),
    ("recall: OCR 5 %", .95, .98, "q"),
    ("recall: two-paragraph lead", .85, .92, "h"),
)


def variants(context):
    """Articles, and for each kind of edit the edited ones, as the data's own script makes them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, context.path("articles", "gen_variants.py")], cwd=folder, check=True)
        by_kind = collections.defaultdict(list)
        for row in lines(os.path.join(folder, "variants.jsonl")):
            by_kind[row["kind"]].append(row)
        return lines(os.path.join(folder, "base.jsonl")), by_kind


def plain(row):
    return {key: row[key] for key in ("id", "title", "body", "source") if row.get(key)}


def evaluated(context, *sets):
    """Story F1, ARI and article F1 by the evaluation script, with these settings."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "program")
        options = "".join(f" --set {shlex.quote(value)}" for value in sets)
        with open(program, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {shlex.quote(context.program)} "$@"{options}\n')
        os.chmod(program, 0o700)
        told = context.evaluate("dedupe.py", context.path("articles"), context.path("articles", "allsides19.jsonl"), COPYDESK=program)
    return [*found(r"story: .* F1 ([\d.]+) ARI ([\d.]+)", told), *found(r"article: .* F1 ([\d.]+)", told)]


def linked(context, base, edited, *sets):
    """Of edited articles, how many are told to repeat the one that they were made from."""
    records, _ = context.enrich([plain(row) for row in base + edited], *ALONE, *sets)
    told = [record["dedupe"] for record in records[len(base):]]
    return sum(verdict["original"] == row["base"] and verdict["status"] != "unique" for verdict, row in zip(told, edited))


def excerpts(context, *sets):
    """Of pages of 420 to 640 words, which share of them is found by some words of them alone, under another headline."""
    pages = [row for row in lines(context.path("articles", "allsides19.jsonl")) if 420 <= len(row["body"].split()) <= 640]
    for first, last in ((60, 120), (100, 180), (200, 300), (250, 370)):
        cut = [
            {"id": f"excerpt-{row['id']}", "base": row["id"], "title": f"An excerpt {number}", "body": " ".join(row["body"].split()[first:last])}
            for number, row in enumerate(pages)
        ]
        yield f"words {first} to {last} of {len(pages)} pages", linked(context, pages, cut, *sets) / len(pages)


def across_languages(context, *sets):
    """Of articles that people translated into thirteen languages, how many are told to repeat one, or are in its story, in another language."""
    rows = lines(context.path("articles", "ntrex.jsonl"))
    records, _ = context.enrich([plain(row) for row in rows], *ALONE, *sets)
    language = {row["id"]: row["language"] for row in rows}
    languages = collections.defaultdict(set)
    for row, record in zip(rows, records):
        languages[record["dedupe"]["story"]].add(row["language"])
    repeated = sum(language.get(record["dedupe"]["original"], row["language"]) != row["language"] for row, record in zip(rows, records))
    return repeated + sum(len(of_story) - 1 for of_story in languages.values())


def translations(context, *sets):
    """Of pairs of machine translations of one document into one language, how many are told to repeat one article; and of pairs of
    different documents in one language, how many are."""
    rows = [row for row in lines(context.path("articles", "wmt22mt.jsonl")) if "-hyp-" in row["id"]]
    records, _ = context.enrich([plain(row) for row in rows], *ALONE, *sets)
    repeated, together = {}, collections.Counter()
    for row, record in zip(rows, records):
        repeated[row["id"]] = repeated.get(record["dedupe"]["original"], row["id"])
        of = row["language"], row["cluster"], repeated[row["id"]]
        together.update([of, of[:2], (of[0], of[2], "told"), of[:1]])

    def pairs(parts):
        return sum(count * (count - 1) / 2 for key, count in together.items() if parts(key))

    right, same = pairs(lambda key: len(key) == 3 and key[2] != "told"), pairs(lambda key: len(key) == 2)
    told, every = pairs(lambda key: key[2:] == ("told",)), pairs(lambda key: len(key) == 1)
    return right / same, (told - right) / (every - same)


def peers(context):
    """How fast dedupe is beside others, if they were run."""
    rates = (context.figures(os.path.join(context.root, "target", "peers-dedupe.json")) or {}).get("megabytes_per_s", {})
    for name, must, aim in (("rensa", 20, 50), ("datasketch", 64, 150)):
        times = rates["copydesk"] / rates[name] if name in rates else "no figures: run tests/peers/dedupe on articles/allsides19.jsonl first"
        yield Row(f"speed from text to verdict, of {name}'s", must, aim, times, "x")


def rows(context):
    others = context.path("articles", "allsides19.jsonl")
    told = context.evaluate("dedupe.py", context.path("articles"), others)
    f1, ari = found(r"story: .* F1 ([\d.]+) ARI ([\d.]+)", told)
    yield Row("wire18 pair F1", .94, .97, f1)
    yield Row("wire18 story ARI", .87, .92, ari)
    base, by_kind = variants(context)
    negatives = by_kind.pop(NEGATIVE)
    shares = {kind: linked(context, base, edited) / len(edited) for kind, edited in by_kind.items()}
    for what, must, aim, letters in KINDS:
        least = min((kind for kind in shares if kind[0] in letters), key=shares.get)
        yield Row(f"{what}", must, aim, shares[least], f"({least})")
    for kind, share in shares.items():
        yield Row(f"    recall: {kind}", None, None, share)
    for what, share in excerpts(context):
        yield Row(f"    recall: {what}", None, None, share)
    yield Row("articles with the same boilerplate and no more, linked", 0, 0, linked(context, base, negatives), most=True)
    yield Row("articles in different languages, linked", 0, 0, across_languages(context), most=True)
    found_pairs, false = translations(context)
    yield Row("same-language machine translations found, of pairs", .95, .98, found_pairs)
    yield Row("the same: false pairs", .001, .001, false, most=True)
    yield from peers(context)
    bench = context.cargo("bench", "--bench", "dedupe", "--", "300000")
    yield Row("state an article", 620, 420, found(r"memory +(\d+) bytes an article", bench)[0], "bytes", most=True)
    yield Row("log an article", 425, 260, found(r"log, (\d+) bytes an article", bench)[0], "bytes", most=True)
    snapshot = context.cargo("test", "--release", "--lib", "snapshot::tests::figures", "--", "--ignored", "--nocapture")
    seconds = found(r"load: [\d.]+ MB in ([\d.]+) s", snapshot)[0]
    yield Row("restore 10 M articles from a snapshot (300,000, times 33)", 10, 3, seconds * 10e6 / 300_000, "s", most=True)
