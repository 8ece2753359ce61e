"""Definitions of a file as a tree-sitter grammar reads them: the oracle for ``gitexp.excerpt``.

A definition is a function, a method or a constructor (with a body, or without one inside a class),
and a type, a namespace or a module that holds members. Properties, fields, aliases, closures
without a name and the signatures of overloads are none.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tree_sitter import Node

    NameReader = Callable[[Node], str]


_COMMENTS = ("comment", "line_comment", "block_comment", "multiline_comment")


class Expected(NamedTuple):
    """A definition: its dotted name, its first and its last line, counted from 1."""

    name: str
    first: int
    last: int


class Grammar(NamedTuple):
    """A grammar, and the name that each type of node defines; the name is empty where a node
    defines nothing.

    ``wrappers`` are the parents with which a definition begins, ``attributes`` the siblings before
    it that belong to it. A node for which ``optional`` holds may be read as a definition or not.
    """

    module: str
    names: Mapping[str, NameReader]
    wrappers: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    optional: Callable[[Node], bool] = lambda _: False
    function: str = "language"
    opaque: tuple[str, ...] = ()
    """Nodes whose inside the grammar does not read: nothing is said about definitions that begin
    there.
    """


class Reading(NamedTuple):
    """What a grammar reads in a text.

    ``required`` are the definitions that must be found, ``optional`` others that may be. Nothing is
    said about definitions with a line of ``unread``, which the grammar does not understand, or that
    begin in one of ``opaque``. Lines count from 1.
    """

    required: frozenset[Expected]
    optional: frozenset[Expected]
    unread: frozenset[int]
    opaque: frozenset[int]


def read_definitions(extension: str, text: str) -> Reading:
    """Return the definitions of a text as the grammar of its language reads them."""
    grammar = GRAMMARS[extension]
    root = _load_parser(grammar.module, grammar.function).parse(text.encode()).root_node
    required: list[Expected] = []
    optional: list[Expected] = []
    for definition, is_optional in _walk(root, grammar, ""):
        (optional if is_optional else required).append(definition)
    opaque = frozenset(_find_opaque(root, grammar)) if grammar.opaque else frozenset()
    return Reading(frozenset(required), frozenset(optional), frozenset(_find_unread(root)), opaque)


def compare_definitions(
    reading: Reading, found: Iterable[Expected]
) -> tuple[set[Expected], set[Expected], set[Expected]]:
    """Return the definitions that were rightly found, those that were missed, and those that are
    wrong.

    Where the grammar does not understand all of a text it may not know what encloses a definition:
    names count without it.
    """

    def keep(definitions: Iterable[Expected]) -> set[Expected]:
        kept = {definition for definition in definitions if not _is_unread(definition, reading)}
        if not reading.unread:
            return kept
        return {definition._replace(name=definition.name.rpartition(".")[2]) for definition in kept}

    required, optional, actual = keep(reading.required), keep(reading.optional), keep(found)
    return required & actual, required - actual, actual - required - optional


def _is_unread(definition: Expected, reading: Reading) -> bool:
    lines = range(definition.first, definition.last + 1)
    return definition.first in reading.opaque or not reading.unread.isdisjoint(lines)


def _find_opaque(root: Node, grammar: Grammar) -> Iterator[int]:
    """Yield the lines inside the nodes that a grammar does not read, without their first one."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in grammar.opaque:
            yield from range(node.start_point.row + 2, node.end_point.row + 2)
        else:
            waiting.extend(node.named_children)


def _find_unread(root: Node) -> Iterator[int]:
    """Yield the lines of each smallest node that holds what the grammar does not understand."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        broken = [child for child in node.children if child.is_error or child.is_missing]
        if _is_garbled(node) or (broken and node is not root):
            yield from range(node.start_point.row + 1, node.end_point.row + 2)
            continue
        for child in broken:
            yield from range(child.start_point.row, child.end_point.row + 3)
        waiting.extend(child for child in node.children if child not in broken)


@cache
def _load_parser(module: str, function: str) -> Parser:
    return Parser(Language(getattr(import_module(module), function)()))


def _is_garbled(node: Node) -> bool:
    """Return whether a grammar takes a class for a function, as in C++: ``class API Shape { }``."""
    kind = node.child_by_field_name("type")
    is_class = (
        kind is not None
        and kind.type in ("class_specifier", "struct_specifier")
        and not kind.child_by_field_name("body")
    )
    declarator = node.child_by_field_name("declarator")
    return (
        node.type == "function_definition"
        and is_class
        and declarator is not None
        and declarator.type == "identifier"
    )


def _walk(root: Node, grammar: Grammar, outer: str) -> Iterator[tuple[Expected, bool]]:
    """Yield the definitions below a node, and for each whether it is optional."""
    waiting = [(child, outer) for child in reversed(root.named_children)]
    while waiting:
        node, prefix = waiting.pop()
        read_name = grammar.names.get(node.type)
        name = read_name(node) if read_name else ""
        if name:
            dotted = f"{prefix}{name}"
            prefix = f"{dotted}."
            yield (
                Expected(dotted, _find_first(node, grammar), _find_last(node)),
                grammar.optional(node),
            )
        waiting.extend((child, prefix) for child in reversed(node.named_children))


def _find_first(node: Node, grammar: Grammar) -> int:
    """Return the first line of a definition, with what wraps it and with the attributes before
    it.
    """
    while node.parent is not None and node.parent.type in grammar.wrappers and _is_first(node):
        node = node.parent
    first = row = _skip_macro(node)
    before = node.prev_named_sibling
    while before is not None and before.end_point.row >= row - 1:
        row = before.start_point.row
        if before.type in grammar.attributes and _is_attribute(before):
            first = row
        elif before.type not in _COMMENTS:
            break
        before = before.prev_named_sibling
    return first + 1


def _skip_macro(node: Node) -> int:
    """Return the row where a node begins, after macros that a blank line sets off: in C they end
    what stands before.
    """
    macros = re.match(r"(?:[A-Z][A-Z0-9_]{2,}[ \t]*\n\s*\n\s*)*", (node.text or b"").decode())
    return node.start_point.row + (macros.group().count("\n") if macros else 0)


def _is_first(node: Node) -> bool:
    """Return whether no sibling of the same type stands before a node."""
    before = node.prev_named_sibling
    while before is not None and before.type != node.type:
        before = before.prev_named_sibling
    return before is None


def _find_last(node: Node) -> int:
    """Return the last line of a node: that of its last token, for blank lines and comments below it
    may count as its own.
    """
    while True:
        children = [
            child
            for child in node.children
            if child.type not in _COMMENTS and child.end_byte > child.start_byte
        ]
        if not children:
            break
        node = children[-1]
    return node.end_point.row + (node.end_point.column > 0)


def _is_attribute(node: Node) -> bool:
    """Return whether a node before a definition belongs to it.

    In Elixir a documentation of several lines does not.
    """
    if node.type == "unary_operator":
        return (node.text or b"").startswith(b"@") and b'"""' not in (node.text or b"")
    return True


def _text(node: Node | None) -> str:
    """Return the text of a node without white space and without type arguments."""
    if node is None or node.text is None:
        return ""
    text = "".join(node.text.decode().split())
    return text.replace("::", ".") if "operator" in text else _strip_types(text)


def _strip_types(text: str) -> str:
    """Return a name without type arguments and white space, its scopes set off by dots."""
    text = "".join(text.split())
    shorter = re.sub(r"<[^<>]*>", "", text)
    while shorter != text:
        text, shorter = shorter, re.sub(r"<[^<>]*>", "", shorter)
    return text.replace("::", ".")


def _child(node: Node, *types: str) -> Node | None:
    return next((child for child in node.named_children if child.type in types), None)


def _named(node: Node) -> str:
    """Return the name of a node that has a field for it."""
    return _text(node.child_by_field_name("name"))


def _is_of(*types: str) -> Callable[[Node], bool]:
    return lambda node: node.type in types


def _constant(name: str) -> NameReader:
    return lambda _: name


def _read_raw_name(node: Node) -> str:
    name = node.child_by_field_name("name")
    return (name.text or b"").decode() if name is not None else ""


def _with_body(node: Node) -> str:
    """Return the name of a node that has a body, too."""
    return _named(node) if node.child_by_field_name("body") else ""


# ---- Go


def _go_method(node: Node) -> str:
    receiver = node.child_by_field_name("receiver")
    declared = _child(receiver, "parameter_declaration") if receiver else None
    text = _text(declared.child_by_field_name("type")) if declared else ""
    holder = re.match(r"\*?([\w.]+)", text)
    return f"{holder[1]}.{_named(node)}" if holder and node.child_by_field_name("body") else ""


def _go_type(node: Node) -> str:
    kind = node.child_by_field_name("type")
    return (
        _named(node) if kind is not None and kind.type in ("struct_type", "interface_type") else ""
    )


# ---- Kotlin, Swift, C#


def _backticked(node: Node) -> str:
    name = node.child_by_field_name("name")
    text = name.text.decode() if name is not None and name.text else ""
    return re.sub(r"\W", "_", text[1:-1]) if text.startswith("`") else text


def _swift_name(node: Node) -> str:
    """Return the name of a function or a type; nothing for the extension of a type without a plain
    name.
    """
    text = _text(node.child_by_field_name("name"))
    return (
        ""
        if text.startswith("[")
        else re.sub(r"\W", "_", text[1:-1])
        if text.startswith("`")
        else text
    )


def _csharp_method(node: Node) -> str:
    explicit = _child(node, "explicit_interface_specifier")
    return f"{_text(explicit).rstrip('.')}.{_named(node)}" if explicit else _named(node)


def _csharp_operator(node: Node) -> str:
    text = "".join((node.text or b"").decode().partition("operator")[2].split())
    name = text[: text.index("(", 1)]
    return "operator" + (
        _strip_types(name) if node.type == "conversion_operator_declaration" else name
    )


# ---- C and C++


def _declared(node: Node) -> str:
    """Return the name that a declarator gives to a function, or nothing where it declares none."""
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        if inner.type in ("function_declarator", "operator_cast"):
            return _function_name(inner)
        if (
            inner.type == "qualified_identifier"
            and inner.named_children[-1].type == "operator_cast"
        ):
            return _operator_cast(inner)
        inner = inner.child_by_field_name("declarator") or _child(inner, "function_declarator")
    return ""


def _c_function(node: Node) -> str:
    """Return the name of a function; of one that a macro makes the name of the macro: ``TEST(name)
    { }``.
    """
    declarator = node.child_by_field_name("declarator")
    if (
        declarator is not None
        and declarator.type == "parenthesized_declarator"
        and _child(declarator, "identifier")
    ):
        return _text(node.child_by_field_name("type"))
    return _declared(node)


def _c_macro_block(node: Node) -> str:
    """Return the name of a macro with several arguments before a block outside of functions: the
    grammar sees a call.
    """
    before = node.prev_named_sibling
    is_call = (
        before is not None
        and before.type == "expression_statement"
        and not (before.text or b"").endswith(b";")
    )
    if (
        node.parent is None
        or node.parent.type not in ("translation_unit", "declaration_list")
        or before is None
        or not is_call
    ):
        return ""
    return _text(before.named_children[0].child_by_field_name("function"))


def _is_macro(node: Node) -> bool:
    """Return whether a macro makes a node a function."""
    declarator = node.child_by_field_name("declarator")
    return node.type == "compound_statement" or (
        declarator is not None and declarator.type == "parenthesized_declarator"
    )


def _typedef(node: Node) -> str:
    """Return the name of a type that has none but that of its typedef."""
    kind = node.child_by_field_name("type")
    unnamed = (
        kind is not None
        and kind.child_by_field_name("body")
        and not kind.child_by_field_name("name")
    )
    declarator = node.child_by_field_name("declarator")
    return (
        _text(declarator)
        if unnamed and declarator is not None and declarator.type == "type_identifier"
        else ""
    )


def _function_name(declarator: Node) -> str:
    if declarator.type == "operator_cast":
        return _operator_cast(declarator)
    named = declarator.child_by_field_name("declarator")
    while named is not None and named.type in (
        "parenthesized_declarator",
        "pointer_declarator",
        "function_declarator",
    ):
        if named.type == "pointer_declarator" and not _child(named, "function_declarator"):
            return ""
        inner = named.named_children[0] if named.named_children else None
        named = named.child_by_field_name("declarator") or inner
    return _text(named)


def _operator_cast(node: Node) -> str:
    return _strip_types((node.text or b"").decode().partition("(")[0])


def _cpp_member(node: Node) -> str:
    """Return the name of a method that is declared in a class."""
    if node.parent is None or node.parent.type == "friend_declaration":
        return ""
    around = node.parent.parent if node.parent.type == "template_declaration" else node.parent
    return _declared(node) if around is not None and around.type == "field_declaration_list" else ""


# ---- Rust


def _rust_implementation(node: Node) -> str:
    kind = node.child_by_field_name("type")
    while kind is not None and kind.type not in ("type_identifier", "primitive_type"):
        following = (
            kind.child_by_field_name("name")
            or kind.child_by_field_name("type")
            or kind.child_by_field_name("trait")
        )
        kind = following
    return _text(kind)


# ---- JavaScript and TypeScript

_FUNCTION_VALUES = ("arrow_function", "function_expression", "generator_function", "class")
_PLAIN_NAMES = (
    "identifier",
    "property_identifier",
    "private_property_identifier",
    "member_expression",
    "type_identifier",
    "nested_identifier",
)


def _script_name(node: Node | None) -> str:
    text = _text(node)
    return (
        text
        if node is not None and node.type in _PLAIN_NAMES and re.fullmatch(r"[#\w$.]+", text)
        else ""
    )


def _script_named(node: Node) -> str:
    return _script_name(node.child_by_field_name("name"))


def _assigned(key: str, value: str) -> NameReader:
    def read(node: Node) -> str:
        target = node.child_by_field_name(value)
        is_function = target is not None and target.type in _FUNCTION_VALUES
        return _script_name(node.child_by_field_name(key)) if is_function else ""

    return read


# ---- PHP, Lua


def _php_assigned(node: Node) -> str:
    value = node.child_by_field_name("right")
    return (
        _text(node.child_by_field_name("left"))
        if value is not None and value.type == "anonymous_function"
        else ""
    )


def _php_namespace(node: Node) -> str:
    return _named(node).replace("\\", ".") if node.child_by_field_name("body") else ""


def _lua_assigned(node: Node) -> str:
    values = _child(node, "expression_list")
    names = _child(node, "variable_list")
    value = values.named_children[0] if values is not None else None
    return (
        _text(names.named_children[0])
        if names is not None and value is not None and value.type == "function_definition"
        else ""
    )


def _lua_field(node: Node) -> str:
    value = node.child_by_field_name("value")
    name = node.child_by_field_name("name")
    is_named = name is not None and name.type == "identifier"
    return (
        _text(name)
        if is_named and value is not None and value.type == "function_definition"
        else ""
    )


# ---- Ruby, Elixir, Julia


def _ruby_name(node: Node) -> str:
    name = node.child_by_field_name("name")
    text = "".join((name.text or b"").decode().split()) if name is not None else ""
    holder = node.child_by_field_name("object")
    return f"{_text(holder)}.{text}" if holder is not None else text


_ELIXIR_WORDS = (
    "def",
    "defp",
    "defmacro",
    "defmacrop",
    "defguard",
    "defguardp",
    "defdelegate",
    "defmodule",
    "defprotocol",
    "defimpl",
)


def _elixir_name(node: Node) -> str:
    if _text(node.child_by_field_name("target")) not in _ELIXIR_WORDS:
        return ""
    arguments = _child(node, "arguments")
    head = (
        arguments.named_children[0] if arguments is not None and arguments.named_children else None
    )
    if (
        head is not None
        and head.type == "binary_operator"
        and _text(head.child_by_field_name("operator")) == "when"
    ):
        head = head.child_by_field_name("left")
    if head is not None and head.type == "call":
        head = head.child_by_field_name("target")
    return _text(head) if head is not None and head.type in ("alias", "identifier") else ""


def _julia_callee(node: Node | None) -> str:
    """Return the name that the head of a function calls, or nothing where it is no head."""
    while node is not None and node.type in ("signature", "where_expression", "typed_expression"):
        node = node.named_children[0] if node.named_children else None
    if node is None:
        return ""
    if node.type == "identifier" and node.parent is not None and node.parent.type == "signature":
        return _text(node)
    if node.type != "call_expression":
        return ""
    callee: Node | None = node.named_children[0]
    while callee is not None and callee.type == "parametrized_type_expression":
        callee = callee.named_children[0]
    text = (
        _text(callee)
        if callee is not None and callee.type in ("identifier", "field_expression", "operator")
        else ""
    )
    return "" if "$" in text else text


def _julia_function(node: Node) -> str:
    return _julia_callee(_child(node, "signature"))


def _julia_assigned(node: Node) -> str:
    head = node.named_children[0]
    return (
        _julia_callee(head)
        if head.type in ("call_expression", "where_expression", "typed_expression")
        else ""
    )


def _julia_type(node: Node) -> str:
    head = _child(node, "type_head")
    while head is not None and head.type != "identifier":
        head = head.named_children[0] if head.named_children else None
    return _text(head)


def _script_expression(node: Node) -> str:
    """Return the name of a function that is an argument or a result, and has one of its own."""
    is_named_by_key = node.parent is not None and node.parent.type in (
        "pair",
        "variable_declarator",
        "assignment_expression",
        "field_definition",
    )
    return "" if is_named_by_key else _script_named(node)


def _is_optional_script(node: Node) -> bool:
    """Return whether a node is a signature, a function that an argument is, or a member of an
    object with an expression.
    """
    value = node.child_by_field_name("value")
    body = value.child_by_field_name("body") if value is not None else None
    is_short = node.type == "pair" and body is not None and body.type != "statement_block"
    return is_short or node.type in (
        "function_signature",
        "method_signature",
        "function_expression",
        "generator_function",
        "class",
    )


_C_TYPES: dict[str, NameReader] = dict.fromkeys(
    ("struct_specifier", "union_specifier", "enum_specifier"), _with_body
)

_SCRIPT_NAMES: dict[str, NameReader] = {
    "function_declaration": _script_named,
    "generator_function_declaration": _script_named,
    "class_declaration": _script_named,
    "method_definition": _script_named,
    "variable_declarator": _assigned("name", "value"),
    "pair": _assigned("key", "value"),
    "assignment_expression": _assigned("left", "right"),
    "field_definition": _assigned("property", "value"),
    "function_expression": _script_expression,
    "generator_function": _script_expression,
    "class": _script_expression,
}
_JAVASCRIPT = Grammar(
    "tree_sitter_javascript",
    _SCRIPT_NAMES,
    wrappers=(
        "export_statement",
        "lexical_declaration",
        "variable_declaration",
        "expression_statement",
        "assignment_expression",
    ),
    attributes=("decorator",),
    optional=_is_optional_script,
)
_TYPESCRIPT = Grammar(
    "tree_sitter_typescript",
    {
        **_SCRIPT_NAMES,
        **dict.fromkeys(
            (
                "abstract_class_declaration",
                "interface_declaration",
                "enum_declaration",
                "internal_module",
                "module",
            ),
            _script_named,
        ),
        "type_alias_declaration": _script_named,
        **dict.fromkeys(
            ("method_signature", "abstract_method_signature", "function_signature"), _script_named
        ),
        "public_field_definition": _assigned("name", "value"),
    },
    wrappers=(*_JAVASCRIPT.wrappers, "ambient_declaration"),
    attributes=("decorator",),
    optional=_is_optional_script,
    function="language_typescript",
)
_C = Grammar(
    "tree_sitter_c",
    {
        **_C_TYPES,
        "type_definition": _typedef,
        "function_definition": _c_function,
        "compound_statement": _c_macro_block,
    },
    attributes=("expression_statement",),
    optional=_is_macro,
)
_CPP = Grammar(
    "tree_sitter_cpp",
    {
        **_C_TYPES,
        **dict.fromkeys(("class_specifier", "namespace_definition"), _with_body),
        "function_definition": _c_function,
        "type_definition": _typedef,
        "compound_statement": _c_macro_block,
        **dict.fromkeys(("field_declaration", "declaration"), _cpp_member),
    },
    wrappers=("template_declaration", "friend_declaration"),
    attributes=("expression_statement",),
    optional=_is_macro,
)
_KOTLIN = Grammar(
    "tree_sitter_kotlin",
    {
        **dict.fromkeys(
            ("class_declaration", "object_declaration", "companion_object", "function_declaration"),
            _backticked,
        ),
        "secondary_constructor": _constant("constructor"),
    },
    # What the grammar takes for an expression below annotations is the function below them.
    attributes=("annotation", "annotated_expression"),
)
_BASH = Grammar("tree_sitter_bash", {"function_definition": _read_raw_name})
_ELIXIR = Grammar("tree_sitter_elixir", {"call": _elixir_name}, attributes=("unary_operator",))

GRAMMARS = {
    "go": Grammar(
        "tree_sitter_go",
        {
            "function_declaration": _with_body,
            "method_declaration": _go_method,
            "type_spec": _go_type,
        },
    ),
    "kt": _KOTLIN,
    "swift": Grammar(
        "tree_sitter_swift",
        {
            **dict.fromkeys(
                (
                    "class_declaration",
                    "protocol_declaration",
                    "function_declaration",
                    "protocol_function_declaration",
                ),
                _swift_name,
            ),
            "init_declaration": _constant("init"),
            "deinit_declaration": _constant("deinit"),
            "subscript_declaration": _constant("subscript"),
        },
        optional=_is_of("subscript_declaration"),
    ),
    "scala": Grammar(
        "tree_sitter_scala",
        dict.fromkeys(
            (
                "class_definition",
                "object_definition",
                "trait_definition",
                "enum_definition",
                "package_object",
                "function_definition",
                "function_declaration",
            ),
            _backticked,
        ),
    ),
    "java": Grammar(
        "tree_sitter_java",
        dict.fromkeys(
            (
                "class_declaration",
                "interface_declaration",
                "enum_declaration",
                "record_declaration",
                "annotation_type_declaration",
                "annotation_type_element_declaration",
                "method_declaration",
                "constructor_declaration",
                "compact_constructor_declaration",
            ),
            _named,
        ),
    ),
    "cs": Grammar(
        "tree_sitter_c_sharp",
        {
            **dict.fromkeys(
                (
                    "class_declaration",
                    "struct_declaration",
                    "interface_declaration",
                    "record_declaration",
                    "enum_declaration",
                    "namespace_declaration",
                    "constructor_declaration",
                    "local_function_statement",
                ),
                _named,
            ),
            "method_declaration": _csharp_method,
            "destructor_declaration": lambda node: f"~{_named(node)}",
            **dict.fromkeys(
                ("operator_declaration", "conversion_operator_declaration"), _csharp_operator
            ),
        },
    ),
    "c": _C,
    **dict.fromkeys(("cpp", "cc", "cxx", "hpp", "h", "hh"), _CPP),
    "rs": Grammar(
        "tree_sitter_rust",
        {
            **dict.fromkeys(
                (
                    "function_item",
                    "function_signature_item",
                    "trait_item",
                    "enum_item",
                    "union_item",
                    "struct_item",
                ),
                _named,
            ),
            "mod_item": _with_body,
            "impl_item": _rust_implementation,
        },
        attributes=("attribute_item",),
        opaque=("token_tree", "macro_definition"),
    ),
    "js": _JAVASCRIPT,
    "ts": _TYPESCRIPT,
    "tsx": _TYPESCRIPT._replace(function="language_tsx"),
    "php": Grammar(
        "tree_sitter_php",
        {
            **dict.fromkeys(
                (
                    "class_declaration",
                    "interface_declaration",
                    "trait_declaration",
                    "enum_declaration",
                    "function_definition",
                    "method_declaration",
                ),
                _named,
            ),
            "namespace_definition": _php_namespace,
            "assignment_expression": _php_assigned,
        },
        wrappers=("expression_statement",),
        optional=_is_of("assignment_expression"),
        function="language_php",
    ),
    "rb": Grammar(
        "tree_sitter_ruby",
        dict.fromkeys(("method", "singleton_method", "class", "module"), _ruby_name),
    ),
    "jl": Grammar(
        "tree_sitter_julia",
        {
            **dict.fromkeys(("function_definition", "macro_definition"), _julia_function),
            **dict.fromkeys(
                ("struct_definition", "abstract_definition", "primitive_definition"), _julia_type
            ),
            "module_definition": _named,
            "assignment": _julia_assigned,
        },
        wrappers=("macro_argument_list", "macrocall_expression"),
    ),
    "ex": _ELIXIR,
    "exs": _ELIXIR,
    "lua": Grammar(
        "tree_sitter_lua",
        {
            "function_declaration": _named,
            "assignment_statement": _lua_assigned,
            "field": _lua_field,
        },
        wrappers=("variable_declaration",),
    ),
    "sh": _BASH,
    "bash": _BASH,
}
