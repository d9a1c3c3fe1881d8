#!/usr/bin/env python3
"""Tunes the model and writes model.bin.zst:

    pip install py3langid==0.4.0 numpy==2.4.6 zstandard==0.25.0
    texts.py SIB200 SENTENCES.jsonl.gz > texts.tsv && train.py texts.tsv

The base (base.py) is naive Bayes: what a sequence of bytes says of a language was counted, for each language by itself. Here
the same sequences learn to tell languages from each other: stochastic gradient descent on the likelihood of the right one,
from the base's weights and pulled back to them, so that what the texts are silent about stays. A third of the texts' pieces
are whole sentences or several, the others as long as headlines. Seeds are fixed; the model card is model.md.
"""
import collections
import random
import sys
import unicodedata

import numpy as np

import base
import compact

RATE, PULL, PIECES = 1.5, 0.002, 7200  # pieces a language
OTHER = 0.3  # share of pieces that are not FLORES, where there are 1000 such texts
SHARPNESS = 1.35  # scores are divided by the square root of the bytes; the model is as sure as this makes it


def read(path):
    texts = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(path, encoding="utf-8") as file:
        for line in file:
            language, source, text = line.rstrip("\n").split("\t")
            text = "".join(c for c in unicodedata.normalize("NFC", text) if not c.isnumeric())
            texts[language][source].append(" ".join(text.split()))
    return texts


def piece(by_source, draw):
    other = by_source.get("other", [])
    texts = other if other and draw.random() < OTHER * min(1, len(other) / 1000) else by_source["flores"]
    text, kind = draw.choice(texts), draw.randrange(10)
    if kind == 9:
        return " ".join([text] + [draw.choice(texts) for _ in range(draw.randrange(2, 8))])
    length = draw.randrange(20, 85)
    if kind > 6 or len(text) <= length:
        return text
    start = text.rfind(" ", 0, draw.randrange(len(text) - length + 1) + 1) + 1
    end = text.rfind(" ", start + length // 2, start + length)
    return text[start:end if end > 0 else start + length]


def found(part, text):
    """Features of a text, ln(1 + how often), and the bytes that count."""
    bytes_, counts = (text + " \n").encode(), collections.Counter()
    for end in range(1, len(bytes_) + 1):
        for start in range(max(0, end - 6), end):
            feature = part.nodes.get(bytes_[start:end])
            if feature is not None:
                counts[feature] += 1
                break
    counts.pop(-1, None)
    size = sum(byte in part.first_bytes for byte in bytes_)
    return np.fromiter(counts, np.int64, len(counts)), np.log1p(np.fromiter(counts.values(), np.float32, len(counts))), size


def is_of(part, text):
    letters = [c for c in text.encode() if c in part.first_bytes and c >= 0x41 and not 0x80 <= c < 0xC3]
    return 2 * len(letters) > sum(c.isalpha() for c in text)


def tune(part, texts):
    languages = [name for name in sorted(set(part.names)) if name in texts]
    texts = {name: {source: [t for t in some if is_of(part, t)] for source, some in texts[name].items()} for name in languages}
    languages = [name for name in languages if texts[name].get("flores")]
    right = {name: np.array([other == name for other in part.names]) for name in languages}
    known = np.array([name != "zxx" for name in part.names])
    draw, start, weights, prior = random.Random(part.script), part.weights, part.weights.copy(), part.prior.copy()
    energy, steps, sure = np.ones(len(weights), np.float32), PIECES * len(languages), [0, 0]
    for step in range(steps):
        name = languages[draw.randrange(len(languages))]
        features, counts, size = found(part, piece(texts[name], draw))
        if len(features) < 3:
            continue
        sharp = np.float32(SHARPNESS / size**0.5)
        rows = weights[features]
        score = np.where(known, (prior + (counts[:, None] * rows).sum(0)) * sharp, -np.inf)
        chance = np.exp(score - score.max())
        chance /= chance.sum()
        told = max(float(chance[right[name]].sum()), 1e-9)
        sure[0] += told > 0.5
        sure[1] += 1
        if told > 0.9999:
            continue
        error = chance - np.where(right[name], chance / np.float32(told), 0)
        pace = counts * sharp
        energy[features] += pace * pace * (error * error).sum()
        rate = np.float32(RATE * (1 - step / steps))
        pull = rate * np.float32(PULL) * (rows - start[features])
        weights[features] = rows - (rate * pace / np.sqrt(energy[features]))[:, None] * error - pull
        prior -= rate * np.float32(0.1) * sharp * error
    print(f"{part.script}: {len(languages)} languages, {steps} pieces, {sure[0] / max(1, sure[1]):.4f} with the right one above .5", flush=True)
    part.weights, part.prior = weights, prior


if __name__ == "__main__":
    gathered, parts = read(sys.argv[1]), base.load()
    for one in parts:
        tune(one, gathered)
    compact.write(parts)
