"""The code of the demo: one notebook that holds several encoders, and a module beside it."""

from __future__ import annotations

import json

# Values that the trials of the story change. Each trial changes a few and leaves the rest as the one before had them.
START = {
    "ENCODER": "encoder_rnn",
    "UNITS": "256",
    "FILTERS": "50",
    "KERNEL": "3",
    "LEVELS": "4",
    "CONV": "filters, kernel",
    "CAUSAL": "causal",
    "MASK": "x",
    "EMBEDDING": "16",
    "RATE": "0.001",
    "DROP": "0.0",
    "MODEL_ID": "plain_gru",
    "SCRATCH": "print(strokes.shape)",
}

LAYERS = '''"""Layers shared by the notebooks."""
import numpy as np


def mask_padding(x, lengths):
    """Set everything behind the end of a stroke to zero."""
    steps = np.arange(x.shape[1])
    return x * (steps[None, :, None] < lengths[:, None, None])


def residual_block(x, filters, kernel, dilation, padding="@CAUSAL@"):
    y = conv1d(x, @CONV@, dilation, padding)
    y = relu(y)
    y = dropout(y, @DROP@)
    return x + y


def attention(query, keys):
    weights = softmax(query @ keys.T / np.sqrt(keys.shape[-1]))
    return weights @ keys
'''

_CELLS = (
    ("markdown", "# 手書き文字の認識 (handwriting recogniser)"),
    (
        "code",
        "import numpy as np\nimport layers\n\nFILTERS = @FILTERS@\nKERNEL = @KERNEL@\nUNITS = @UNITS@\nEMBEDDING = @EMBEDDING@",
    ),
    ("markdown", "## Data"),
    (
        "code",
        "def load_strokes(path):\n    strokes = np.load(path)\n    strokes -= strokes.mean(axis=1, keepdims=True)\n"
        "    return strokes / strokes.std()\n\n\nstrokes = load_strokes('strokes.npy')\nlabels = np.load('labels.npy')",
    ),
    ("code", "# debug\n@SCRATCH@"),
    ("markdown", "## Encoders"),
    (
        "code",
        "def encoder_rnn(x, lengths):\n    x = @MASK@\n    x = gru(x, UNITS, return_sequences=True)\n    return gru(x, UNITS)",
    ),
    (
        "code",
        "def encoder_cnn(x, lengths):\n    for size in (FILTERS, FILTERS * 2):\n        x = layers.conv1d(x, KERNEL, size)\n"
        "        x = max_pool(x, 2)\n    return global_pool(x)",
    ),
    (
        "code",
        "def encoder_TCN(x, lengths):\n    x = @MASK@\n    for level in range(@LEVELS@):\n"
        "        x = layers.residual_block(x, FILTERS, KERNEL, 2 ** level)\n    return x[:, -1]",
    ),
    (
        "code",
        "def encoder_attention(x, lengths):\n    x = x + positions(x.shape[1])\n    return layers.attention(x[:, -1], x)",
    ),
    ("markdown", "## Decoder"),
    (
        "code",
        "def decoder(state, previous):\n    embedded = embedding(previous, EMBEDDING)\n"
        "    y = gru(embedded, UNITS, initial_state=state)\n    return dense(y, len(ALPHABET))",
    ),
    ("markdown", "## Model"),
    (
        "code",
        "def create_model(rate=@RATE@):\n    encoder = @ENCODER@\n    model = Model(encoder, decoder)\n"
        "    model.compile(adam(rate), loss='categorical_crossentropy')\n    return model",
    ),
    ("markdown", "## Training"),
    (
        "code",
        'MODEL_DIR = "/content/drive/models/@MODEL_ID@"\nmodel = create_model()\nhistory = model.fit(strokes, labels, epochs=40)',
    ),
    ("code", "plot(history.history['loss'])\n# ここから下は試し書き\nmodel.summary()"),
)


def build_files(values: dict[str, str]) -> dict[str, str]:
    """Path and text of every file of the demo with these values."""
    return {
        "train.ipynb": _notebook(values),
        "layers.py": _fill(LAYERS, values),
        ".gitignore": "*.npy\n",
    }


def _fill(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _notebook(values: dict[str, str]) -> str:
    cells: list[dict[str, object]] = []
    for number, (kind, text) in enumerate(_CELLS):
        lines = _fill(text, values).splitlines(keepends=True)
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": f"demo-{number:02d}",
            "metadata": {},
            "source": lines,
        }
        if kind == "code":
            cell |= {"execution_count": number, "outputs": []}
        cells.append(cell)
    book = {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
