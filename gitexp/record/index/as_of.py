"""The index as of an earlier time: what happened later does not count.

SQLite looks for a name among the temporary tables and views first. So each table of the index is
covered by a temporary view of the same name, which shows only what was so at that time. Every query
of the connection reads these views: no query can forget the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.record.index.file import to_epoch
from gitexp.record.index.fulltext import mentions_in, texts_with
from gitexp.record.index.rows import encode_row, encode_summary

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from gitexp.model.experiment import Experiment
    from gitexp.record.index.fulltext import TextsOf

# What is told of single events, by the time of each.
_EVENTS = """
CREATE TEMP TABLE as_of(until REAL);
CREATE TEMP VIEW event AS SELECT * FROM main.event WHERE at <= (SELECT until FROM as_of);
CREATE TEMP VIEW entry AS SELECT * FROM main.entry WHERE at <= (SELECT until FROM as_of);
CREATE TEMP VIEW about AS SELECT experiment, number FROM main.about JOIN event USING (number);
CREATE TEMP VIEW gather AS SELECT topic, number FROM main.gather JOIN event USING (number);
CREATE TEMP VIEW source AS
    SELECT key, origin.event AS event
    FROM main.source AS origin JOIN event ON event.id = origin.event;
CREATE TEMP VIEW fulltext AS
    SELECT whole.rowid AS rowid, whole.body AS body, whole.fulltext AS fulltext
    FROM main.fulltext AS whole JOIN event ON event.number = whole.rowid;
"""

# What events fold to: as it is in the index where no later event touched it, else folded anew.
_EXPERIMENTS = """
CREATE TEMP TABLE touched(id TEXT PRIMARY KEY, has_begun INTEGER) WITHOUT ROWID;
INSERT INTO touched
    WITH name_span(name, first, last) AS (
        SELECT experiment, min(at), max(at)
        FROM main.about JOIN main.event USING (number) GROUP BY experiment
    )
    SELECT coalesce(former.id, name) AS ident, min(first) <= until
    FROM as_of JOIN name_span LEFT JOIN main.alias AS former ON former.alias = name
    GROUP BY ident HAVING max(last) > until;
CREATE TEMP TABLE folded(id TEXT PRIMARY KEY, at REAL, summary TEXT, row TEXT);
CREATE TEMP TABLE folded_link(
    commit_id TEXT, experiment TEXT, exact INTEGER, PRIMARY KEY (commit_id, experiment)
) WITHOUT ROWID;
CREATE TEMP VIEW experiment AS
    SELECT id, at, summary FROM main.experiment WHERE id NOT IN (SELECT id FROM touched)
    UNION ALL SELECT id, at, summary FROM folded;
CREATE TEMP VIEW whole AS
    SELECT id, row FROM main.whole WHERE id NOT IN (SELECT id FROM touched)
    UNION ALL SELECT id, row FROM folded;
CREATE TEMP VIEW link AS
    SELECT commit_id, experiment, exact FROM main.link
    WHERE experiment NOT IN (SELECT id FROM touched)
    UNION ALL SELECT commit_id, experiment, exact FROM folded_link;
CREATE TEMP VIEW alias AS SELECT alias, id FROM main.alias WHERE id IN (SELECT id FROM experiment);
"""

# Which words of a text are ids depends on the ids that there were; such texts are read again.
_MENTIONS = """
CREATE TEMP TABLE read_again(number INTEGER PRIMARY KEY);
CREATE TEMP TABLE read_mention(name TEXT, number INTEGER);
CREATE TEMP VIEW mention AS
    SELECT name, number FROM main.mention JOIN event USING (number)
    WHERE number NOT IN (SELECT number FROM read_again)
    UNION ALL SELECT name, number FROM read_mention;
"""

_WITH_LATER_IDS = """
WITH
    later_id(id) AS (SELECT id FROM touched WHERE id NOT IN (SELECT id FROM folded)),
    later_name(name) AS (
        SELECT id FROM later_id
        UNION SELECT alias FROM main.alias JOIN later_id USING (id)
    )
SELECT number FROM later_name JOIN main.mention USING (name) JOIN entry USING (number)
UNION SELECT number FROM later_name JOIN about ON experiment = name JOIN entry USING (number)
"""


def cover_tables(
    db: sqlite3.Connection,
    until: float,
    fold_experiments: Callable[[list[str]], Iterator[Experiment]],
    texts_of: TextsOf,
) -> None:
    """Let every query of a connection see the index as of ``until`` (seconds since 1970).

    ``fold_experiments`` and ``texts_of`` read through the same connection. A transaction is open
    from then on: what others record meanwhile does not show, and nothing can be written.
    """
    db.execute("BEGIN")
    _run(db, _EVENTS)
    db.execute("INSERT INTO as_of VALUES (?)", (until,))
    _run(db, _EXPERIMENTS)
    begun = [ident for (ident,) in db.execute("SELECT id FROM touched WHERE has_begun")]
    for state in fold_experiments(begun):
        _store_folded(db, state)
    _run(db, _MENTIONS)
    _read_mentions(db, texts_of)


def _store_folded(db: sqlite3.Connection, state: Experiment) -> None:
    if not state.at:
        return
    row = (state.id, to_epoch(state.at), encode_summary(state.summary), encode_row(state))
    db.execute("INSERT INTO folded VALUES (?, ?, ?, ?)", row)
    ties = [(commit, state.id, exact) for commit, exact in state.ties()]
    db.executemany("INSERT OR IGNORE INTO folded_link VALUES (?, ?, ?)", ties)


def _read_mentions(db: sqlite3.Connection, texts_of: TextsOf) -> None:
    """Find anew what those texts mention that hold an id of today only, or one of then only."""
    with_later_ids = [number for (number,) in db.execute(_WITH_LATER_IDS)]
    texts = dict(texts_of(with_later_ids))
    gone = db.execute("SELECT id FROM folded WHERE id NOT IN (SELECT id FROM main.experiment)")
    texts.update(texts_with(db, {ident for (ident,) in gone}, texts_of))
    db.executemany("INSERT INTO read_again VALUES (?)", [(number,) for number in texts])
    db.executemany("INSERT INTO read_mention VALUES (?, ?)", mentions_in(db, texts))


def _run(db: sqlite3.Connection, statements: str) -> None:
    """Run statements one by one: ``executescript`` would end the transaction."""
    for statement in filter(str.strip, statements.split(";")):
        db.execute(statement)
