#!/usr/bin/env python3
"""How sure the stage is beside how often it is right, by the length of the text, on texts that it was not tuned on:

    calibrate.py texts.tsv copydesk

The texts are those that `texts.py` marks `held`, cut or joined to lengths. The factor is what the log-odds of confidences
would be multiplied with so that they fit; it is fitted five times, each time without a fifth of the texts, on which the error
that is left is then measured. The second table is the curve that the least confidence of an answer is read from: of the
answers in a band of confidence, how many are right. The program is asked for its first guess also where it says `und`.
"""
import collections
import json
import math
import random
import subprocess
import sys

LENGTHS = [15, 30, 55, 90, 160, 320, 700, 1500, 4000]  # characters
PIECES = 60  # a language and length
STAGES = "entities.enabled=false", "dedupe.enabled=false", "threads=1"


def pieces(path):
    """Language, length's number and text."""
    texts, draw = collections.defaultdict(list), random.Random(7)
    with open(path, encoding="utf-8") as file:
        for line in file:
            language, source, text = line.rstrip("\n").split("\t")
            if source == "held":
                texts[language].append(text)
    for language, some in sorted(texts.items()):
        for number, (least, most) in enumerate(zip(LENGTHS, LENGTHS[1:])):
            for _ in range(PIECES):
                length, text = draw.randrange(least, most), draw.choice(some)
                while len(text) < length:
                    text += " " + draw.choice(some)
                start = draw.randrange(len(text) - length + 1)
                start = text.rfind(" ", 0, start + 1) + 1
                end = text.rfind(" ", start + length // 2, start + length + 1)
                yield language, number, text[start:end if end > 0 else start + length]


def guesses(program, texts):
    """The first guess at each text and its confidence."""
    lines = "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
    options = [part for stage in STAGES for part in ("--set", stage)]
    done = subprocess.run([program, "enrich", *options], input=lines, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    for record in map(json.loads, done.stdout.splitlines()):
        told = record.get("language") or {"code": "zxx", "confidence": 0}
        first = told if told["code"] != "und" else next(iter(told.get("alternatives") or []), told)
        yield first["code"], first["confidence"]


def scaled(confidence, factor):
    held = min(max(confidence, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-factor * math.log(held / (1 - held))))


def loss(told, factor):
    chances = ((scaled(confidence, factor), right) for confidence, right in told)
    return -sum(math.log(max(chance if right else 1 - chance, 1e-9)) for chance, right in chances)


def error(told):
    """Expected calibration error in ten bins."""
    bins = collections.defaultdict(list)
    for confidence, right in told:
        bins[min(9, int(confidence * 10))].append(confidence - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(told)


def main():
    rows = list(pieces(sys.argv[1]))
    told = [(number, confidence, code == language) for (language, number, _), (code, confidence) in
            zip(rows, guesses(sys.argv[2], [text for _, _, text in rows]), strict=True) if language != "und" and confidence > 0]
    print("characters  right  sure   error  factor       error left")
    for number, (least, most) in enumerate(zip(LENGTHS, LENGTHS[1:])):
        some = [(confidence, right) for of, confidence, right in told if of == number]
        random.Random(1).shuffle(some)
        factors, left = [], []
        for fold in range(5):
            rest = [one for place, one in enumerate(some) if place % 5 != fold]
            factors.append(min((step / 20 for step in range(10, 41)), key=lambda factor: loss(rest, factor)))
            left += [(scaled(confidence, factors[-1]), right) for confidence, right in some[fold::5]]
        mean = [sum(column) / len(some) for column in zip(*some)]
        print(f"{least:4} to {most:4} {mean[1]:.4f} {mean[0]:.4f} {error(some):.4f} {min(factors):.2f} to {max(factors):.2f} {error(left):.4f}")
    print("confidence from  answers  right")
    for band in range(3, 20):
        some = [right for _, confidence, right in told if band <= confidence * 20 < band + 1]
        print(f"{band / 20:15.2f} {len(some):8} {sum(some) / max(1, len(some)):6.3f}")


if __name__ == "__main__":
    main()
