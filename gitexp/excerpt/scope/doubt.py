"""Why something that was read from code is not certain."""

from __future__ import annotations

from enum import Enum


class Doubt(Enum):
    """The cause of a guess, as a phrase that a person reads. No doubt (None) means certain."""

    METHOD = "the method may change its object"
    ARGUMENT = "the call may change its argument"
    DECORATOR = "the decorator may change what it is called on"
    DEFINITION = "the class or function may run it when it is made"
    ALIAS = "another name may hold the value, or a part of it"
    LOOP = "each step of the loop may get a new value"
    STRING = "a string spells the name"
    PATTERN = "a string spells a part of the name"
    UNPARSED = "the cell is not Python"
    TOO_DEEP = "the code nests too deep to be read"
    ORDER = "the name is bound only below its use"
    STAR = "a star import may bring the name in"
    GLOBAL = "a function may bind the name by 'global'"
    REBINDING = "the statement may bind any name"
    LIBRARY = "it may set how a library works"
    OTHER_FILE = "a statement of another file may change it"
    REGISTRY = "the file is imported only to be run"
    MODULE_VALUE = "a module is handed on, and something of it is read by this name"
    TRAINING = "it may train what it was given"
    ENVIRONMENT = "a library may read the variable"
    OPENED = "the code names the file"
    WRITTEN = "a cell writes the file that is imported"
    MEMBER = "it may set or give the attribute"
