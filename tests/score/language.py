"""Language, by the evaluation script and the program's own confidences."""
import collections
import os
import tempfile

from targets import NONE, Row, found


def primary(code):
    code = (code or "und").split("-")[0]
    return {"no": "nb", "cmn": "zh", "iw": "he"}.get(code, code)


def read(path):
    with open(path, encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t", 1)) for line in file if "\t" in line]


def kinds(path):
    """Rows of the file whose labels are `kind:language`, by kind."""
    by_kind = collections.defaultdict(list)
    for label, text in read(path):
        kind, language = label.split(":", 1)
        by_kind[kind].append((language, text))
    return by_kind


def scored(context, rows):
    """Macro F1 over all languages of rows, as the script tells it."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.writelines(f"{language}\t{text}\n" for language, text in rows)
        file.flush()
        return found(r"all\d+ ([\d.]+)", context.evaluate("language.py", file.name))[0]


def noise(context):
    """By how much noise lowers the score, over the languages that it has."""
    by_kind = kinds(context.path("lid", "robustness.tsv"))
    for kind in ("caps", "url", "html"):
        languages = {language for language, _ in by_kind[kind]}
        clean = [row for row in by_kind["clean"] if row[0] in languages]
        yield kind, scored(context, clean) - scored(context, by_kind[kind])


def calibration(context, name):
    """Expected calibration error in ten bins; of those at .9 or more the share that is right, and how many they are."""
    rows = read(context.path("lid", name))
    records, _ = context.enrich([{"id": str(i), "text": text} for i, (_, text) in enumerate(rows)], "entities.enabled=false", "dedupe.enabled=false")
    told = [(record["language"]["confidence"], primary(record["language"]["code"]) == primary(gold)) for record, (gold, _) in zip(records, rows)]
    bins = collections.defaultdict(list)
    for confidence, right in told:
        bins[min(9, int(confidence * 10))].append((confidence, right))
    mean = lambda values: sum(values) / len(values)
    error = sum(len(b) / len(told) * abs(mean([c for c, _ in b]) - mean([r for _, r in b])) for b in bins.values())
    sure = [right for confidence, right in told if confidence >= .9]
    return error, mean(sure) if sure else 0, len(sure) / len(told)


def rows(context):
    for name, core, every in (("headline", (.960, .970), (.955, .970)), ("article", (.990, .997), (.983, .990))):
        told = context.evaluate("language.py", context.path("lid", f"{name}.tsv"))
        yield Row(f"core44 macro F1, {name}", *core, found(r"core44 ([\d.]+)", told)[0])
        yield Row(f"all languages macro F1, {name}", *every, found(r"all\d+ ([\d.]+)", told)[0])
    for kind, lost in noise(context):
        yield Row(f"macro F1 lost to noise: {kind}", .02, .01, lost, most=True)
    for name, most in (("headline", (.03, .02)), ("article", (.01, .01))):
        error, right, covered = calibration(context, f"{name}.tsv")
        yield Row(f"calibration error, {name}", *most, error, most=True)
        yield Row(f"right at confidence >= .9, {name}", .995, .995, right)
        yield Row(f"covered at confidence >= .9, {name}", .80, .85, covered)
    yield Row("speed on articles, of lid.176's", 3, 5, "the peer is not part of the repository", "x")
    articles = [{"id": str(i), "text": text} for i, (_, text) in enumerate(read(context.path("lid", "article.tsv")))]
    memory = context.peak(articles, *NONE[1:]) - context.peak(articles, *NONE)
    yield Row("memory of the stage", 60, 35, memory, "MiB", most=True)
