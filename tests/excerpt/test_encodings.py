"""Files that are not in UTF-8, or say that they are in something else."""

from __future__ import annotations

import json

import pytest

from gitexp.excerpt.source import read_source

TEXTS = {
    "latin-1": "# précision élevée du modèle\nx = 'é'\n# Größe\n",
    "cp1252": "# don’t use “it” – no\n# modèle…\n",
    "cp932": "# 学習率\nx = '精度は表示'\n# 予測\n# ソ連\n",
    "euc_jp": "# 学習率\nx = '精度は表示'\n",
    "utf-8": "# 学習率 é\n",
    "utf-16": "# 学習率 é\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_file_is_read_in_its_encoding(encoding: str) -> None:
    source = read_source("a.py", TEXTS[encoding].encode(encoding))
    assert "\n".join(source.lines) + "\n" == TEXTS[encoding]


@pytest.mark.parametrize("encoding", ["latin-1", "cp932", "euc_jp"])
@pytest.mark.parametrize("added", ["# prêt\n".encode("latin-1"), "# 予".encode("cp932"), b"\xff\n"])
def test_an_edit_changes_how_no_other_line_is_read(encoding: str, added: bytes) -> None:
    data = TEXTS[encoding].encode(encoding)
    lines = read_source("a.py", data).lines
    assert read_source("a.py", data + added).lines[: len(lines)] == lines


@pytest.mark.parametrize(
    ("cookie", "encoding"),
    [
        ("# -*- coding: iso-8859-1 -*-", "latin-1"),
        ("#!/usr/bin/env python\n# vim: set fileencoding=gbk :", "gbk"),
        ("# coding=latin-1-unix", "latin-1"),
        ("# -*- coding: koi8-r -*-", "koi8-r"),
        ("# coding: no-such", "latin-1"),
        ("# coding: base64", "latin-1"),
    ],
)
def test_the_encoding_that_a_file_names_goes_before_guessing(cookie: str, encoding: str) -> None:
    word = {"gbk": "模型精度", "koi8-r": "точность"}.get(encoding, "précis")
    text = f"{cookie}\nx = '{word}'"
    assert "\n".join(read_source("a.py", text.encode(encoding)).lines) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_notebook_may_be_in_another_encoding(encoding: str) -> None:
    cell = {"cell_type": "code", "source": "x = 'é'", "metadata": {}}
    text = json.dumps({"cells": [cell]}, ensure_ascii=False)
    assert read_source("a.ipynb", text.encode(encoding)).lines == ("x = 'é'",)
