"""Writes model.bin.zst: each script's part as a double array and weights of one byte.

Layout, little endian. Head: magic, version, parts, 0 (u32 each). A part: script (4 letters), cells, features, classes, width,
bytes of names (u32 each), scale f32, 0; class of each byte u8[256] (0: none); cells u64, from the lowest bit: base (20 bits),
fail (20), feature (16; 2^16-1: none), class (8; 255: none); prior f32[width]; names, one a line; weights i8[features x width].
Names and weights are padded so that what follows begins at a multiple of 64, as the processor's memory does.
"""
import collections
import pathlib

import numpy as np
import zstandard

MAGIC, VERSION, NO_FEATURE, NO_CLASS, LINE = 0x4449_4C43, 3, 2**16 - 1, 255, 64
HERE = pathlib.Path(__file__).parent


def double_array(nodes, classes):
    """Cells of an Aho-Corasick automaton: a child lies at its parent's base plus the byte's class, and names the class. No two
    parents have the same base, so that the class tells whose child it is."""
    children = {}
    for node in nodes:
        if node:
            children.setdefault(node[:-1], []).append(node)
    place, taken, base_of, begin = {b"": 0}, bytearray(8 * len(nodes)), {}, collections.Counter()
    taken[0], bases = 1, set()
    # Those with most children first: they are the hardest to place, and where one did not fit the next of its size won't.
    for parent in sorted(children, key=lambda node: (-len(children[node]), node)):
        wanted = sorted(classes[child[-1]] for child in children[parent])
        # The first child's place is searched for among the free ones.
        at = max(begin[len(wanted)], wanted[0])
        while True:
            at = taken.index(0, at)
            base = at - wanted[0]
            if base not in bases and not any(taken[base + one] for one in wanted):
                break
            at += 1
        begin[len(wanted)] = max(begin[len(wanted)], at - 64 if len(wanted) > 1 else 0)
        base_of[parent] = base
        bases.add(base)
        for child in children[parent]:
            place[child] = base + classes[child[-1]]
            taken[place[child]] = 1
    # A node without children has its base where nothing lies.
    end = max(place.values()) + 1
    cells = np.full(end + 256, NO_CLASS << 56 | NO_FEATURE << 40, np.uint64)
    assert len(cells) < 2**20
    for node, at in place.items():
        suffix = next((node[start:] for start in range(1, len(node) + 1) if node[start:] in nodes), b"")
        feature = nodes[node] if nodes[node] >= 0 else NO_FEATURE
        label = classes[node[-1]] if node else NO_CLASS
        cells[at] = base_of.get(node, end) | place[suffix] << 20 | feature << 40 | label << 56
    return cells


def padded(told):
    return told + bytes(-len(told) % LINE)


def quantised(rows):
    """Weights of one byte, and what one of them is worth."""
    rows = rows - (rows.max(1, keepdims=True) + rows.min(1, keepdims=True)) / 2
    scale = float(np.abs(rows).max() / 127)
    return np.round(rows / scale).astype(np.int8), scale


def packed(part):
    classes = {byte: number for number, byte in enumerate(sorted(part.first_bytes), 1)}
    cells = double_array(part.nodes, classes)
    rows, scale = quantised(part.weights)
    width = -(-len(part.names) // 16) * 16
    weights = np.zeros((len(rows), width), np.int8)
    weights[:, :len(part.names)] = rows
    prior = np.full(width, -1e9, np.float32)
    prior[:len(part.names)] = part.prior
    of_byte = np.array([classes.get(byte, 0) for byte in range(256)], np.uint8)
    names = "\n".join(part.names).encode()
    assert len(rows) < NO_FEATURE and max(classes.values()) < NO_CLASS
    head = np.array([len(cells), len(rows), len(part.names), width, len(names)], np.uint32)
    print(f"{part.script}: {len(part.nodes)} states in {len(cells)} cells, {weights.shape} weights, scale {scale:.4f}")
    told = b"".join([part.script.encode(), head.tobytes(), np.float32(scale).tobytes(), bytes(4), of_byte.tobytes(), cells.tobytes(),
                     prior.tobytes(), names])
    return padded(told) + padded(weights.tobytes())


def write(parts):
    model = padded(np.array([MAGIC, VERSION, len(parts), 0], np.uint32).tobytes()) + b"".join(map(packed, parts))
    small = zstandard.ZstdCompressor(level=19).compress(model)
    (HERE / "model.bin.zst").write_bytes(small)
    print(f"{len(model)} bytes, {len(small)} compressed")
