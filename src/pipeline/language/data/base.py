"""The model that ours begins from: that of PyPI's py3langid 0.4, cut into one model a script.

py3langid keeps an automaton over bytes as a table of 39 MB. It is an Aho-Corasick automaton, so the byte sequences that it
finds say the same; a state tells one feature at most. Most features are of scripts that one language writes, where nobody
asks a model, and of the 142 languages only those that are written in a script can be the answer in it.
"""
import io
import lzma
import pathlib

import numpy as np
import py3langid

ALIASES = {"sdh": "ckb", "no": "nb", "uzs": "uz", "arz": "ar", "ary": "ar"}
CYRILLIC = "ba be bg kk ky mk mn ru sr tg tt uk uz".split()
ARABIC = "ar ckb fa ku ps ug ur".split()
DEVANAGARI = "gom hi mr ne sa".split()
BENGALI = "as bn".split()
ELSEWHERE = "am dz el grc gu hbo he hy ja ka km kn ko lo ml my or pa si ta te th vo wuu yue zh".split()
BOTH = "az ku sr tk tt uz".split()
PLAIN = {byte for byte in range(0x80) if not chr(byte).isalnum()}
LETTERS = {byte for byte in range(0x80) if chr(byte).isalpha()}
LATER = set(range(0x80, 0xC0))
# Script: its languages (none: all that are not written elsewhere), its first bytes, the second bytes that 0xe0 or 0xe1 has.
SCRIPTS = {
    "Latn": (None, LETTERS | set(range(0xC2, 0xCA)) | {0xCC, 0xCD, 0xE1, 0xE2}, range(0xB8, 0xC0)),
    "Cyrl": (CYRILLIC, {0xC2, 0xE2} | set(range(0xD0, 0xD5)), ()),
    "Arab": (ARABIC, {0xC2, 0xE2, 0xEF} | set(range(0xD8, 0xDC)), ()),
    "Deva": (DEVANAGARI, {0xC2, 0xE2, 0xE0}, (0xA4, 0xA5)),
    "Beng": (BENGALI, {0xC2, 0xE2, 0xE0}, (0xA6, 0xA7)),
}


class Base:
    """One script's part: sequences of bytes to feature or -1, weights [feature, class], prior [class], names of the classes."""

    def __init__(self, script, nodes, weights, prior, names):
        self.script, self.nodes, self.weights, self.prior, self.names = script, nodes, weights, prior, names
        self.first_bytes = PLAIN | LATER | SCRIPTS[script][1]


def sequences(table, out):
    """Every state's sequence of bytes, with its feature."""
    found, order = {0: b""}, [0]
    for state in order:
        for byte in np.unique(table[state], return_index=True)[1]:
            target = table[state][byte]
            if target not in found:
                # A target that several bytes lead to is reached by the first of them only if it is no child.
                found[target] = found[state] + bytes([byte])
                order.append(target)
    return {sequence: int(out[state]) for state, sequence in found.items()}


def kept(sequences, bytes_, seconds):
    """The sequences that texts of a script can hold, and what leads to them."""
    def possible(sequence):
        pairs = zip(sequence, sequence[1:])
        return set(sequence) <= bytes_ and all(b in seconds for a, b in pairs if a in (0xE0, 0xE1))
    told = {sequence for sequence, feature in sequences.items() if feature >= 0 and possible(sequence)}
    return {sequence[:end] for sequence in told for end in range(len(sequence) + 1)}


def load():
    """The base of every script."""
    packed = pathlib.Path(py3langid.__file__).parent / "data" / "model.npz.xz"
    with np.load(io.BytesIO(lzma.decompress(packed.read_bytes())), allow_pickle=False) as data:
        table = data["nextmove"].reshape(-1, 256)[data["nextmove_row"]].astype(np.int64)
        weights, prior = data["ptc"].astype(np.float32), data["pc"].astype(np.float32)
        out, names = data["out_feat"], [ALIASES.get(name, name) for name in data["classes"].tolist()]
    all_sequences = sequences(table, out)
    elsewhere = set(CYRILLIC + ARABIC + DEVANAGARI + BENGALI + ELSEWHERE) - set(BOTH)
    bases = []
    for script, (languages, first, seconds) in SCRIPTS.items():
        classes = [i for i, name in enumerate(names) if (name in languages if languages else name not in elsewhere)]
        classes.sort(key=lambda i: names[i])
        nodes, features = {}, []
        for sequence in sorted(kept(all_sequences, PLAIN | LATER | first, seconds), key=lambda s: (len(s), s)):
            feature = all_sequences[sequence]
            nodes[sequence] = len(features) if feature >= 0 else -1
            features += [feature] if feature >= 0 else []
        rows = weights[features][:, classes]
        # What a feature adds to every class alike does not change the answer.
        rows -= rows.mean(1, keepdims=True)
        part = Base(script, nodes, rows, prior[classes] - prior[classes].mean(), [names[i] for i in classes])
        if script == "Latn":
            # What is none of these languages, in their letters; it begins as the mean of all.
            part.names.append("und")
            part.weights, part.prior = np.pad(part.weights, ((0, 0), (0, 1))), np.pad(part.prior, (0, 1))
        bases.append(part)
    return bases


if __name__ == "__main__":
    for base in load():
        print(base.script, len(base.nodes), "nodes", base.weights.shape, "weights", " ".join(base.names))
