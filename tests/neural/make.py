#!/usr/bin/env python3
"""Makes the model that tests of the neural mode read: make.py, with onnx 1.23 from PyPI (pip install onnx).

It knows some forty pieces and says of each what it is, whatever stands around it; of the mask and the places it only uses that they are
there: longer windows than PLACES fail, as they do in a real model. Everything else of a token classifier is as Hugging Face exports it.
"""
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "model")
PLACES = 64
LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
# Later pieces of a word say what is wrong: only the first one counts.
PIECES = {
    "[PAD]": "O", "[UNK]": "O", "[CLS]": "B-PER", "[SEP]": "B-PER",
    "Quen": "B-PER", "##by": "O", "Farn": "I-PER", "##aby": "B-LOC", "Zoë": "B-PER", "Marlow": "I-PER",
    "Hal": "B-ORG", "##vard": "B-PER", "Systems": "I-ORG", "Co": "I-ORG", ".": "I-ORG", "Dus": "B-LOC", "##han": "O", "##be": "O",
    "Orvik": "I-LOC", "Esperanto": "B-MISC", "北": "B-LOC", "京": "I-LOC",
    "the": "O", "The": "O", "and": "O", "met": "O", "in": "O", "said": "O", "of": "O", "rain": "O", ",": "O", "-": "O",
}


def model():
    table = np.full((len(PIECES), len(LABELS)), -2, np.float32)
    for row, label in enumerate(PIECES.values()):
        table[row, LABELS.index(label)] = 2
    constants = {"table": table, "places": np.zeros((PLACES, len(LABELS)), np.float32), "one": np.array(1, np.int64), "axis": np.array(1, np.int64), "last": np.array([2], np.int64)}
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["meant"]),
        helper.make_node("CumSum", ["attention_mask", "axis"], ["counted"]),
        helper.make_node("Sub", ["counted", "one"], ["place"]),
        helper.make_node("Gather", ["places", "place"], ["placed"]),
        helper.make_node("Add", ["meant", "placed"], ["sum"]),
        helper.make_node("Cast", ["attention_mask"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weight", "last"], ["weights"]),
        helper.make_node("Mul", ["sum", "weights"], ["logits"]),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", len(LABELS)])]
    graph = helper.make_graph(nodes, "pieces", inputs, outputs, [numpy_helper.from_array(value, name) for name, value in constants.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="copydesk")
    onnx.checker.check_model(made)
    return made.SerializeToString()


def tokenizer():
    ids = {piece: number for number, piece in enumerate(PIECES)}
    special = [{"id": ids[piece], "content": piece, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")]
    frame = {piece: {"id": piece, "ids": [ids[piece]], "tokens": [piece]} for piece in ("[CLS]", "[SEP]")}
    part = lambda piece: {"SpecialToken": {"id": piece, "type_id": 0}}
    sequence = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    return {
        "version": "1.0", "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}, "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": False, "lowercase": False},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": [part("[CLS]"), sequence("A"), part("[SEP]")],
                           "pair": [part("[CLS]"), sequence("A"), part("[SEP]"), sequence("B"), part("[SEP]")], "special_tokens": frame},
        "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids},
    }


def main():
    os.makedirs(HERE, exist_ok=True)
    with open(os.path.join(HERE, "model.onnx"), "wb") as file:
        file.write(model())
    config = {"model_type": "bert", "max_position_embeddings": PLACES, "pad_token_id": 0, "id2label": {str(i): label for i, label in enumerate(LABELS)}}
    for name, content in (("tokenizer.json", tokenizer()), ("config.json", config)):
        with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")


main()
