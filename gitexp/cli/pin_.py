"""``git exp pin``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter
from gitexp.cli.editor import run_editor
from gitexp.cli.options import FILTER
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.cli.waiting import Waiting
from gitexp.errors import ContentError, NotFoundError, UsageError
from gitexp.excerpt.pinned import write_gist
from gitexp.follow.follower import Follower
from gitexp.history.pinned import (
    find_edited_pin,
    find_pin,
    read_edited_text,
    read_pinned_excerpt,
)
from gitexp.history.pins import pin_experiments
from gitexp.record.write.pins import save_edited_pin
from gitexp.render.terminal import make_safe, name_some

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record


class PinOptions(Options):
    """The table of ``pin``."""

    idents: tuple[str, ...] = arguments("[ID...]", required=False)
    filter_name: str = FILTER
    everything: bool = flag("--all", help="Keep the code of every experiment.")
    edit: bool = flag("--edit", help="Touch the text up in the editor; the cut code stays too.")


def run(env: Env, options: PinOptions) -> None:
    """Keep the code of experiments (default: the active one) on the record branch, like a gist.

    The code is cut by a filter. It can be read on a forge, and it is shown where the code itself
    is not in a clone: a snapshot that was never pushed, a history that was rewritten.
    """
    record = open_record(env)
    summaries = _select(record, options)
    if options.edit:
        if len(summaries) != 1:
            raise UsageError("--edit takes one experiment", "git exp pin ID --edit")
        _edit(env, record, summaries[0], options.filter_name)
        return
    code_filter = choose_code_filter(env, record, options.filter_name)
    with Follower(record.repository) as follower:
        waiting = Waiting(env.err)
        progress = waiting.watch("pinning code of experiments")
        pinned = pin_experiments(record, follower, code_filter, summaries, progress)
        waiting.end()
    kept, without_code = list(pinned.kept), list(pinned.without_code)
    if kept:
        env.print(make_safe(f"kept: the code of {name_some(kept)} under filter {code_filter.name}"))
    if without_code:
        env.print(make_safe(f"no code that can be cut here: {name_some(without_code)}"))
    unchanged = len(summaries) - len(kept) - len(without_code)
    if unchanged:
        env.print(f"kept before and unchanged: {unchanged}")


def _select(record: Record, options: PinOptions) -> list[Summary]:
    """Return the experiments that are meant."""
    summaries = record.read_summaries()
    if options.everything:
        if options.idents:
            raise UsageError("--all and ids were both given", "git exp pin --all")
        return summaries
    typed = options.idents or (name_experiment(record, "", "git exp pin ID"),)
    by_id = {summary.id: summary for summary in summaries}
    idents = [record.resolve_id(ident) for ident in typed]
    return [by_id[ident] for ident in dict.fromkeys(idents)]


def _edit(env: Env, record: Record, summary: Summary, filter_name: str) -> None:
    """Let the user touch up the newest text of the code, and keep it."""
    if not env.has_keyboard and not env.variables.get("GIT_EDITOR"):
        raise UsageError("--edit needs a terminal for its editor", "git exp pin ID keeps the code")
    edited = find_edited_pin(record, summary.id)
    pin = edited or find_pin(record, summary.id, filter_name)
    if pin is None:
        hint = f"git exp pin {summary.id}"
        raise NotFoundError(f"no code of '{summary.id}' is kept yet", hint)
    text = read_edited_text(record, pin) if edited else write_gist(read_pinned_excerpt(record, pin))
    page = record.repository.state_dir / f"pin-{pin.commit[:12]}.md"
    page.write_text(text, encoding="utf-8")
    run_editor(env, record, page, f"git exp pin {summary.id} --edit")
    try:
        new_text = page.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ContentError(f"'{page}' was not saved as UTF-8", "nothing was recorded") from None
    if new_text == text:
        env.print("nothing was changed")
    else:
        save_edited_pin(record, summary.id, pin.commit, pin.filter, new_text)
        env.print(make_safe(f"kept: your text of the code of {summary.id}"))
    page.unlink()


VERB = Verb("pin", PinOptions, run)
