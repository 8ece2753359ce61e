"""Reach over imports: which file a name means, star imports in the order of bindings. '+' marks what must be kept."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

MODULES: dict[str, dict[str, str | list[str]]] = {
    "a package imports its module by a dot": {
        "t.py": "+from nets import vgg\n+def f(): return vgg.g()",
        "nets/__init__.py": "+from . import vgg\n from . import res",
        "nets/vgg.py": "+def g(): pass\n def h(): pass",
        "nets/res.py": " x = 1",
    },
    "a package imports its module by its own name": {
        "nets/__init__.py": "+from nets import vgg\n+def f(): return vgg.g()",
        "nets/vgg.py": "+def g(): pass\n def h(): pass",
    },
    "what a package does not have stays": {
        "nets/__init__.py": "+from . import _C\n+def f(): return _C.g()",
    },
    "a file named like the library it imports from": {
        "t.py": "+from hooks.wandb import log\n+def f(): return log()",
        "hooks/wandb.py": "+from wandb import init\n+def log(): return init()",
    },
    "a file named like the library it imports": {
        "t.py": "+from hooks.wandb import log\n+def f(): return log()",
        "hooks/wandb.py": "+import wandb\n def init(): pass\n+def log(): return wandb.init()",
    },
    "a script named like a library": {
        "keras.py": "+from keras import layers\n+from keras import *\n+def f(): return layers.Dense(), Model",
    },
    "names that are passed in a circle": {
        "t.py": "+from a import g\n+def f(): return g()",
        "a.py": "+from b import g\n x = 1",
        "b.py": "+from a import g\n x = 1",
    },
    "a module of a package does not hide the standard library": {
        "t.py": "+from lib.io import load\n+def f(): return load()",
        "lib/__init__.py": "",
        "lib/io.py": "+import logging\n+def load(): return logging.getLogger()",
        "lib/logging.py": " def getLogger(): pass",
    },
    "a module beside a script does": {
        "run/t.py": "+import queue\n+def f(): return queue.g()",
        "run/queue.py": "+def g(): pass\n def h(): pass",
    },
    "a package before a module": {
        "t.py": "+from lib import g\n+def f(): return g()",
        "lib/__init__.py": "+def g(): return 1",
        "lib.py": " def g(): return 2",
    },
}

STARS: dict[str, dict[str, str | list[str]]] = {
    "what a binding starts from": {
        "t.py": "+from config import *\n+lr = lr * 2\n+def f(): return lr",
        "config.py": "+lr = 1\n wd = 2",
    },
    "changed in place": {
        "t.py": "+from config import *\n+lr *= 2\n+cfg['x'] = 1\n other['x'] = 1\n+def f(): return lr, cfg",
        "config.py": "+lr = 1\n+cfg = {}\n other = {}",
    },
    "a later one replaces an import": {
        "t.py": " from a import g\n+from b import *\n+def f(): return g()",
        "a.py": " def g(): return 1",
        "b.py": "+def g(): return 2",
    },
    "one that lacks the name replaces nothing": {
        "t.py": "+from a import g\n from b import *\n+def f(): return g()",
        "a.py": "+def g(): return 1",
        "b.py": " def h(): return 2",
    },
    "a definition below a statement that runs": {
        "t.py": "+from lib import *\n+model = build()\n def build(): return 3\n+def f(): return model",
        "lib.py": "+def build(): return 1",
    },
    "replaced after the first call": {
        "t.ipynb": [
            "+from lib import *",
            "+def f(): return g()",
            " f()",
            " def g(): return 3\n f()",
        ],
        "lib.py": "+def g(): return 1",
    },
    "both files import the same": {
        "t.py": "+import numpy as np\n+import pkg.sub\n+from lib import *\n+def f(): return np, pkg.sub, g()",
        "lib.py": " import numpy as np\n import pkg.other\n+def g(): return 1",
    },
    "arms of a try": {
        "t.py": "+g = 1\n+try:\n+    from fast import *\n+except ImportError:\n+    from slow import *\n+def f(): return g(), h()",
        "fast.py": "+def g(): return 1\n+def h(): return 1",
        "slow.py": " def i(): return 1\n+def h(): return 2",
    },
    "both arms of a try have it": {
        "t.py": " g = 1\n+try:\n+    from fast import *\n+except ImportError:\n+    from slow import *\n+def f(): return g()",
        "fast.py": "+def g(): return 1",
        "slow.py": "+def g(): return 2",
    },
    "lists that grow": {
        "t.py": "+from lib import *\n+def f(): return g(), _h(), i()\n+def i(): pass",
        "lib.py": " __all__ = ['g']\n+def g(): pass\n+def _h(): pass\n def i(): pass\n __all__ += ['_h']\n __all__.extend(['x'])",
    },
    "a list that is computed": {
        "t.py": "+from lib import *\n+def f(): return g()",
        "lib.py": "+def g(): pass\n __all__ = ['h']\n __all__ += [name for name in dir()]",
    },
    "in a circle": {
        "t.py": "+from a import *\n+def f(): return g(), h()",
        "a.py": "+def g(): return 1\n+from b import *",
        "b.py": "+from a import *\n+def h(): return g()",
    },
    "a base class, and a change from the file of another": {
        "t.py": "+from lib import *\n+LIMITS['x'] = 1\n+class f(Base): pass",
        "lib.py": "+LIMITS = {}\n+class Base:\n+    limits = LIMITS\n class Other: pass",
    },
}

LOADED: dict[str, dict[str, str | list[str]]] = {
    "a module of a package, loaded before the package": {
        "t.py": """
             import pkg.a
            +import pkg.a
             import pkg.b
            +import pkg
            +def f(): return pkg.a.g(), pkg.h()
        """,
        "pkg/__init__.py": "+def h(): pass\n def i(): pass",
        "pkg/a.py": "+def g(): pass\n def h(): pass",
    },
    "of a library": {
        "t.py": "+import scipy.io\n import scipy.stats\n+import scipy\n+def f(): return scipy.io.load()",
    },
    "not what it replaces": {
        "t.py": " from lib import *\n+import pkg.b\n+def f(): return pkg.b.g()",
        "lib.py": " import pkg.a\n pkg = 1",
        "pkg/b.py": "+def g(): pass\n def h(): pass",
    },
    "not of what has another name": {
        "t.py": " import scipy.io\n+import numpy as scipy\n+def f(): return scipy.io.load()",
    },
}

RUN: dict[str, dict[str, str | list[str]]] = {
    "a module that registers": {
        "t.py": """
            +from registry import TABLE
            +import nets
             import other
            +def f(kind): return TABLE[kind]()
        """,
        "registry.py": "+TABLE = {}\n+def add(g): TABLE[g.__name__] = g\n def x(): pass",
        "nets.py": "+from registry import add, TABLE\n+@add\n+class A: pass\n+TABLE['b'] = B = 3\n class C: pass",
        "other.py": " from registry import add, x\n x()",
    },
    "a package of modules that register": {
        "t.py": "+import nets.all\n+from registry import TABLE\n+def f(kind): return TABLE[kind]()",
        "registry.py": "+TABLE = {}",
        "nets/__init__.py": "",
        "nets/all/__init__.py": "+from . import a\n from .b import B",
        "nets/all/a.py": "+from registry import TABLE\n+TABLE['a'] = 1\n x = 1",
        "nets/all/b.py": " B = 1",
    },
}

VALUES: dict[str, dict[str, str | list[str]]] = {
    "another name": {
        "t.py": "+import nets\n+m = nets\n+def f(): return m.A()",
        "nets.py": "+class A: pass\n class B: pass",
    },
    "one of two": {
        "t.py": "+import a, b\n+m = a if a else b\n+def f(): return m.g()",
        "a.py": "+def g(): pass\n def h(): pass",
        "b.py": "+def g(): pass\n def h(): pass",
    },
    "in a table": {
        "t.py": "+from tables import TABLE\n+def f(kind): return TABLE[kind].g()",
        "tables.py": "+import nets.a\n+from nets import b\n+TABLE = {'a': nets.a, 'b': b, 'c': None}",
        "nets/a.py": "+def g(): pass\n def h(): pass",
        "nets/b.py": "+def g(): pass\n def h(): pass",
    },
    "imported by a call": {
        "t.py": """
            +from importlib import import_module
            +m = import_module("nets.a")
            +def f():
            +    n = import_module("nets.b")
            +    return m.g(), n.g()
        """,
        "nets/a.py": "+def g(): pass\n def h(): pass",
        "nets/b.py": "+def g(): pass\n def h(): pass",
    },
    "a name of it that is put together": {
        "t.py": "+import nets\n+def f(kind, n): return getattr(nets, 'make_' + kind)(), getattr(nets, 'opt_%s' % n)",
        "nets.py": "+def make_a(): pass\n+opt_b = 1\n def other(): pass",
    },
    "a name of it that is spelled elsewhere": {
        "t.py": "+import nets.small as nets\n+KIND = 'A'\n+OTHER = 'B'\n+def f(): return nets.__dict__[KIND](), getattr(nets, OTHER)",
        "nets/small.py": "+class A: pass\n+class B: pass\n class C: pass",
    },
    "a name that leads back to itself": {
        "t.py": "+x = x.y\n+def f(): return x.z",
    },
}


@pytest.mark.parametrize("name", MODULES)
def test_which_file_a_name_means(name: str) -> None:
    check(MODULES[name], f"{next(iter(MODULES[name]))}@f")


@pytest.mark.parametrize("name", STARS)
def test_star_imports_bind_in_order(name: str) -> None:
    check(STARS[name], f"{next(iter(STARS[name]))}@f")


def test_a_foreign_star_behind_ours_is_a_guess() -> None:
    files: dict[str, str | list[str]] = {
        "t.py": "+from lib import *\n+def f(): return Dense()",
        "lib.py": "+from keras.layers import *\n from os import path\n def g(): pass",
    }
    assert [reason.guess for reason in check(files, "t.py@f").reasons] == [False, True, True]


@pytest.mark.parametrize("name", LOADED)
def test_what_loads_a_module_is_kept(name: str) -> None:
    check(LOADED[name], "t.py@f")


@pytest.mark.parametrize("name", RUN)
def test_modules_that_run_only_to_register_are_guesses(name: str) -> None:
    result = check(RUN[name], "t.py@f")
    assert {reason.path for reason in result.reasons if not reason.guess} == {"t.py", "registry.py"}


@pytest.mark.parametrize("name", VALUES)
def test_modules_as_values(name: str) -> None:
    result = check(VALUES[name], "t.py@f")
    assert any(reason.guess for reason in result.reasons) == name.startswith("a name of it")


ON_PATH: dict[str, dict[str, str | list[str]]] = {
    "a folder beside": {
        "scripts/t.py": '+import sys\n+sys.path.append("../lib")\n+from nets import g\n+def f(): return g()',
        "lib/nets.py": "+def g(): return 1\n x = 2",
    },
    "before what lies above": {
        "scripts/t.py": '+import sys\n+sys.path.insert(0, "../lib")\n+from nets import g\n+def f(): return g()',
        "lib/nets.py": "+def g(): return 1",
        "nets.py": " def g(): return 2",
    },
    "named from the top, as a computed path": {
        "nb/t.ipynb": [
            '+import sys, os\n+sys.path.append(os.path.join(os.getcwd(), "lib"))',
            "+from nets import g",
            "+def f(): return g()",
        ],
        "lib/nets.py": "+def g(): return 1",
    },
    "the folder above": {
        "nb/t.ipynb": [
            '+import sys\n+sys.path.append("..")',
            "+from src.nets import g",
            "+def f(): return g()",
        ],
        "src/nets.py": "+def g(): return 1",
    },
    "a hidden folder": {
        "t.py": '+import sys\n+sys.path.append("./.lib")\n+from nets import g\n+def f(): return g()',
        ".lib/nets.py": "+def g(): return 1",
    },
    "for other modules only": {
        "t.py": ' import sys\n sys.path.append("lib")\n sys.path.append("/opt/../../lib")\n+from nets import g\n+def f(): return g()',
        "lib/other.py": " def g(): return 1",
        "nets.py": "+def g(): return 1",
    },
}


@pytest.mark.parametrize("name", ON_PATH)
def test_folders_put_on_the_path(name: str) -> None:
    check(ON_PATH[name], f"{next(iter(ON_PATH[name]))}@f")


RUN_BY_MAGIC: dict[str, dict[str, str | list[str]]] = {
    "a notebook": {
        "nb/t.ipynb": ["+%run utils.ipynb", "+def f(): return g()"],
        "nb/utils.ipynb": ["+K = 3", "+def g(): return K", " def h(): return 1"],
    },
    "without its ending": {
        "t.ipynb": ["+%run -i './lib/utils'\n K = 1", "+def f(): return g()"],
        "lib/utils.ipynb": ["+def g(): return 3"],
    },
    "a script": {
        "t.ipynb": ["+%run setup.py --fast", "+def f(): return K"],
        "setup.py": "+K = 3\n J = 4",
    },
    "before another binding": {
        "t.ipynb": [" %run a.py\n+K = 1", "+def f(): return K"],
        "a.py": " K = 3",
    },
    "after another binding": {
        "t.ipynb": [" K = 1\n+%run a.py", "+def f(): return K"],
        "a.py": "+K = 3",
    },
    "one that is not ours": {
        "t.ipynb": [" %run {path}\n %run gone.py", "+K = 1\n+def f(): return K"]
    },
}


@pytest.mark.parametrize("name", RUN_BY_MAGIC)
def test_what_run_runs_is_followed(name: str) -> None:
    check(RUN_BY_MAGIC[name], f"{next(iter(RUN_BY_MAGIC[name]))}@f")


def test_paths_that_no_file_can_have() -> None:
    check(
        {"t.py": " import sys\n sys.path.append('\\udc80')\n+import numpy\n+def f(): return numpy"},
        "t.py@f",
    )
    check({"t.ipynb": [" %run \ud800.py", "+K = 1\n+def f(): return K"]}, "t.ipynb@f")


def test_a_package_that_star_imports_the_asking_file_gives_its_submodule() -> None:
    files: dict[str, str | list[str]] = {
        "t.py": "+import nets\n+def f(): return nets.cell()",
        "nets/__init__.py": "+from .cells import *\n from .other import *",
        "nets/other.py": " from nets.cells import start",
        "nets/cells.py": "+from nets import start\n+def cell(): return start.normal()\n def x(): pass",
        "nets/start.py": "+def normal(): return 1\n def other(): return 2",
    }
    check(files, "t.py@f")


def test_a_name_that_a_package_really_has_goes_before_a_submodule() -> None:
    files: dict[str, str | list[str]] = {
        "nets/__init__.py": "+from .other import start",
        "nets/other.py": "+def start(): return 1",
        "nets/start.py": " def normal(): return 1",
        "nets/cells.py": "+from nets import start\n+def cell(): return start()",
    }
    check(files, "nets/cells.py@cell")
