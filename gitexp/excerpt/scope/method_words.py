"""Verbs that libraries agree on: what the name of a method says of what the method does."""

from __future__ import annotations

import ast
import re

_LOOKING = re.compile(
    r"(?:summary|head|tail|describe|info|warn\w*|error|debug|log\w*|print\w*|show\w*|plot\w*"
    r"|display\w*|view\w*|draw\w*|imshow|hist"
    r"|save\w*|to_\w+|get\w*|is_\w+|has_\w+|predict\w*|evaluate\w*|score|write\w*|export\w*|dump\w*"
    r"|close|flush|keys|items|values|count|index|copy|format|join|test\w*|check\w*|main|run"
    r"|visuali\w*|mean|sum|std|var|min|max|median|quantile|prod|norm|all|any|arg(?:max|min|sort)"
    r"|corr|cov|abs|round|cumsum|value_counts|n?unique|duplicated|sample|nlargest|nsmallest|groupby"
    r"|isnull|isna|notnull|notna|memory_usage"
    r"|dropna|fillna|drop_duplicates|sort_values|sort_index|set_index|reset_index"
    r"|numpy|item|tolist|astype|reshape|flatten|ravel|squeeze|transpose|dim|size|numel|detach|clone"
    r"|element_spec|forward|state_dict|(?:named_)?(?:parameters|modules|children|buffers)"
    r"|count_params|take|batch|map|split|strip|lower|upper|title|startswith|endswith)"
)
"""Methods that only look: a call whose result is thrown away is there to be seen."""

_LOOKING_AT_TEXT = re.compile(
    r"(?:len|capitalize|casefold|center|swapcase|zfill|[lr]?just|[lr]?strip|expandtabs|translate"
    r"|r?partition|r?split|splitlines|r?find|rindex|replace|removeprefix|removesuffix"
    r"|is(?:alpha|alnum|ascii|decimal|digit|identifier|lower|numeric|printable|space|title|upper)"
    r"|encode\w*|decode\w*|batch_(?:decode|encode)\w*|tokenize\w*|detokenize|convert_\w+"
    r"|apply_chat_template|search|match|fullmatch|findall|finditer|most_common)"
)
"""The same of strings, patterns and tokenizers."""

_LOOKING_AT_TABLES = re.compile(
    r"(?:agg|aggregate|align|asfreq|asof|at_time|between\w*|bfill|ffill|boxplot|clip|compare"
    r"|corrwith|cross\w*|cum(?:max|min|prod)|diff|div|dot|eq|equals|ewm|expanding|explode|filter"
    r"|first|last|floordiv|g[et]|l[et]|ne|idxmax|idxmin|infer_objects|interpolate|isin|iterrows"
    r"|itertuples|kurt\w*|mask|where|melt|merge|mod|mode|mul|sub|truediv|pow|product|pct_change"
    r"|pivot\w*|unpivot|rank|reindex|rename\w*|repeat|resample|rolling|select\w*|sem|skew|shift|slice"
    r"|stack|unstack|swaplevel|truncate|tz_\w+|xs|query|n_unique|null_count|collect|with_columns"
    r"|printSchema|glimpse|exists|glob|rglob|iterdir|read\w*|stat|resolve)"
)
"""The same of tables, columns and paths. ``apply`` is not among them: it changes a network."""

_LOOKING_AT_ARRAYS = re.compile(
    r"(?:exp|log1p|sqrt|sin|cos|tanh|sigmoid|relu|softmax|matmul|mm|bmm|topk|nonzero|bincount"
    r"|permute|expand|unsqueeze|chunk|gather|long|int|bool|ceil|floor|conj|trace|diagonal"
    r"|transform|inverse_transform|decision_function|kneighbors|score\w*|generate|as_numpy_iterator)"
)
"""The same of arrays and of models that were fitted. ``half`` and ``float`` change a network."""

_ACCESSORS = ("str", "dt", "cat", "plot", "hvplot", "style", "T")
"""Attributes of tables and columns whose methods give a new value."""

_SWITCH = re.compile(
    r"(?:enable_|disable_|set_|use(?:_|$)|register_|run_functions_)(?!.*(?:seed|verbos))\w*"
)
"""Methods of a library that set how the library works. Seeds do not change the code that is cut."""

_DISPLAY = re.compile(
    r"set_(?:printoptions|option|options|style|theme|palette|context|color_codes|cmap|matplotlib_\w+"
    r"|log\w*|level|title|\w*label|\w*lim|\w*ticks)"
)
"""Methods that set how values, plots and messages look."""

_COMPUTING_OPTION = re.compile(r"(?:mode\.copy|mode\.string|mode\.use_inf|compute\.|future\.)")
"""Options of pandas that change results, not only how tables look."""


def is_looking(method: str) -> bool:
    """Return True if a method only looks at its object."""
    patterns = (_LOOKING, _LOOKING_AT_TEXT, _LOOKING_AT_TABLES, _LOOKING_AT_ARRAYS)
    return any(pattern.fullmatch(method) for pattern in patterns)


def is_accessor(node: ast.expr) -> bool:
    """Return True for an attribute whose methods give a new value: ``names.str``."""
    return isinstance(node, ast.Attribute) and node.attr in _ACCESSORS


def is_switch_call(call: ast.Call, called: ast.Attribute) -> bool:
    """Return True if a method call sets how a library works, if its object is a library.

    ``tf.enable_eager_execution()``, ``jax.config.update("x64", True)``. What only sets how things
    look does not count: ``np.set_printoptions(precision=2)``.
    """
    if called.attr == "update":
        holder = called.value
        name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
        return name == "config"
    if called.attr == "set_option":
        option = call.args[0] if call.args else None
        if not isinstance(option, ast.Constant) or not isinstance(option.value, str):
            return False
        return bool(_COMPUTING_OPTION.match(option.value))
    return bool(_SWITCH.fullmatch(called.attr)) and not _DISPLAY.fullmatch(called.attr)
