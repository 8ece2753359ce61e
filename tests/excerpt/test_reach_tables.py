"""Reach and lists of values: a loop over a list changes what the list holds."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

LOOPS = {
    "a tuple of names": """
        +train, test = load(), load()
        +def load(): return {}
        +for table in (train, test):
        +    table["x"] = 1
         for table in (train, test): print(table)
        +def f(): return test
    """,
    "names with labels": """
        +train, test = {}, {}
         other = {}
        +for name, table in [("train", train), ("test", test)]:
        +    table.update(name=name)
         for name, table in [("other", other)]: table.clear()
        +def f(): return test
    """,
    "the items of a table": """
        +train, test = {}, {}
        +tables = {"train": train, "test": test}
        +for name, table in tables.items():
        +    table["name"] = name
        +def f(): return train
    """,
    "the values of a table that is written there": """
        +train, test = {}, {}
        +for table in {"train": train, "test": test}.values():
        +    table["name"] = 1
        +def f(): return train
    """,
    "two lists side by side": """
        +train, test = {}, {}
        +both = [train, test]
        +for number, table in enumerate(both):
        +    table["name"] = number
        +def f(): return train
    """,
    "by number": """
        +train, test = {}, {}
        +both = [train, test]
        +for number in range(2):
        +    both[number]["x"] = 1
        +def f(): return train
    """,
    "a comprehension": """
        +train, test = {}, {}
        +[table.update(x=1) for table in [train, test]]
        +def f(): return train
    """,
    "a function that changes each": """
        +train, test = {}, {}
        +def clean(table): table["x"] = 1
        +for table in [train, test]:
        +    clean(table)
         for table in [train, test]: print(table)
        +def f(): return train
    """,
    "what changes the list changes nothing in it": """
        +train, test = {}, {}
         both = [train, test]
         both.append({})
         both[0] = {}
         both.sort()
        +def f(): return train
    """,
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_over_a_list_changes_what_it_holds(name: str) -> None:
    check({"m.py": LOOPS[name]}, "m.py@f")
