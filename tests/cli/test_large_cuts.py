"""What ``excerpt``, ``filter add`` and ``log`` say of a large cut and of one inside a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.project import Project

WIDE = "def wide():\n" + "    print(1)\n" * 2100 + "\n\ndef f():\n    return wide()\n"
SIZE = "the cut has 2,103 lines of 1 file, 100% of it behind f -> wide"


def test_a_large_cut_is_said_with_a_way_to_make_it_smaller(begun: Project) -> None:
    begun.write("wide.py", WIDE)
    begun.commit("wide")
    said = begun.run("excerpt", "HEAD", "--rule", "wide.py@f", "--at", "HEAD").err
    assert f"git exp: {SIZE}; --stop wide or --depth 1 make it smaller" in said
    said = begun.run("excerpt", "HEAD", "--rule", "wide.py@f", "--at", "HEAD", "--stop", "wide").err
    assert "the cut has" not in said
    assert SIZE in begun.run("log", "--rule", "wide.py@f", "--at", "HEAD").err
    assert SIZE in begun.run("filter", "add", "w", "wide.py@f").err


def test_doors_of_a_library_are_said(begun: Project) -> None:
    begun.write("pyproject.toml", '[project]\nname = "flow"\n')
    begun.write("flow/__init__.py", "from flow.core import Base\n")
    begun.write("flow/core.py", "class Base:\n    pass\n")
    begun.write("flow/net.py", "from flow.core import Base\n\n\nclass Net(Base):\n    pass\n")
    begun.commit("flow")
    rule = ("excerpt", "HEAD", "--rule", "flow/net.py@Net", "--at", "HEAD")
    said = begun.run(*rule).err
    assert said == (
        "git exp: the cut ends at 1 name that flow exports (Base); --depth 99 goes behind them\n"
    )
    assert "class Base" not in begun.exp(*rule)
    assert begun.run(*rule, "--depth", "99").err == ""
