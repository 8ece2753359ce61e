"""The names that rules can take in a file."""

from __future__ import annotations

from gitexp.excerpt.resolve import resolve_rule
from gitexp.history.rule_names import list_rule_names
from gitexp.model.filter import parse_rule
from tests.excerpt.sources import notebook, script


def test_each_name_is_listed_with_its_lines_and_resolves_to_them() -> None:
    book = notebook(
        "md:# Data", ("load", "x = 1"), "md:# Empty", "md:# Model", "def f():\n    pass"
    )
    names = list_rule_names(book)
    assert [(name.rule, name.kind, name.start, name.size) for name in names] == [
        ("train.ipynb::x", "symbol", 1, 1),
        ("train.ipynb::f", "symbol", 2, 2),
        ("train.ipynb#1", "cell", 1, 1),
        ("train.ipynb#load", "cell", 1, 1),
        ("train.ipynb#2", "cell", 2, 2),
        ("train.ipynb#Data", "heading", 1, 1),
        ("train.ipynb#Model", "heading", 2, 2),
    ]
    for name in names:
        (span,) = resolve_rule(book, parse_rule(name.rule))
        assert (span.start + 1, span.stop - span.start) == (name.start, name.size)


def test_keys_of_settings_are_names() -> None:
    names = list_rule_names(script("train:\n  lr: 0.1\n", "conf.yaml"))
    assert "conf.yaml::train.lr" in [name.rule for name in names]


def test_each_key_of_settings_is_a_rule() -> None:
    text = (
        'train:\n  batch-size: 4\n  "learning rate": 0.1\n  2d: true\nlist:\n  - n: 1\n  - n: 2\n'
    )
    conf = script(text, "conf.yaml")
    names = list_rule_names(conf)
    assert {"conf.yaml::train.batch-size", "conf.yaml::list.2.n"} <= {name.rule for name in names}
    for name in names:
        rule = parse_rule(name.rule)
        (span,) = resolve_rule(conf, rule)
        assert (span.start + 1, span.stop - span.start) == (name.start, name.size), name
