"""Reach into loops and ``with``: what they bind before they read it needs no earlier binding."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

FLOWS = {
    "a target of a loop": """
         row = load()
         def load(): return 1
        +rows = [1]
        +total = 0
        +for number, row in enumerate(rows):
        +    total += row * number
    """,
    "both arms of an if": """
         part = 1
        +total = 0
        +for n in range(3):
        +    if n > 1:
        +        part = n
        +    else:
        +        part = -n
        +    total += part
    """,
    "one arm of an if": """
        +part = 1
        +total = 0
        +for n in range(3):
        +    if n > 1:
        +        part = n
        +    total += part
    """,
    "an arm that goes on with the next step": """
         part = 1
        +total = 0
        +for n in range(3):
        +    if n > 1:
        +        part = n
        +    else:
        +        continue
        +    total += part
    """,
    "an inner loop may run no time": """
        +part = 1
        +total = 0
        +for n in range(3):
        +    for m in range(n):
        +        part = m
        +    total += part
    """,
    "a try that failed": """
        +part = 1
        +total = 0
        +for n in range(3):
        +    try:
        +        part = 1 / n
        +    except ZeroDivisionError as error:
        +        print(error)
        +    total += part
    """,
    "a try with all ways": """
         part = error = 1
        +total = 0
        +while total < 3:
        +    try:
        +        part = 1 / total
        +    except ZeroDivisionError as error:
        +        part = len(str(error))
        +    total += part
    """,
    "a counter that counts on": """
        +step = 0
        +total = 0
        +while total < 3:
        +    step += 1
        +    total += step
    """,
    "a file and what is read from it": """
         file = text = None
        +with open("a") as file, open(file.name) as other:
        +    text = file.read()
        +    total = len(text)
    """,
    "a condition around": """
        +part = 1
        +total = 0
        +if part:
        +    for part in range(3):
        +        total += part
    """,
    "a walrus": """
         line = 1
        +total = 0
        +while (line := input()):
        +    total += len(line)
    """,
    "a function in the loop": """
         net = 1
        +total = 0
        +for n in range(3):
        +    net = [n]
        +    def closure(): return net[0]
        +    total += closure()
    """,
    "a function in the loop that comes before the name": """
        +net = 1
        +total = 0
        +for n in range(3):
        +    def closure(): return net
        +    total += closure()
        +    net = [n]
    """,
    "a name that is deleted": """
        +part = 1
        +total = 0
        +for n in range(3):
        +    part = n
        +    del part
        +    total += part
    """,
}


@pytest.mark.parametrize("name", FLOWS)
def test_a_loop_needs_only_what_it_reads_before_it_binds_it(name: str) -> None:
    check({"m.py": FLOWS[name]}, "m.py@total")
