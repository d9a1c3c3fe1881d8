"""Writes model.bin.zst: each script's part as a double array and weights of one byte.

Layout, little endian. Head: magic, version, parts, 0 (u32 each). A part: script (4 letters), cells, features, classes, width,
bytes of names (u32 each), scale f32, 0; class of each byte u8[256] (0: none); cells, each check, base, fail, feature (u32;
2^32-1: none); prior f32[width]; weights i8[features x width]; names, one a line, padded to 4.
"""
import collections
import pathlib

import numpy as np
import zstandard

MAGIC, VERSION, NONE = 0x4449_4C43, 2, 2**32 - 1
HERE = pathlib.Path(__file__).parent


def double_array(nodes, classes):
    """Cells of an Aho-Corasick automaton: a child lies at its parent's base plus the byte's class, and names the parent."""
    children = {}
    for node in nodes:
        if node:
            children.setdefault(node[:-1], []).append(node)
    place, taken, base_of = {b"": 0}, bytearray(8 * len(nodes)), {}
    taken[0], begin = 1, collections.Counter()
    # Those with most children first: they are the hardest to place, and where one did not fit the next of its size won't.
    for parent in sorted(children, key=lambda node: (-len(children[node]), node)):
        wanted = sorted(classes[child[-1]] for child in children[parent])
        # The first child's place is searched for among the free ones.
        at = max(begin[len(wanted)], wanted[0])
        while True:
            at = taken.index(0, at)
            base = at - wanted[0]
            if not any(taken[base + one] for one in wanted):
                break
            at += 1
        begin[len(wanted)] = max(begin[len(wanted)], at - 64 if len(wanted) > 1 else 0)
        base_of[parent] = base
        for child in children[parent]:
            place[child] = base + classes[child[-1]]
            taken[place[child]] = 1
    cells = np.full((max(place.values()) + 257, 4), NONE, np.uint32)
    cells[:, 1:3] = 0
    for node, at in place.items():
        suffix = next((node[start:] for start in range(1, len(node) + 1) if node[start:] in nodes), b"")
        check = place[node[:-1]] if node else NONE
        cells[at] = check, base_of.get(node, 0), place[suffix], nodes[node] if nodes[node] >= 0 else NONE
    return cells


def packed(part):
    classes = {byte: number for number, byte in enumerate(sorted(part.first_bytes), 1)}
    cells = double_array(part.nodes, classes)
    rows = part.weights - (part.weights.max(1, keepdims=True) + part.weights.min(1, keepdims=True)) / 2
    scale = float(np.abs(rows).max() / 127)
    width = -(-len(part.names) // 16) * 16
    weights = np.zeros((len(rows), width), np.int8)
    weights[:, :len(part.names)] = np.round(rows / scale)
    prior = np.full(width, -1e9, np.float32)
    prior[:len(part.names)] = part.prior
    of_byte = np.array([classes.get(byte, 0) for byte in range(256)], np.uint8)
    names = "\n".join(part.names).encode()
    head = np.array([len(cells), len(rows), len(part.names), width, len(names)], np.uint32)
    print(f"{part.script}: {len(part.nodes)} states in {len(cells)} cells, {weights.shape} weights, scale {scale:.4f}")
    return b"".join([part.script.encode(), head.tobytes(), np.float32(scale).tobytes(), bytes(4), of_byte.tobytes(), cells.tobytes(),
                     prior.tobytes(), weights.tobytes(), names, bytes(-len(names) % 4)])


def write(parts):
    model = np.array([MAGIC, VERSION, len(parts), 0], np.uint32).tobytes() + b"".join(map(packed, parts))
    small = zstandard.ZstdCompressor(level=19).compress(model)
    (HERE / "model.bin.zst").write_bytes(small)
    print(f"{len(model)} bytes, {len(small)} compressed")
