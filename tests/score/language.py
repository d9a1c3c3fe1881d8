"""Language, by the evaluation script and the program's own confidences."""
import collections

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


def detected(context, rows):
    """The program's code, script and confidence for each row's text."""
    articles = [{"id": str(i), "text": text} for i, (_, text) in enumerate(rows)]
    records, _ = context.enrich(articles, "entities.enabled=false", "dedupe.enabled=false")
    # A text without anything to read is refused: no language.
    none = {"code": "zxx", "script": None, "confidence": 0}
    return [record.get("language") or none for record in records]


def accuracy(context, rows):
    told = detected(context, rows)
    return sum(primary(one["code"]) == primary(gold) for one, (gold, _) in zip(told, rows)) / len(rows)


def noise(context):
    """How much less is right with noise than in the same languages' clean texts; texts of no language, and romanised ones."""
    by_kind = kinds(context.path("lid", "robustness.tsv"))
    for kind in ("caps", "url", "html", "emoji", "nfd"):
        languages = {language for language, _ in by_kind[kind]}
        clean = [row for row in by_kind["clean"] if row[0] in languages]
        yield Row(f"accuracy lost to noise: {kind}", .02, .01, accuracy(context, clean) - accuracy(context, by_kind[kind]), most=True)
    nothing = sum(one["code"] in ("und", "zxx") for one in detected(context, by_kind["und"]))
    yield Row("texts of no language, told so", 20, 20, nothing)
    romanised = detected(context, by_kind["translit"])
    yield Row("romanised texts under .7", 10, 10, sum(one["code"] == "und" or one["confidence"] < .7 for one in romanised))


def calibration(told, rows):
    """Expected calibration error in ten bins; of those at .9 or more the share that is right, and how many they are."""
    told = [(one["confidence"], primary(one["code"]) == primary(gold)) for one, (gold, _) in zip(told, rows)]
    bins = collections.defaultdict(list)
    for confidence, right in told:
        bins[min(9, int(confidence * 10))].append((confidence, right))
    mean = lambda values: sum(values) / len(values)
    error = sum(len(b) / len(told) * abs(mean([c for c, _ in b]) - mean([r for _, r in b])) for b in bins.values())
    sure = [right for confidence, right in told if confidence >= .9]
    return error, mean(sure) if sure else 0, len(sure) / len(told)


def forms(told, rows):
    """Of Chinese articles, how many are told with the right form of the characters."""
    pairs = [(gold.split("-")[1], one["script"]) for one, (gold, _) in zip(told, rows) if gold.startswith("zh-")]
    return sum(gold == script for gold, script in pairs) / len(pairs)


def peers(context):
    """How fast the stage is beside others, if they were run on these texts."""
    figures = (context.peers() or {}).get("files", {})
    for name, must, aim in (("article", 3, 5), ("headline", 1, 1.5)):
        of = figures.get(name, {}).get("copydesk", {}).get("of_lid176")
        now = "no figures: run tests/peers/run on lid/*.tsv first" if of is None else of
        yield Row(f"texts a second, {name}, of lid.176's", must, aim, now, "x")
    ours, other = (figures.get("article", {}).get(name, {}).get("texts_per_s") for name in ("copydesk", "lingua"))
    yield Row("texts a second, article, of lingua's", 100, 150, ours / other if ours and other else "no figures", "x")


def rows(context):
    for name, core, every in (("headline", (.960, .970), (.955, .970)), ("article", (.990, .997), (.983, .990))):
        told = context.evaluate("language.py", context.path("lid", f"{name}.tsv"))
        yield Row(f"core44 macro F1, {name}", *core, found(r"core44 ([\d.]+)", told)[0])
        yield Row(f"all languages macro F1, {name}", *every, found(r"all\d+ ([\d.]+)", told)[0])
    yield from noise(context)
    for name, most in (("headline", (.03, .02)), ("article", (.01, .01))):
        texts = read(context.path("lid", f"{name}.tsv"))
        told = detected(context, texts)
        error, right, covered = calibration(told, texts)
        yield Row(f"calibration error, {name}", *most, error, most=True)
        yield Row(f"right at confidence >= .9, {name}", .995, .995, right)
        yield Row(f"covered at confidence >= .9, {name}", .80, .85, covered)
    yield Row("simplified or traditional, articles", .99, .995, forms(told, texts))
    yield from peers(context)
    articles = [{"id": str(i), "text": text} for i, (_, text) in enumerate(read(context.path("lid", "article.tsv")))]
    memory = context.peak(articles, *NONE[1:]) - context.peak(articles, *NONE)
    yield Row("memory of the stage", 60, 35, memory, "MiB", most=True)
