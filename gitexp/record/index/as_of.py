"""The index as of an earlier time: what happened later does not count.

SQLite looks for a name among the temporary tables and views first. So each table of the index is
covered by a temporary view of the same name, which shows only what was so at that time. Every query
of the connection reads these views: no query can forget the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.record.index.event_file import to_epoch
from gitexp.record.index.experiment_rows import encode_row, encode_summary
from gitexp.record.index.fulltext import find_mentions, find_texts_with

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from gitexp.model.experiment import Experiment
    from gitexp.record.index.fulltext import ReadTexts

# Tables of single events, bounded by the time of each event.
_EVENTS = """
CREATE TEMP TABLE as_of(until REAL);
CREATE TEMP VIEW event AS SELECT * FROM main.event WHERE at <= (SELECT until FROM as_of);
CREATE TEMP VIEW entry AS SELECT * FROM main.entry WHERE at <= (SELECT until FROM as_of);
CREATE TEMP VIEW about AS SELECT experiment, number FROM main.about JOIN event USING (number);
CREATE TEMP VIEW parted AS SELECT number, parted.file AS file
    FROM main.parted AS parted JOIN event USING (number);
CREATE TEMP VIEW gather AS SELECT topic, number FROM main.gather JOIN event USING (number);
CREATE TEMP VIEW source AS
    SELECT key, origin.event AS event
    FROM main.source AS origin JOIN event ON event.id = origin.event;
CREATE TEMP VIEW fulltext AS
    SELECT whole.rowid AS rowid, whole.body AS body, whole.fulltext AS fulltext
    FROM main.fulltext AS whole JOIN event ON event.number = whole.rowid;
"""

# Tables of experiments: as in the index where no later event touched an experiment, else from the
# experiment folded anew.
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
CREATE TEMP TABLE folded(id TEXT PRIMARY KEY, at REAL, lamport INTEGER, summary TEXT, row TEXT);
CREATE TEMP TABLE folded_link(
    commit_id TEXT, experiment TEXT, exact INTEGER, PRIMARY KEY (commit_id, experiment)
) WITHOUT ROWID;
CREATE TEMP VIEW experiment AS
    SELECT id, at, lamport, summary FROM main.experiment
    WHERE id NOT IN (SELECT id FROM touched)
    UNION ALL SELECT id, at, lamport, summary FROM folded;
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
    read_texts: ReadTexts,
) -> None:
    """Let every query of a connection see the index as of ``until`` (seconds since 1970).

    ``fold_experiments`` and ``read_texts`` read through the same connection. A transaction is open
    from then on: what others record meanwhile does not show, and nothing can be written.
    """
    db.execute("BEGIN")
    _run(db, _EVENTS)
    db.execute("INSERT INTO as_of VALUES (?)", (until,))
    _run(db, _EXPERIMENTS)
    begun_ids = [ident for (ident,) in db.execute("SELECT id FROM touched WHERE has_begun")]
    for experiment in fold_experiments(begun_ids):
        _store_folded(db, experiment)
    _run(db, _MENTIONS)
    _find_mentions_again(db, read_texts)


def _store_folded(db: sqlite3.Connection, experiment: Experiment) -> None:
    if not experiment.at:
        return
    ident = experiment.id
    moment = to_epoch(experiment.at)
    summary = encode_summary(experiment.summary)
    row = (ident, moment, experiment.lamport, summary, encode_row(experiment))
    db.execute("INSERT INTO folded VALUES (?, ?, ?, ?, ?)", row)
    links = [(commit, ident, is_exact) for commit, is_exact in experiment.ties()]
    db.executemany("INSERT OR IGNORE INTO folded_link VALUES (?, ?, ?)", links)


def _find_mentions_again(db: sqlite3.Connection, read_texts: ReadTexts) -> None:
    """Find the mentions of texts anew that hold an id of today alone, or one of that time alone."""
    with_later_ids = [number for (number,) in db.execute(_WITH_LATER_IDS)]
    texts = dict(read_texts(with_later_ids))
    rows = db.execute("SELECT id FROM folded WHERE id NOT IN (SELECT id FROM main.experiment)")
    former_ids = {ident for (ident,) in rows}
    texts.update(find_texts_with(db, former_ids, read_texts))
    db.executemany("INSERT INTO read_again VALUES (?)", [(number,) for number in texts])
    db.executemany("INSERT INTO read_mention VALUES (?, ?)", find_mentions(db, texts))


def _run(db: sqlite3.Connection, statements: str) -> None:
    """Run statements one by one: ``executescript`` would end the transaction."""
    for statement in filter(str.strip, statements.split(";")):
        db.execute(statement)
