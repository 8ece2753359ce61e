"""Reach takes in the variables of the environment that are set for a kept library, as guesses."""

from __future__ import annotations

import pytest

from gitexp.excerpt.scope.doubt import Doubt
from tests.excerpt.test_reach import check

FILES = {
    "set before the import": """
        +import os
        +os.environ["KERAS_BACKEND"] = "jax"
        +import keras
         import torch
        +def f(x): return keras.ops.sum(x)
    """,
    "of a library that is not kept": """
         import os
         os.environ["WANDB_MODE"] = "offline"
         os.environ["PYTORCH_ALLOC_CONF"] = "x"
         os.environ["MODEL_DIR"] = "models"
         import torch, wandb
        +import keras
        +def f(x): return keras.ops.sum(x)
    """,
    "only what is printed, and secrets": """
         import os
         os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
         os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
         os.environ["HF_TOKEN"] = "hf_x"
         os.environ["WANDB_API_KEY"] = "x"
        +import tensorflow as tf, transformers, wandb
        +def f(x): return tf.ones(x), transformers, wandb
    """,
    "other ways to set it": """
        +import os
        +from os import environ
        +GPU = "0"
        +environ["CUDA_VISIBLE_DEVICES"] = GPU
        +os.environ.setdefault("OMP_NUM_THREADS", "1")
        +os.environ.update(TORCH_HOME="a")
        +os.environ.update({"NCCL_DEBUG": "a", **{}})
        +os.putenv("MKL_NUM_THREADS", "1")
         os.environ.update(OTHER="a")
         os.environ.get("TORCH_HOME")
         print(os.environ["TORCH_HOME"])
        +from torch import nn
        +def f(x): return nn.Linear(x, x)
    """,
    "after the first call": """
         import os
        +import jax.numpy as jnp
        +def f(x): return jnp.ones(x)
         f(3)
         os.environ["XLA_FLAGS"] = "a"
    """,
    "in an if": """
        +import os, sys
        +if "gpu" in sys.argv:
        +    os.environ["JAX_PLATFORMS"] = "cuda"
         elif "none" in sys.argv:
             print("none")
        +import jax
        +def f(x): return jax.jit(x)
    """,
}


@pytest.mark.parametrize("name", FILES)
def test_variables_that_are_set_for_a_library(name: str) -> None:
    check({"m.py": FILES[name]}, "m.py@f")


def test_the_cause_is_said_and_it_is_a_guess() -> None:
    result = check({"m.py": FILES["set before the import"]}, "m.py@f")
    assert result.guesses["m.py"] == ((0, 2),)
    reasons = [reason for reason in result.reasons if reason.doubt is Doubt.ENVIRONMENT]
    assert [reason.chain[:2] for reason in reasons] == [("f", "keras"), ("f", "keras")]
    assert reasons[1].name == "os"


def test_the_library_is_imported_in_another_file() -> None:
    files: dict[str, str | list[str]] = {
        "train.py": """
            +import os
            +os.environ["CUDA_VISIBLE_DEVICES"] = "1"
            +from nets import build
            +def train(): return build()
        """,
        "nets.py": """
            +import torch
            +def build(): return torch.ones(3)
        """,
    }
    check(files, "train.py@train")


def test_a_library_that_the_user_leaves_out() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": """
             import os
             os.environ["KERAS_BACKEND"] = "jax"
             import keras
            +def f(x): return keras.ops.sum(x)
        """
    }
    check(files, "m.py@f", stop=["keras"])


def test_variables_that_a_called_function_sets() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": """
            +import os
            +def prepare():
            +    os.environ["KERAS_BACKEND"] = "jax"
             def other():
                 os.environ["KERAS_BACKEND"] = "torch"
            +prepare()
            +import keras
            +def f(x): return keras.ops.sum(x)
        """
    }
    check(files, "m.py@f")


def test_variables_that_a_magic_sets() -> None:
    cells = [
        "+%env KERAS_BACKEND=jax\n %env WANDB_MODE=offline\n+%set_env XLA_FLAGS a\n+import keras",
        " !export KERAS_BACKEND=torch\n+def f(x): return keras.ops.sum(x)",
    ]
    check({"m.ipynb": cells}, "m.ipynb@f")
