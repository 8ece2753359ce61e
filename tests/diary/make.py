"""Writes the diary fixture and what it should be understood as: ``python -m tests.diary.make``.

The truth comes from what the story is made of, never from the parser. The written files are what
the tests read.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DIARY, TRUTH = HERE / "handwriting.md", HERE / "handwriting.json"

FAMILIES = {
    "plain_gru": ("kerasembedding{n}", "units{n}", "drop0{n}"),
    "convdec": ("enc{n}x13dec128x5", "noenc", "kernel{n}"),
    "tcn": ("filter{n}", "level{n}_same", "filter{n}_fixed"),
    "selfatt": ("head{n}", "head{n}_pos"),
    "文字lstm": ("層{n}", "両方向{n}"),
}
THOUGHTS = (
    "学習が途中で止まる。学習率が大きすぎるのかもしれない。",
    "loss は下がるのに acc が上がらない。データの順番を疑う。",
    "Looks better than yesterday, but only on short strokes.",
    "一晩回した。朝見たら 3 epoch で発散していた。",
    "kernel を 5 にしたら遅くなった。3 でいい。",
    "The padding is learnt, not the strokes. Mask it tomorrow.",
    "語彙を減らしたのは無意味だった。",
    "同じ seed で 3 回: ばらつきは 0.01 くらい。",
    "Why is this worse? Nothing changed but the order of the layers.",
    "tensorboard では val_loss が 20 epoch から上がり始める。",
    "寝る前にもう一度。",
    "実装はあっているはず。論文をもう一度読む。",
)
CODE = (
    ("```python", "def encoder(x):", "    return TCN(filters)(x)  # dbg_1 acc 0.9", "```"),
    ("~~~", "Epoch 3/50  loss: 0.41 acc: 0.83", "model_7 acc 0.99", "~~~"),
)
TABLE = ("| model | acc |", "|---|---|", "| old_1 acc 0.1 | 0.4 |", "| old_2 | 0.5 |")
DAYS = (
    "### {0:%Y}/{0:%m}/{0:%d}",
    "### {0:%Y}/{0:%m}/{0:%d} ({1})",
    "## {0:%Y}-{0:%m}-{0:%d}",
    "### {0:%Y}年{0.month}月{0.day}日",
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SUMMARIES = ("## まとめ", "#### Tomorrow", "# 今週わかったこと")


def main() -> None:
    """Write both files."""
    chance = random.Random(20190501)
    lines = ["---", "title: 手書き文字認識の日誌", "tags: [handwriting]", "---", ""]
    truth: list[dict[str, Any]] = []
    ids: list[str] = []
    day = date(2019, 5, 1)
    for number in range(84):
        day += timedelta(days=chance.choice((1, 1, 1, 2, 3)))
        lines += [chance.choice(DAYS).format(day, "月火水木金土日"[day.weekday()]), ""]
        if number % 3 == 0:
            entry(
                lines,
                truth,
                day,
                None,
                [],
                [chance.choice(THOUGHTS), *([chance.choice(THOUGHTS)] if number % 2 else [])],
            )
        for _ in range(chance.randint(1, 3)):
            trial(lines, truth, day, ids, chance)
        if number % 5 == 4:
            back = chance.sample(ids, 2)
            words = [
                chance.choice(SUMMARIES),
                f"{back[0]} と {back[1]} は引数が逆だった。やり直し。 #{chance.choice(('encoder', '学習率', 'data'))}",
            ]
            entry(lines, truth, day, None, [], words)
    DIARY.write_text("\n".join(lines), encoding="utf-8")
    TRUTH.write_text(json.dumps(truth, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def trial(
    lines: list[str], truth: list[dict[str, Any]], day: date, ids: list[str], chance: random.Random
) -> None:
    """One trial as it would be typed: mostly a new id with its accuracy, sometimes an old one
    again.
    """
    family = chance.choice(list(FAMILIES))
    ident = f"{family}_{chance.choice(FAMILIES[family]).format(n=chance.choice((2, 4, 8, 10, 16, 50, 64, 256)))}"
    while ident in ids:
        ident += chance.choice("abcdxyz")
    acc = f"0.{chance.randint(100, 990)}"
    known = [old for old in ids if old.isascii()]
    forms: list[tuple[str, list[tuple[str, str, bool, bool]]]] = [
        (f"{ident} acc {acc}", [("acc", acc, False, False)]),
        (f"{ident} acc {acc}", [("acc", acc, False, False)]),
        (f"{ident}: acc={acc}", [("acc", acc, False, False)]),
        (f"{ident}　acc {acc}", [("acc", acc, False, False)]),
        (f"{ident} acc N/A", [("acc", "N/A", False, False)]),
        (f"{ident} acc {acc[:3]}くらい？", [("acc", acc[:3], True, False)]),
        (f"{ident} acc {acc} (途中)", [("acc", acc, False, True)]),
        (f"{ident}(in truth 256) acc {acc}", [("acc", acc, False, False)]),
        (
            f"{ident} val_loss 0.31 acc {acc}",
            [("val_loss", "0.31", False, False), ("acc", acc, False, False)],
        ),
        (f"{ident} acc ~{acc}", [("acc", acc, True, False)]),
        (f"{ident} acc {acc[2:4]}%", [("acc", f"{acc[2:4]}%", False, False)]),
        (
            f"{ident} acc＝０．{acc[2:4].translate(str.maketrans('0123456789', '０１２３４５６７８９'))}",
            [("acc", f"0.{acc[2:4]}", False, False)],
        ),
        (f"- {ident} acc {acc}, still climbing", [("acc", acc, False, False)]),
    ]
    head, metrics = chance.choice(forms)
    if known and chance.random() < 0.12:
        ident = chance.choice(known)
        head, metrics = ident, []
    body = chance.sample(THOUGHTS, chance.randint(1, 4))
    extra = chance.random()
    if extra < 0.08:
        body += chance.choice(CODE)
    elif extra < 0.14:
        body += ["", *TABLE]
    elif extra < 0.3 and ids:
        body.append(f"{chance.choice(ids)} より良い。[[encoder]] のページに書く。")
    elif extra < 0.36 and ids:
        body.append(f"追記: acc は {chance.choice(ids)} と取り違えていた。正しくは 0.2 くらい。")
    if ident not in ids:
        ids.append(ident)
    entry(lines, truth, day, ident, metrics, [head, *body])


def entry(
    lines: list[str],
    truth: list[dict[str, Any]],
    day: date,
    ident: str | None,
    metrics: list[Any],
    words: list[str],
) -> None:
    """Append an entry to the page and to the truth."""
    lines += [*words, ""]
    truth.append(
        {"day": day.isoformat(), "experiment": ident, "metrics": metrics, "text": "\n".join(words)}
    )


if __name__ == "__main__":
    main()
