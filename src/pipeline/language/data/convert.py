#!/usr/bin/env python3
"""Rebuilds model.bin.zst from the model of PyPI's py3langid 0.4 (BSD-3-Clause):

    pip install py3langid==0.4.0 numpy zstandard && python3 convert.py

py3langid keeps a byte automaton as a table of 39 MB. It is an Aho-Corasick automaton, so a trie and failure links say the
same in 1.4 MB that stay in cache: states are numbered breadth first, which puts the children of a state side by side.
Weights become i8 with one scale a feature; what a feature adds to every class alike does not change the answer and is left out.

Layout, little endian: 8 x u32 header (magic, version, states, features, classes, width, bytes of names, 0);
first_child u32[states + 1]; fail u32[states]; feature u32[states] (2^32-1: none); scale f32[features]; prior f32[width];
label u8[states], padded to 4; weights i8[features x width]; names, one a line.
"""
import lzma
import io
import pathlib

import numpy as np
import py3langid
import zstandard

here = pathlib.Path(__file__).parent
packed = pathlib.Path(py3langid.__file__).parent / "data" / "model.npz.xz"
with np.load(io.BytesIO(lzma.decompress(packed.read_bytes())), allow_pickle=False) as data:
    table = data["nextmove"].reshape(-1, 256)[data["nextmove_row"]].astype(np.int64)
    weights, prior = data["ptc"].astype(np.float32), data["pc"].astype(np.float32)
    out, names = data["out_feat"], data["classes"].tolist()

states, features, classes, width = len(table), len(weights), len(names), -(-len(names) // 16) * 16
depth = np.full(states, -1)
depth[0], order, parent, label = 0, [0], np.zeros(states, np.int64), np.zeros(states, np.uint8)
children = [[] for _ in range(states)]
for state in order:
    for byte, target in enumerate(table[state]):
        if depth[target] < 0:
            depth[target], parent[target], label[target] = depth[state] + 1, state, byte
            children[state].append(target)
            order.append(target)
assert len(order) == states, "states that cannot be reached"
fail = np.zeros(states, np.int64)
for state in order[1:]:
    fail[state] = table[fail[parent[state]]][label[state]] if depth[state] > 1 else 0
for state in order:  # the trie with its failure links is the table
    row = table[fail[state]].copy() if state else np.zeros(256, np.int64)
    for child in children[state]:
        row[label[child]] = child
    assert (row == table[state]).all(), "not an Aho-Corasick automaton"

number = np.zeros(states, np.uint32)
number[order] = np.arange(states)
first = np.zeros(states + 1, np.uint32)
first[1:] = 1 + np.cumsum([len(children[state]) for state in order])
first[0] = 1
low, high = weights.min(1, keepdims=True), weights.max(1, keepdims=True)
scale = np.maximum((high - low) / 254, 1e-9)
quantised = np.zeros((features, width), np.int8)
quantised[:, :classes] = np.round((weights - low) / scale) - 127
padded = np.full(width, -1e9, np.float32)
padded[:classes] = prior
text = "\n".join(names).encode()
feature = np.where(out[order] < 0, 2**32 - 1, out[order]).astype(np.uint32)
labels = label[order].tobytes()
parts = [
    np.array([0x44494C43, 1, states, features, classes, width, len(text), 0], np.uint32), first, number[fail[order]], feature,
    scale.astype(np.float32), padded, labels + bytes(-len(labels) % 4), quantised, text,
]
model = b"".join(part if isinstance(part, bytes) else part.tobytes() for part in parts)
(here / "model.bin.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(model))
print(f"{states} states, {features} features, {classes} classes, {len(model)} bytes")
