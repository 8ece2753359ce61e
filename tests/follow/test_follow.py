"""Following code through history, against histories whose truth is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import NotFoundError, UsageError
from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, parse_rule
from tests.follow.accuracy import Accuracy, compare_commits
from tests.follow.generated import LANGUAGES, Story
from tests.gitrepo import Past
from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BODY = "def load(path):\n    data = open(path).read()\n    rows = data.split()\n    return [int(row) for row in rows]\n"
OTHER = (
    "def save(path, rows):\n    with open(path, 'w') as out:\n        out.write(' '.join(rows))\n"
)


def changed_by(
    past: Past,
    folder: Path,
    rule: str,
    at: int,
    *,
    whitespace: bool = False,
    start: int | None = None,
) -> list[int]:
    """Numbers of the commits that changed what a rule chooses, newest first."""
    repository, ids = past.write(folder)
    with Follower(repository, whitespace=whitespace) as follower:
        found = follower.walk_history(
            CodeFilter("", (parse_rule(rule),), ids[at]), ids[at if start is None else start]
        )
        return [ids.index(step.commit) for step in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_random_histories_are_followed_as_well_as_the_docs_claim(
    language: str, tmp_path: Path, long: bool
) -> None:
    """Where we are wrong is printed with its seed (``-rP`` shows it)."""
    total = Accuracy()
    for seed in range(60 if long else 6):
        story = Story(seed, language)
        repository, ids = story.past.write(tmp_path / f"{language}{seed}")
        tip = ids[story.tip]
        with Follower(repository) as follower:
            for key, rule in story.rules().items():
                steps = follower.walk_history(CodeFilter("", (parse_rule(rule),), tip), tip)
                reported = {ids.index(step.commit) for step in steps}
                truth = story.truth(key)
                total += compare_commits(reported, truth)
                if reported != truth:
                    too_many, too_few = sorted(reported - truth), sorted(truth - reported)
                    print(f"seed {seed} {rule}: too many {too_many}, too few {too_few}")
    print(f"{language}: {total}")
    claim = read_claims()[LANGUAGES[language]]
    assert round(total.f1, 4) >= claim["all" if long else "first six"]


def read_claims() -> dict[str, dict[str, float]]:
    """Return the F1 that docs/performance.md claims for random histories, by language."""
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    table = page[page.index("| random histories") :].partition("\n\n")[0]
    rows = re.findall(r"^\| (\w+) \|.*\| ([\d.]+) \| \d+, \d+ \| ([\d.]+) \|$", table, re.MULTILINE)
    return {
        language: {"all": float(every), "first six": float(six)} for language, every, six in rows
    }


def test_only_changes_of_the_code_itself_count(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY})
    past.commit({"a.py": "import os\n\n\n" + BODY}, 0)  # something above
    past.commit({"a.py": "import os\n\n\n" + BODY.replace("    ", "        ")}, 1)  # white space
    past.commit({"b.py": "import os\n\n\n" + BODY}, 2)  # the file renamed
    past.commit({"b.py": "import os\n\n\n" + BODY.replace("int", "float")}, 3)  # the code
    past.commit({"b.py": OTHER + "\n\n" + BODY.replace("int", "float")}, 4)  # a neighbour
    assert changed_by(past, tmp_path / "r", "b.py:6-9", 5) == [4, 0]


def test_white_space_counts_when_asked(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY})
    past.commit({"a.py": BODY.replace("    ", "\t")}, 0)
    assert changed_by(past, tmp_path / "r", "a.py::load", 1) == [0]
    assert changed_by(past, tmp_path / "s", "a.py::load", 1, whitespace=True) == [1, 0]


def test_code_moved_to_another_file_keeps_its_past(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY + "\n\n" + OTHER, "b.py": "x = 1\n"})
    past.commit({"a.py": BODY.replace("int", "float") + "\n\n" + OTHER, "b.py": "x = 1\n"}, 0)
    past.commit({"a.py": OTHER, "b.py": "x = 1\n\n\n" + BODY.replace("int", "float")}, 1)
    assert changed_by(past, tmp_path / "r", "b.py:4-7", 2) == [1, 0]


def test_a_renamed_function_keeps_its_past(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY + "\n\n" + OTHER})
    past.commit({"a.py": OTHER + "\n\n" + BODY.replace("load", "read_rows")}, 0)
    assert changed_by(past, tmp_path / "r", "a.py::read_rows", 1) == [1, 0]


def test_a_merge_that_only_joins_is_no_change(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY + "\n\n" + OTHER})
    past.commit({"a.py": BODY.replace("int", "float") + "\n\n" + OTHER}, 0)
    past.commit({"a.py": BODY + "\n\n" + OTHER.replace("' '", "','")}, 0)
    past.commit({"a.py": BODY.replace("int", "float") + "\n\n" + OTHER.replace("' '", "','")}, 1, 2)
    past.commit({"a.py": BODY.replace("int", "complex") + "\n\n" + OTHER}, 3)
    assert changed_by(past, tmp_path / "r", "a.py:1-4", 3) == [1, 0]
    assert changed_by(past, tmp_path / "s", "a.py:1-4", 4) == [4, 1, 0]


def test_a_merge_goes_on_where_the_code_was_not_where_it_may_have_come_from(tmp_path: Path) -> None:
    head = "".join(
        f"# permission is granted, free of charge, in paragraph {number}\n" for number in range(6)
    )
    past = Past()
    past.commit({"a.py": head + BODY, "c.py": "x = 1\n"})
    past.commit({"a.py": head + BODY, "b.py": head + OTHER, "c.py": "x = 1\n"}, 0)
    past.commit({"a.py": BODY, "b.py": head + OTHER, "c.py": "x = 1\n"}, 1)
    past.commit({"a.py": head + BODY, "c.py": "x = 2\n"}, 0)
    past.commit({"a.py": BODY, "b.py": head + OTHER, "c.py": "x = 2\n"}, 3, 2)
    assert changed_by(past, tmp_path / "r", "b.py:1-6", 4) == [1]


def test_a_merge_goes_on_where_it_changed_nothing_rather_than_the_layout(tmp_path: Path) -> None:
    wide = BODY.replace("open(path)", "open( path )")
    past = Past()
    past.commit({"a.py": OTHER})
    past.commit({"a.py": OTHER + "\n\n" + wide}, 0)
    past.commit({"a.py": OTHER + "\n\n" + BODY}, 0)
    past.commit({"a.py": OTHER + "\n\n" + BODY}, 1, 2)
    assert changed_by(past, tmp_path / "r", "a.py::load", 3) == [2]


def test_a_subtree_is_merged_in_from_other_paths(tmp_path: Path) -> None:
    past = Past()
    past.commit({"app.py": OTHER, "deps/lib.py": BODY + "\n\n" + OTHER})
    past.commit({"lib.py": BODY + "\n\n" + OTHER, "setup.py": "x = 1\n"})
    past.commit({"lib.py": BODY.replace("int", "float") + "\n\n" + OTHER, "setup.py": "x = 1\n"}, 1)
    past.commit(
        {
            "app.py": OTHER,
            "deps/lib.py": BODY.replace("int", "float") + "\n\n" + OTHER,
            "deps/setup.py": "x = 1\n",
        },
        0,
        2,
    )
    assert changed_by(past, tmp_path / "r", "deps/lib.py:1-4", 3) == [2, 1]


def test_a_range_is_followed_forward_too(tmp_path: Path) -> None:
    lines = [
        f"{name}_of_the_model: {number}"
        for number, name in enumerate(("depth", "width", "kernel", "filter", "stride", "dropout"))
    ]
    older = "\n".join(lines) + "\n"
    newer = "batch_size: 64\n" + older
    past = Past()
    past.commit({"a.yaml": older})
    past.commit({"a.yaml": newer}, 0)
    past.commit({"b.yaml": newer.replace("kernel_of_the_model: 2", "kernel_of_the_model: 5")}, 1)
    repository, ids = past.write(tmp_path / "r")
    choice = CodeFilter("", (parse_rule("a.yaml:2-3"),), ids[0])
    with Follower(repository) as follower:
        kept = [follower.cut_excerpt(choice, commit).text for commit in ids]
        commits = [ids.index(step.commit) for step in follower.walk_history(choice, ids[2])]
    assert kept == [
        (("a.yaml", ("width_of_the_model: 1", "kernel_of_the_model: 2")),),
        (("a.yaml", ("width_of_the_model: 1", "kernel_of_the_model: 2")),),
        (("b.yaml", ("width_of_the_model: 1", "kernel_of_the_model: 5")),),
    ]
    assert commits == [2, 0]


def test_a_version_without_the_code_says_so(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": OTHER})
    past.commit({"a.py": OTHER + "\n\n" + BODY}, 0)
    past.commit({"c.py": "unrelated = 1\n"})
    repository, ids = past.write(tmp_path / "r")
    with Follower(repository) as follower:
        for commit in (ids[0], ids[2]):
            excerpt = follower.cut_excerpt(
                CodeFilter("", (parse_rule("a.py:6-9"),), ids[1]), commit
            )
            assert excerpt.text == ()
            assert [item.reason for item in excerpt.missing] == ["not here in this version"]


def test_deleted_and_restored_is_one_story(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.py": BODY + "\n\n" + OTHER})
    past.commit({"a.py": BODY.replace("int", "float") + "\n\n" + OTHER}, 0)
    past.commit({"a.py": OTHER}, 1)
    past.commit({"a.py": OTHER + "\n\n" + BODY.replace("int", "float")}, 2)
    found = changed_by(past, tmp_path / "r", "a.py::load", 3)
    assert set(found) >= {0, 1}


def functions(*names: str) -> str:
    """A module of these functions, each of six lines of its own."""
    return "\n\n".join(
        f"def {name}(x):\n" + "".join(f"    x = {name}_step_{n}(x, {n})\n" for n in range(5))
        for name in names
    )


def test_a_file_goes_on_in_one_place_only(tmp_path: Path) -> None:
    models = functions("cnn", "rnn", "mlp", "fit", "test")
    drugs = functions("cnn", "rnn", "dose", "test").replace("test_step_2", "drug_step_2")
    past = Past()
    past.commit({"models.py": models.replace("test_step_4", "old_step_4"), "drugs.py": drugs})
    past.commit({"models.py": models, "drugs.py": drugs}, 0)
    drugs = drugs.replace("drug_step_2", "drug_step_3")
    past.commit({"models.py": models, "drugs.py": drugs}, 1)
    extra = functions("one", "two", "three") + "\n\n" + functions("dose")
    past.commit(
        {"pairs.py": functions("cnn", "rnn", "test"), "compounds.py": drugs, "extra.py": extra}, 2
    )
    assert changed_by(past, tmp_path / "r", "pairs.py::test", 3) == [1, 0]
    assert changed_by(past, tmp_path / "s", "compounds.py::test", 3) == [2, 0]
    assert changed_by(past, tmp_path / "t", "extra.py::dose", 3) == [3]


def test_files_of_one_name_that_move_at_once_are_not_mixed_up(tmp_path: Path) -> None:
    shared = ("one", "two", "three", "four", "five", "six")
    first, second = functions(*shared, "alpha", "gamma"), functions(*shared, "beta", "delta")
    past = Past()
    past.commit({"a/train.py": first, "b/train.py": second})
    second = second.replace("one_step_2", "own_step_2")
    past.commit({"a/train.py": first, "b/train.py": second}, 0)
    past.commit(
        {
            "x/train.py": first.replace("alpha_step_1", "a"),
            "y/train.py": second.replace("beta_step_1", "b"),
        },
        1,
    )
    assert changed_by(past, tmp_path / "r", "y/train.py::one", 2) == [1, 0]
    assert changed_by(past, tmp_path / "s", "x/train.py::one", 2) == [0]
    assert changed_by(past, tmp_path / "t", "y/train.py", 2) == [2, 1, 0]


def test_code_whose_longest_lines_were_edited_is_found_where_it_came_from(tmp_path: Path) -> None:
    long = [
        f"    first_{n} = settings.retry.limits[{n}] + settings.retry.delays[{n}]\n"
        for n in range(5)
    ]
    short = [f"    number_{n} = count_{n}(x)\n" for n in range(6)]
    body = "".join((*long, *short))
    past = Past()
    past.commit({"a.py": OTHER + "\n\ndef wait(x):\n" + body, "b.py": "x = 1\n"})
    past.commit(
        {
            "a.py": OTHER,
            "b.py": "x = 1\n\n\ndef delay(x):\n" + body.replace("settings.retry.", "options."),
        },
        0,
    )
    assert changed_by(past, tmp_path / "r", "b.py::delay", 1) == [1, 0]


def test_a_file_that_was_moved_over_another(tmp_path: Path) -> None:
    old, new = (
        functions("parse", "print"),
        functions("scan")
        + "\n\ndef parse(x):\n"
        + "".join(f"    rows.append(next_step_{n}[{n}])\n" for n in range(5)),
    )
    past = Past()
    past.commit({"syntax/parser.py": old})
    past.commit(
        {"syntax/parser.py": old, "syntax2/parser.py": new.replace("next_step_3", "other")}, 0
    )
    past.commit({"syntax/parser.py": old, "syntax2/parser.py": new}, 1)
    past.commit({"syntax/parser.py": new}, 2)
    assert changed_by(past, tmp_path / "r", "syntax/parser.py::parse", 3) == [2, 1]


def test_a_function_that_returns_an_empty_interface_has_its_body(tmp_path: Path) -> None:
    def text(size: int, rate: float) -> str:
        other = "func g() int {\n\treturn 1\n}\n"
        head = "package a\n\ntype L struct{}\n\nfunc (L) F() map[string]interface{} {\n"
        return f'{head}\tout := map[string]interface{{}}{{}}\n\tout["size"] = {size}\n\tout["rate"] = {rate}\n\treturn out\n}}\n\n{other}'

    past = Past()
    past.commit({"a.go": text(1, 0.1)})
    past.commit({"a.go": text(2, 0.1)}, 0)
    past.commit({"a.go": "// Package a.\n" + text(2, 0.1)}, 1)
    past.commit({"a.go": "// Package a.\n" + text(2, 0.2)}, 2)
    assert changed_by(past, tmp_path / "r", "a.go::L.F", 3) == [3, 1, 0]


def test_the_old_text_of_a_rewritten_file_goes_on_under_a_new_name(tmp_path: Path) -> None:
    old, other = functions("load", "train", "score"), functions("load", "train", "show")
    past = Past()
    past.commit({"three.py": old.replace("score_step_0", "rate_step_0"), "four.py": other})
    past.commit({"three.py": old, "four.py": other}, 0)
    past.commit(
        {
            "three.py": functions("encode", "decode"),
            "legacy_three.py": old.replace("score_step_4", "mean_step_4"),
        },
        1,
    )
    assert changed_by(past, tmp_path / "r", "legacy_three.py::score", 2) == [2, 1, 0]


def test_code_that_stays_in_an_edited_file_was_copied_from_it(tmp_path: Path) -> None:
    old = functions("load", "show", "fit", "test")
    past = Past()
    past.commit({"a.py": old})
    past.commit({"a.py": old.replace("fit_step_2", "fit_step_3"), "v1/a.py": old}, 0)
    assert changed_by(past, tmp_path / "r", "v1/a.py::load", 1) == [1]


def test_small_files_of_short_lines_are_known_by_their_tokens(tmp_path: Path) -> None:
    past = Past()
    past.commit({"a.yaml": "lr: 1\nbs: 64\nmom: 0\nwd: 3\n"})
    past.commit({"a.yaml": "lr: 2\nbs: 64\nmom: 0\nwd: 3\n"}, 0)
    past.commit({"conf/run.yaml": "lr: 2\nbs: 64\nmom: 0\nwd: 4\n"}, 1)
    assert changed_by(past, tmp_path / "r", "conf/run.yaml:1-4", 2) == [2, 1, 0]


def test_code_that_still_lives_is_not_revived(tmp_path: Path) -> None:
    step = "old = fit(model, rate, 3)\nnew = fit(model, rate, 5)\nplot_both(old, new)\nsave_fig(old, new)\n"
    first, second = (
        f"import os\n{step}",
        f"import os\n{step}print(1)\n{step.replace('rate', 'speed')}",
    )
    past = Past()
    past.commit({"a.py": first})
    past.commit({"a.py": first + "print(1)\n"}, 0)
    past.commit({"a.py": second}, 1)
    assert changed_by(past, tmp_path / "r", "a.py:7-10", 2) == [2]


def test_a_method_is_not_revived_from_another_class(tmp_path: Path) -> None:
    def case(name: str, call: str) -> str:
        body = f"        tensor * a = input(c, type);\n        return {call}(c, a);\n"
        return f"struct {name} {{\n    tensor * build(ctx * c) {{\n{body}    }}\n}};\n"

    past = Past()
    past.commit({"a.cpp": case("test_add", "add") + case("test_alibi", "alibi")})
    past.commit({"a.cpp": case("test_add", "add")}, 0)
    past.commit({"a.cpp": case("test_add", "add") + case("test_step", "step")}, 1)
    assert changed_by(past, tmp_path / "r", "a.cpp:8-11", 2) == [2]


def test_python_2_goes_on_in_python_3(tmp_path: Path) -> None:
    old = (
        functions("load")
        + "\n\ndef show(rows):\n    for row in rows:\n        print row, len(row)\n    print 'end'\n"
    )
    new = old.replace("print row, len(row)", "print(row, len(row))").replace(
        "print 'end'", "print('end')"
    )
    past = Past()
    past.commit({"a.py": old.replace("len(row)", "row[0]")})
    past.commit({"a.py": old}, 0)
    past.commit({"a.py": new}, 1)
    past.commit({"src/pkg/a.py": new}, 2)
    start = new[: new.index("def show")].count("\n") + 1
    assert changed_by(past, tmp_path / "r", f"src/pkg/a.py:{start}-{start + 3}", 3) == [2, 1, 0]
    assert changed_by(past, tmp_path / "s", f"src/pkg/a.py:{start + 1}-{start + 2}", 3) == [2, 1, 0]


@pytest.mark.parametrize(
    ("rule", "kind", "word"),
    [
        ("nix.py:1-2", NotFoundError, "no 'nix.py'"),
        ("a.py:3-99", UsageError, "lines"),
        ("b.bin:1-1", Exception, "not code"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(
    rule: str, kind: type[Exception], word: str, tmp_path: Path
) -> None:
    past = Past()
    past.commit({"a.py": BODY.encode(), "b.bin": b"\0\1\2"})
    with pytest.raises(kind, match=word):
        changed_by(past, tmp_path / "r", rule, 0)


def test_reach_changes_when_what_it_needs_changes(tmp_path: Path) -> None:
    main = "from layers import conv\n\nSIZE = 3\nUNUSED = 1\n\n\ndef model(x):\n    return conv(x, SIZE)\n"
    layers = "def conv(x, size):\n    return pad(x) * size\n\n\ndef pad(x):\n    return x\n\n\ndef other(x):\n    return -x\n"
    past = Past()
    past.commit({"main.py": main, "layers.py": layers})
    past.commit({"main.py": main.replace("UNUSED = 1", "UNUSED = 2"), "layers.py": layers}, 0)
    past.commit({"main.py": main, "layers.py": layers.replace("-x", "+x")}, 1)
    past.commit({"main.py": main, "layers.py": layers.replace("return x\n", "return [0, *x]\n")}, 2)
    past.commit(
        {
            "main.py": main.replace("SIZE = 3", "SIZE = 5"),
            "layers.py": layers.replace("return x\n", "return [0, *x]\n"),
        },
        3,
    )
    assert changed_by(past, tmp_path / "r", "main.py@model", 4) == [4, 3, 0]


def test_a_range_is_at_its_anchor_what_was_typed(tmp_path: Path) -> None:
    past = Past()
    past.commit(
        {
            "a.py": "".join(f"line{n} = {n}\n" for n in range(1, 30))
            + "\n\n"
            + BODY
            + "    # end\n    print(1)\n"
        }
    )
    repository, ids = past.write(tmp_path / "r")
    with Follower(repository) as follower:
        for start, stop in ((6, 8), (2, 2), (32, 34), (33, 36), (5, 34)):
            excerpt = follower.cut_excerpt(
                CodeFilter("", (parse_rule(f"a.py:{start}-{stop}"),), ids[0]), ids[0]
            )
            assert [
                (span.start + 1, span.stop) for part in excerpt.files for span in part.spans
            ] == [(start, stop)]


def test_a_broken_notebook_is_marked_and_its_mending_told(tmp_path: Path) -> None:
    from tests.project import NOTEBOOK_CELLS, notebook

    good = notebook(NOTEBOOK_CELLS)
    past = Past()
    past.commit({"n.ipynb": good})
    past.commit({"n.ipynb": good[:-20] + "\n<<<<<<< HEAD\n"}, 0)
    past.commit({"n.ipynb": good.replace("conv(x, FILTERS)", "conv(x, FILTERS, 3)")}, 1)
    assert changed_by(past, tmp_path / "r", "n.ipynb::encoder_TCN", 2) == [2, 0]
    repository, ids = past.write(tmp_path / "s")
    with Follower(repository) as follower:
        excerpt = follower.cut_excerpt(
            CodeFilter("", (parse_rule("n.ipynb::encoder_TCN"),), ids[2]), ids[1]
        )
    assert excerpt.text == ()
    assert len(excerpt.missing) == 1


@pytest.mark.parametrize("first", ["", "<<<<<<< HEAD\n{", "\0\0"])
def test_a_version_that_cannot_be_read_introduces_nothing(first: str, tmp_path: Path) -> None:
    from tests.project import NOTEBOOK_CELLS, notebook

    good = notebook(NOTEBOOK_CELLS)
    past = Past()
    past.commit({"n.ipynb": first})
    past.commit({"n.ipynb": good}, 0)
    past.commit({"n.ipynb": good.replace("conv(x, FILTERS)", "conv(x, FILTERS, 3)")}, 1)
    for rule in ("n.ipynb::encoder_TCN", "n.ipynb"):
        assert changed_by(past, tmp_path / rule[-3:], rule, 2) == [2, 1]


def test_a_function_begins_behind_a_broken_version_if_it_was_not_there_before(
    tmp_path: Path,
) -> None:
    from tests.project import NOTEBOOK_CELLS, notebook

    good = notebook(NOTEBOOK_CELLS)
    past = Past()
    past.commit({"n.ipynb": notebook([("code", "x = 1\n")])})
    past.commit({"n.ipynb": good[:-20] + "\n<<<<<<< HEAD\n"}, 0)
    past.commit({"n.ipynb": good}, 1)
    assert changed_by(past, tmp_path / "r", "n.ipynb::encoder_TCN", 2) == [2]


def test_the_same_text_in_another_encoding_is_no_change(tmp_path: Path) -> None:
    latin = "# coding: latin-1\n" + BODY.replace("data.split()", "data.split('é')")
    past = Past()
    past.commit({"a.py": latin.encode("latin-1")})
    past.commit({"a.py": latin.replace("latin-1", "utf-8").encode()}, 0)
    past.commit({"a.py": (latin + "# fini, prêt\n").encode("latin-1")}, 1)
    assert changed_by(past, tmp_path / "r", "a.py::load", 2) == [0]
