"""The shape of a row: what can be known of a language."""

from __future__ import annotations

from typing import Literal

from gitexp.named_values import NamedValues

Layout = Literal[
    "worded", "script", "headed", "indented", "ended", "make", "yaml", "json", "keys", "plain"
]
"""What shows that lines are a definition.

- ``worded``: a word begins each definition (``fn``, ``class``), braces hold its body.
- ``script``: JavaScript and its kin: words, arrows, and methods without a word; braces hold the
  body.
- ``headed``: braces hold the body, and the text before them shows what it is (``int main() {``).
- ``indented``: a word begins each definition, all deeper lines are its body.
- ``ended``: a word begins each definition, ``end`` ends it.
- ``make``: targets and variables of a Makefile.
- ``yaml``, ``json``: settings as trees.
- ``keys``: settings with one ``key = value`` a line, in sections or not.
- ``plain``: data and prose, without definitions.
"""


class Language(NamedValues):
    """How one language is written.

    A pattern is a regular expression as text: it is compiled where a text of its language is read,
    for that takes longer than most other things of a start. ``""`` stands for what a language does
    not have. Words are a pattern too: ``class|interface``.
    """

    name: str
    extensions: tuple[str, ...]
    layout: Layout
    file_names: str = ""
    """Names of files that no extension tells, as a pattern for the whole name."""
    comments: str = ""
    strings: str = ""
    functions: str = ""
    """Words that begin a function."""
    types: str = ""
    """Words that begin a class or what is like one."""
    function_name: str = r"[\w$]+"
    type_name: str = r"[\w$.]+"
    modifiers: str = ""
    """Words that may stand before a definition, where not any word may."""
    function: str = ""
    """A whole header, where a word and a name do not make it; its last group is the name."""
    type: str = ""
    """The same for a type. The groups of its name are ``type``, ``target`` and ``grouped``."""
    bodiless: str = ""
    """Words that begin a definition which may have no body."""
    expression_after: str = ""
    """What stands before a body that is an expression: ``fun size() = all.count()``."""
    line_ends: bool = False
    """The end of a line ends a statement."""
    type_brace: str = ""
    """What stands before a brace that opens a type in a header, not the body."""
    colon_block: bool = False
    """A colon at the end of a header opens a block of deeper lines."""
    not_functions: frozenset[str] = frozenset()
    """Words before round brackets that are no name of a function."""
    statements: str = ""
    """Words that begin a statement, besides those of all languages."""
    bare_functions: Literal["anywhere", "outside", "never"] = "outside"
    """Where a function may have neither a word nor a type before its name: ``outside`` of types.

    Constructors have neither in any language.
    """
    annotation: str = ""
    """A line that belongs to the definition below it, what is in its brackets left out."""
    annotation_marks: tuple[str, ...] = ("@", "#[", "#![", "[[")
    """What a line begins with that belongs to the definition below it, seen without masking."""
    quoted_names: bool = False
    """Backticks hold a name: it is read as one without blanks."""
    preprocessor: bool = False
    """Lines that begin with a hash are those of a preprocessor."""
    macros: bool = False
    """Words in capitals may be macros: before a declaration, or before a block as a function."""
    block_begin: tuple[str, ...] = ()
    """Words that begin a block which ``block_end`` ends.

    Without them indentation shows where ``end`` belongs.
    """
    block_end: tuple[str, ...] = ("end",)
    generator_words: tuple[str, ...] = ()
    """Words of ``block_begin`` that begin no block directly inside brackets.

    ``if`` and ``for`` in ``[f(x) for x in y if x > 0]``.
    """
    goes_on: str = ""
    """Words at the indentation of a header that go on with its body: ``rescue``."""
    has_variables: bool = False
    """Assignments of a shell, outside of functions, are definitions."""
    section: str = ""
    """A header of a section, with the group ``section`` for its name."""
    key: str = ""
    """A key up to its value, with the group ``key`` for its name."""
    kin: str = ""
    """Code moves between files of languages with the same kin.

    Without it code moves between files of one extension.
    """
