"""What cells print and show, from the moment that the extension is loaded."""

from __future__ import annotations

import sys
from base64 import b64decode
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_TEXT = 2_000_000
"""Letters that are remembered between two ``%keep``: the last ones."""

_MOST_CELL_TEXT = 10_000
"""Letters of a cell in which the automatic mode looks for a curve: it has two milliseconds."""

_MOST_PICTURES = 20


def read_earlier_outputs(history: Any, first: int, stop: int) -> tuple[str, list[bytes]]:
    """Return what cells printed, and their pictures, of executions from ``first`` to before ``stop``.

    IPython 9 remembers both, though not every picture: of ``plt.show()`` it does not. Nothing is
    returned of an IPython that remembers none, or in another form.
    """
    texts: list[str] = []
    pictures: list[bytes] = []
    with suppress(Exception):
        for number in range(first, stop):
            for output in history.outputs.get(number, ()):
                bundle = output.bundle
                if output.output_type == "out_stream":
                    texts += bundle["stream"]
                elif "image/png" in bundle:
                    data = bundle["image/png"]
                    pictures.append(b64decode(data) if isinstance(data, str) else bytes(data))
    return "".join(texts)[-_MOST_TEXT:], pictures


class OutputRecorder:
    """Remembers what was printed and shown since the last ``%keep``.

    What the cell writes goes to the notebook first; an error of ours is swallowed.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._size = 0
        self._pictures: list[bytes] = []
        self._stream: Any = None
        self._is_muted = False
        self._cell_start = 0

    @property
    def printed_in_cell(self) -> str:
        """What the last cell printed; its end, where that is much."""
        return "".join(self._texts[self._cell_start :])[-_MOST_CELL_TEXT:]

    @property
    def printed(self) -> str:
        """What was printed."""
        return "".join(self._texts)

    @property
    def pictures(self) -> list[bytes]:
        """The pictures that were shown, as PNG."""
        return list(self._pictures)

    def clear(self) -> None:
        """Forget what was recorded with a trial."""
        self._texts.clear()
        self._pictures.clear()
        self._size = 0
        self._cell_start = 0

    def before_cell(self, *_: object) -> None:
        """Begin to listen to standard output."""
        self._cell_start = len(self._texts)
        if not isinstance(sys.stdout, _Tee):
            self._stream = sys.stdout
            sys.stdout = _Tee(self._stream, self)

    def after_cell(self) -> None:
        """Give standard output back as it was."""
        if isinstance(sys.stdout, _Tee):
            sys.stdout = self._stream

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Remember nothing meanwhile: what we print ourselves is no output of a trial."""
        self._is_muted = True
        try:
            yield
        finally:
            self._is_muted = False

    def remember(self, text: str) -> None:
        """Remember a text that was printed."""
        if self._is_muted:
            return
        self._texts.append(text)
        self._size += len(text)
        while self._size > _MOST_TEXT and len(self._texts) > 1:
            self._size -= len(self._texts.pop(0))
            self._cell_start = max(self._cell_start - 1, 0)

    def see_message(self, message: Any) -> Any:
        """Take the picture out of a message to the notebook, which goes on unchanged."""
        with suppress(Exception):
            data = message["content"]["data"].get("image/png")
            if data:
                self._pictures.append(b64decode(data) if isinstance(data, str) else bytes(data))
                del self._pictures[:-_MOST_PICTURES]
        return message


class _Tee:
    """A stream that tells a recorder what passes through; everything else is the stream's own."""

    def __init__(self, stream: Any, recorder: OutputRecorder) -> None:
        self._stream = stream
        self._recorder = recorder

    def write(self, text: str) -> Any:
        """Write the text, then remember it."""
        written = self._stream.write(text)
        with suppress(Exception):
            self._recorder.remember(text)
        return written

    def writelines(self, lines: Any) -> None:
        """Write lines, each as ``write`` does."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
