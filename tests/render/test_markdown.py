"""Text as HTML: ids, tags and topics are links, nothing else gets through."""

from __future__ import annotations

import pytest

from gitexp.render.html import find_viewer_address
from gitexp.render.markdown import markdown

KNOWN = {"tcn_10", "基準_GRU"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "tcn_10より良い",
            '<a href="/experiment/tcn_10" rel="noopener noreferrer">tcn_10</a>より良い',
        ),
        ("not tcn_1 or tcn_100", "not tcn_1 or tcn_100"),
        (
            "`tcn_10` [x](http://a/tcn_10)",
            '<code>tcn_10</code> <a href="http://a/tcn_10" rel="noopener noreferrer">x</a>',
        ),
        (
            "基準_GRU",
            '<a href="/experiment/%E5%9F%BA%E6%BA%96_GRU" rel="noopener noreferrer">基準_GRU</a>',
        ),
        ("#rnn a#b", '<a href="/topic/rnn" rel="noopener noreferrer">#rnn</a> a#b'),
        (
            "[[学習 率]]",
            '<a href="/topic/%E5%AD%A6%E7%BF%92%20%E7%8E%87" rel="noopener noreferrer">学習 率</a>',
        ),
        (
            '[["><script>x</script>]]',
            '<a href="/topic/%22%3E%3Cscript%3Ex%3C%2Fscript%3E" rel="noopener noreferrer">"&gt;&lt;script&gt;x&lt;/script&gt;</a>',
        ),
    ],
)
def test_what_a_text_names_is_a_link(text: str, html: str) -> None:
    assert markdown(text, KNOWN, find_viewer_address).strip() == f"<p>{html}</p>"


def test_without_a_place_to_lead_to_nothing_is_linked() -> None:
    assert markdown("tcn_10 #rnn", KNOWN).strip() == "<p>tcn_10 #rnn</p>"
