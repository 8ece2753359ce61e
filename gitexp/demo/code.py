"""The code of the demo: one notebook that holds several encoders, and a module beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass

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
"""Values that the trials change. A trial changes a few and leaves the rest as they were before."""

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


@dataclass(frozen=True, slots=True)
class StoryCell:
    """A cell of the notebook. ``@NAME@`` in its text stands for a value of the trial."""

    kind: str
    text: str


CELLS = (
    StoryCell("markdown", "# 手書き文字の認識 (handwriting recogniser)"),
    StoryCell(
        "code",
        """
import numpy as np
import layers

FILTERS = @FILTERS@
KERNEL = @KERNEL@
UNITS = @UNITS@
EMBEDDING = @EMBEDDING@
""",
    ),
    StoryCell("markdown", "## Data"),
    StoryCell(
        "code",
        """
def load_strokes(path):
    strokes = np.load(path)
    strokes -= strokes.mean(axis=1, keepdims=True)
    return strokes / strokes.std()


strokes = load_strokes('strokes.npy')
labels = np.load('labels.npy')
""",
    ),
    StoryCell(
        "code",
        """
# debug
@SCRATCH@
""",
    ),
    StoryCell("markdown", "## Encoders"),
    StoryCell(
        "code",
        """
def encoder_rnn(x, lengths):
    x = @MASK@
    x = gru(x, UNITS, return_sequences=True)
    return gru(x, UNITS)
""",
    ),
    StoryCell(
        "code",
        """
def encoder_cnn(x, lengths):
    for size in (FILTERS, FILTERS * 2):
        x = layers.conv1d(x, KERNEL, size)
        x = max_pool(x, 2)
    return global_pool(x)
""",
    ),
    StoryCell(
        "code",
        """
def encoder_TCN(x, lengths):
    x = @MASK@
    for level in range(@LEVELS@):
        x = layers.residual_block(x, FILTERS, KERNEL, 2 ** level)
    return x[:, -1]
""",
    ),
    StoryCell(
        "code",
        """
def encoder_attention(x, lengths):
    x = x + positions(x.shape[1])
    return layers.attention(x[:, -1], x)
""",
    ),
    StoryCell("markdown", "## Decoder"),
    StoryCell(
        "code",
        """
def decoder(state, previous):
    embedded = embedding(previous, EMBEDDING)
    y = gru(embedded, UNITS, initial_state=state)
    return dense(y, len(ALPHABET))
""",
    ),
    StoryCell("markdown", "## Model"),
    StoryCell(
        "code",
        """
def create_model(rate=@RATE@):
    encoder = @ENCODER@
    model = Model(encoder, decoder)
    model.compile(adam(rate), loss='categorical_crossentropy')
    return model
""",
    ),
    StoryCell("markdown", "## Training"),
    StoryCell(
        "code",
        """
MODEL_DIR = "/content/drive/models/@MODEL_ID@"
model = create_model()
history = model.fit(strokes, labels, epochs=40)
""",
    ),
    StoryCell(
        "code",
        """
plot(history.history['loss'])
# ここから下は試し書き
model.summary()
""",
    ),
)


SCRIPT = """\
for epoch in range(1, 6):
    print(f"epoch {epoch} acc {0.7 - 0.5 / epoch:.3f}")
"""
"""Stands for a training script: ``git exp run`` reads the metrics that it prints."""


def build_files(values: dict[str, str]) -> dict[str, str]:
    """Return path and text of each file of the demo, with the values of a trial in it."""
    return {
        "train.ipynb": _build_notebook(values),
        "layers.py": _fill_in(LAYERS, values),
        "train.py": SCRIPT,
        ".gitignore": "*.npy\n*.png\n",
    }


def _fill_in(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _build_notebook(values: dict[str, str]) -> str:
    """Return the notebook as Jupyter writes it."""
    notebook = {
        "cells": [_build_cell(number, cell, values) for number, cell in enumerate(CELLS)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _build_cell(number: int, cell: StoryCell, values: dict[str, str]) -> dict[str, object]:
    text = _fill_in(cell.text.strip("\n"), values)
    built: dict[str, object] = {
        "cell_type": cell.kind,
        "id": f"demo-{number:02d}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        built |= {"execution_count": number, "outputs": []}
    return built
