"""Reach and training: what may train a kept value is kept as a guess."""

from __future__ import annotations

import pytest

from gitexp.excerpt.scope.doubt import Doubt
from tests.excerpt.test_reach import check

TRAININGS = {
    "an optimizer and its schedule": """
        +import torch
        +net = torch.nn.Linear(1, 1)
         other = torch.nn.Linear(1, 1)
        +opt = torch.optim.SGD(list(net.parameters()), lr=0.1)
        +plan = torch.optim.lr_scheduler.StepLR(opt, 3)
         opt_other = torch.optim.SGD(other.parameters())
        +for n in range(3):
        +    opt.step(); plan.step()
         for n in range(3): opt_other.step()
        +def f(x): return net(x)
    """,
    "an optimizer that a function makes": """
        +import torch
        +def train(model, data):
        +    opt = torch.optim.SGD(model.parameters())
        +    for x in data:
        +        model(x).backward()
        +        opt.step()
         def look(model, data):
             for x in data: print(model(x))
        +net = torch.nn.Linear(1, 1)
        +data = [1]
        +train(net, data)
         look(net, data)
        +def f(x): return net(x)
    """,
    "a function that steps the optimizer of the module": """
        +import torch
        +net = torch.nn.Linear(1, 1)
        +opt = torch.optim.SGD(net.parameters())
        +def epoch(): opt.step()
        +def run(): epoch()
        +run()
        +def f(x): return net(x)
    """,
    "a function that hands on what it trains": """
        +from sklearn.svm import SVC
        +def inner(model, X): model.fit(X)
        +def outer(clf, data): inner(clf, X=data)
        +clf = SVC()
        +X = [1]
        +outer(clf, X)
        +def f(): return clf
    """,
    "in one line": """
        +from transformers import Trainer, load
        +model = load("x")
        +Trainer(model=model).train()
        +def f(x): return model(x)
    """,
    "a pipeline in one line": """
        +from sklearn import make_pipeline, SVC
        +clf = SVC()
        +X, y = [1], [2]
        +fitted = make_pipeline(None, clf).fit(X, y)
        +def f(x): return clf.predict(x)
    """,
    "data is not trained": """
         from sklearn import SVC
        +X, y = [1], [2]
         clf = SVC()
         clf.fit(X, y)
         from lib import train
         train(clf, X)
        +def f(x): return X
    """,
    "a function of a library": """
        +from d2l import train_ch3, Net
        +net = Net()
        +data = [1]
        +train_ch3(net, data)
        +def f(x): return net(x)
    """,
    "weights that a tape gives": """
        +import tensorflow as tf
        +net, grads = tf.keras.Model(), []
        +tf.optimizers.Adam().apply_gradients(zip(grads, net.trainable_variables))
        +def f(x): return net(x)
    """,
    "before it is trained": """
        +import torch
        +net = torch.nn.Linear(1, 1)
        +def f(x): return net(x)
        +first = f(1)
         opt = torch.optim.SGD(net.parameters())
         opt.step()
    """,
}


@pytest.mark.parametrize("name", TRAININGS)
def test_what_may_train_a_kept_value(name: str) -> None:
    root = "first" if name == "before it is trained" else "f"
    check({"m.py": TRAININGS[name]}, f"m.py@{root}")


def test_training_is_a_guess_that_says_why() -> None:
    files: dict[str, str | list[str]] = {
        "m.ipynb": [
            "+from lib import fit_all, SVC",
            "+clf = SVC()",
            "+fit_all(clf, [1])",
            "+score = clf.predict(3)",
        ],
        "lib.py": "+from sklearn.svm import SVC\n+def fit_all(model, X): model.fit(X)",
    }
    result = check(files, "m.ipynb@score")
    doubts = {reason.doubt for reason in result.reasons if reason.name.startswith("fit_all")}
    assert doubts == {Doubt.TRAINING}


@pytest.mark.timeout(20)
def test_a_function_that_is_defined_twice_is_read_once_and_for_all() -> None:
    text = """
         def train(model, X): model.fit(X)
        +def train(X, model, other): other.step()
        +net = 1
        +train(net, 1, 2)
        +def f(): return net
    """
    check({"m.py": text}, "m.py@f")
