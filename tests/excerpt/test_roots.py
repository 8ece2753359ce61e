"""From which definition the code of a file would be cut first."""

from __future__ import annotations

from gitexp.excerpt.roots import rank_roots
from gitexp.excerpt.source import read_source

NOTEBOOK_LIKE = """\
import keras

def load_data(path):
    return open(path)

def encoder(x):
    return conv(x, {filters})

def create_model(x):
    return encoder(x)

def plot_history(history):
    pass

data = load_data("a.csv")
model = create_model(1)
history = model.fit(data)
plot_history(history)
"""


def rank_names(*texts: str) -> list[str]:
    versions = [read_source("a.py", text.encode()) for text in texts]
    return [root.name for root in rank_roots(versions)]


def test_what_is_trained_comes_first_and_plots_never() -> None:
    names = rank_names(NOTEBOOK_LIKE.format(filters=50))
    assert names[0] == "create_model"
    assert "plot_history" not in names


def test_a_root_counts_what_changed_in_what_it_needs() -> None:
    versions = [NOTEBOOK_LIKE.format(filters=filters) for filters in (50, 10, 10, 20)]
    roots = rank_roots([read_source("a.py", text.encode()) for text in versions])
    reasons = {root.name: root.reasons for root in roots}
    assert reasons["create_model"] == (
        "called outside functions",
        "its result is trained",
        "changed in 2 of 2 steps",
    )
    assert reasons["encoder"] == ("changed in 2 of 2 steps",)


def test_a_model_passed_to_a_training_function_is_trained() -> None:
    code = (
        "class Head:\n    pass\n\n"
        "class Tail:\n    pass\n\n"
        "def train_loop(model):\n    pass\n\n"
        "tail = Tail()\nhead = Head()\ntrain_loop(tail)\n"
    )
    roots = {root.name: root for root in rank_roots([read_source("a.py", code.encode())])}
    assert "its result is trained" in roots["Tail"].reasons
    assert "its result is trained" not in roots["Head"].reasons


def test_without_a_definition_the_trained_variable_is_the_root() -> None:
    code = "import re\nword = re.compile('a')\nmodel = Sequential()\nmodel.fit(1)\n"
    assert rank_names(code) == ["model"]
    assert rank_names("import re\nre.compile('a')\n") == []


def test_code_that_is_no_python_has_no_roots() -> None:
    assert rank_names("def f(:\n") == []
