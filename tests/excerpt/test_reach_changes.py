"""Reach over time: what changes a kept name, and when a root is first called. '+' marks the lines that must be kept."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check, run

CHANGES = {
    "a changing call whose result is used": """
        +import keras
        +X = 1
        +model = keras.Model()
        +history = model.fit(X)
        +losses = model.fit(X).history
        +missing, unexpected = model.load_state_dict(X)
         y = model.predict(X)
         z = model.groupby("a").mean()
         n = len(model)
         words = model.split()
        +cfg = {"a": 1, "b": 2}
        +a = cfg.pop("a")
        +print(cfg.setdefault("c", 3))
        +[cfg.update(b=i) for i in range(3)]
         [print(i) for i in cfg]
         b = cfg.get("b")
         new = cfg.update(b=3)
        +def f(): return model, cfg
    """,
    "a change in a condition is not one by the lines under it": """
        +cfg = {}
         if cfg.pop("a"):
             x = 1
        +def f(): return cfg
    """,
    "functions that change what they are given": """
        +import random
        +from heapq import heappush
        +from torch.nn import init
        +class A: pass
         class B: pass
        +def patch(self): pass
        +setattr(A, "run", patch)
         setattr(B, "run", patch)
        +xs = [1]
        +random.shuffle(xs)
        +heappush(xs, 2)
        +init.zeros_(xs)
        +vars(xs).update(b=1)
         ys = sorted(xs)
        +def f(): return A, xs
    """,
    "the state of a network": """
        +import torch
        +net = torch.nn.Linear(1, 2)
        +other = torch.nn.Linear(1, 2)
        +net.to("cuda")
        +net.eval()
        +for p in net.parameters():
        +    p.requires_grad = False
        +for number, layer in enumerate(other.layers[:3]):
        +    for p in layer.parameters():
        +        p.requires_grad = False
         third = torch.nn.Linear(1, 2)
         for p in third.parameters():
             p.requires_grad = False
         for p in net.parameters():
             print(p)
        +def f(): return net, other
    """,
    "calls that only look": """
        +import pandas as pd
        +df = pd.DataFrame()
         df.a.value_counts()
         df.sample(3)
         df.dropna()
        +df.dropna(inplace=True)
         df.mean()
         df.state_dict()
        +def f(): return df
    """,
    "what a function does to its argument": """
        +cfg = {}
         other = {}
        +RATE = 3
        +def fill(c, n=1):
        +    c["lr"] = RATE
        +def through(name, c):
        +    fill(c=c)
         def copies(c):
             c = dict(c)
             c["lr"] = 1
         def looks(c):
             return c["lr"]
        +fill(cfg)
        +done = through("x", cfg)
         fill(other)
         copies(cfg)
         looks(cfg)
        +def f(): return cfg
    """,
    "a function that hands a kept name on": """
        +cfg = {}
        +def fill(c): c["lr"] = 1
        +def setup(): fill(cfg)
        +setup()
        +def f(): return cfg
    """,
    "a function that freezes the parts of its argument": """
        +net = build()
         other = build()
        +def freeze(m):
        +    for p in m.parameters():
        +        p.requires_grad = False
        +freeze(net)
         freeze(other)
        +def build(): return 1
        +def f(): return net
    """,
    "objects that register themselves, and lambdas": """
        +REG = []
        +class Base:
        +    def __init__(self, n): REG.append(self)
        +class Item(Base): pass
        +a = Item(1)
         class Other:
             def __init__(self, n): pass
         Other(1)
         Item.describe()
        +put = lambda v: REG.append(v)
        +put(3)
        +def f(): return REG
    """,
    "parts of a parser": """
        +import argparse
        +p = argparse.ArgumentParser()
        +sub = p.add_subparsers()
        +train = sub.add_parser("train")
        +train.add_argument("--lr")
        +args = p.parse_args()
         q = argparse.ArgumentParser()
         g = q.add_argument_group("x")
         g.add_argument("--wd")
        +def f(): return args
    """,
    "flags": """
        +from absl import flags
        +FLAGS = flags.FLAGS
        +flags.DEFINE_integer("n", 3, "")
        +def f(): return FLAGS.n
    """,
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes(name: str) -> None:
    check({"m.py": CHANGES[name]}, "m.py@f")


def test_an_argument_filled_in_another_file() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": "+from lib import fill\n+import config\n+from options import add\n+p = make()\n+add(p)\n+fill(config)\n"
        "+def f(): return p, config.N",
        "config.py": "+N = 1",
        "options.py": "+from lib import add",
        "lib.py": '+K = 3\n+def add(parser): parser.add_argument("--lr", default=K)\n+def fill(c): c.N = 3\n def other(c): c.N = 4',
    }
    check(files, "m.py@f")


def test_fitting_is_a_guess_and_filling_is_not() -> None:
    result, _, _ = run(
        {"m.py": " net = 1\n h = net.fit(1)\n n = net.pop(1)\n def f(): return net"}, "m.py@f"
    )
    assert {reason.name: reason.guess for reason in result.reasons} == {
        "f": False,
        "net": False,
        "h": True,
        "n": False,
    }


FIRST_CALL = {
    "a loop that binds before it calls": [
        "+lr = 0.1",
        "+def f(): return lr",
        "+for lr in [1, 2]:\n+    f()",
        " lr = 3",
    ],
    "a loop that binds after it has called": [
        "+lr = 0.1",
        "+def f(): return lr",
        " for i in [1, 2]:\n     f()\n     lr = 3",
    ],
    "a loop that changes before it calls": [
        "+cfg = {}",
        "+def f(): return cfg",
        "+for i in [1]:\n+    cfg['lr'] = i\n+    f()",
        " cfg['n'] = 3",
    ],
    "a loop that may change something before it calls": [
        "+log = make()",
        "+def f(): return log",
        " for i in [1]:\n     log.push(i)\n     f()\n+def make(): return 1",
    ],
    "with": [
        "+import tf",
        " model = 3",
        "+def f(): return model",
        "+with tf.device(0):\n+    model = tf.Model()\n+    f()",
        " model = 4",
    ],
    "with that binds from itself": [
        "+import tf",
        "+m = 3",
        "+def f(): return m",
        "+with tf.device(0):\n+    m = m + 1\n+    f()",
    ],
    "with that binds afterwards": [
        " import tf",
        "+model = 3",
        "+def f(): return model",
        " with tf.device(0) as d:\n     f()\n     model = 4",
    ],
    "another name": ["+K = 1", "+def f(x): return K", " s = f", " s(1)", " K = 2", " f(2)"],
    "wrapped": [
        " import jax",
        " K = 1",
        "+def f(x): return K",
        " step = jax.jit(f)",
        "+K = 2",
        " y = step(1)",
        " K = 3",
    ],
    "wrapped by our own": [
        """
         def deco(g):
             def inner(): return g()
             return inner
         K = 1
        +def f(): return K
         h = deco(f)
        +K = 2
         h()
         K = 3
        """
    ],
    "in a table": [
        " K = 1",
        "+def f(x): return K",
        " T = {'a': f}",
        "+K = 2",
        " y = T['a'](1)",
        " K = 3",
    ],
    "a lambda": [" K = 1", "+def f(x): return K", " h = lambda: f(1)", "+K = 2", " h()", " K = 3"],
    "handed over": ["+K = 1", "+def f(x): return K", " ys = list(map(f, [1]))", " K = 2"],
    "handed over in a lambda": [
        "+K = 1",
        "+def f(x): return K",
        " ys = sorted([1], key=lambda x: f(x))",
        " K = 2",
    ],
    "handed to an object": ["+K = 1", "+def f(x): return K", " trainer = Trainer(fn=f)", " K = 2"],
    "the name of a function": [
        " K = 1",
        "+def f(x): return K",
        " name = str(f.__name__)",
        "+K = 2",
        " f(1)",
        " K = 3",
    ],
    "a decorator": ["+K = 1", "+def f(g): return K", " @f\n def g(): pass", " K = 2"],
    "a magic": ["+K = 1", "+def f(x): return K", " %time f(1)", " K = 2"],
    "a magic with options": ["+K = 1", "+def f(x): return K", " %timeit -n 3 f(1)", " K = 2"],
    "Python 2": ["+K = 1", "+def f(x): return K", " print f(1)", " K = 2"],
    "a function in Python 2": [
        " K = 1",
        "+def f(x): return K",
        " def g():\n     print f(1)",
        "+K = 2",
    ],
    "a cell for a shell": [" K = 1", "+def f(x): return K", " %%bash\n f (1)", "+K = 2"],
    "a magic that binds": [
        "+%time K = load()\n+def load(): return 1",
        "+def f(): return K",
        " %time L = load()",
    ],
}


@pytest.mark.parametrize("name", FIRST_CALL)
def test_first_call(name: str) -> None:
    check({"m.ipynb": list(FIRST_CALL[name])}, "m.ipynb@f")


ANY_NAME = {
    "a file that is run": "+K = 1\n+exec(open('config.py').read())\n+def f(): return K",
    "a table of names": "+K = 1\n+params = {'K': 2}\n+globals().update(params)\n+def f(): return K",
    "before the binding": " exec(open('config.py').read())\n+K = 1\n+def f(): return K",
    "after the call": "+K = 1\n+def f(): return K\n f()\n exec(open('config.py').read())",
    "code that is spelled out": "+K = 1\n exec('J = 2')\n+def f(): return K",
    "no constant": "+import keras\n exec(open('config.py').read())\n+def g(): pass\n+def f(): return keras, g",
}


SWITCHES = {
    "a setting by name": '+import jax\n+jax.config.update("jax_enable_x64", True)\n+def f(): return jax.numpy',
    "a style": '+import matplotlib.pyplot as plt\n+plt.style.use("ggplot")\n plt.plot([1])\n+def f(): plt.show()',
    "a registration": '+from omegaconf import OmegaConf\n+OmegaConf.register_new_resolver("mul", max)\n+def f(): return OmegaConf',
    "a seed": "+import torch\n torch.manual_seed(3)\n+def f(): return torch.zeros(1)",
}


@pytest.mark.parametrize("name", SWITCHES)
def test_what_sets_how_a_library_works(name: str) -> None:
    check({"m.py": SWITCHES[name]}, "m.py@f")


ALIASES = {
    "the same under another name": "+cfg = {}\n+c = cfg\n+c['lr'] = 1\n+def f(): return cfg",
    "a part of it": "+cfg = load()\n+o = cfg.optim\n+o.lr = 1\n+def f(): return cfg\n+def load(): return 1",
    "through two names": "+cfg = {}\n+a = cfg\n+b = a\n+b.update(lr=1)\n+def f(): return cfg",
    "inside a function": "+cfg = {}\n+def fill():\n+    c = cfg\n+    c['lr'] = 1\n+fill()\n+def f(): return cfg",
    "a name that was bound anew": "+cfg = {}\n c = cfg\n c = {}\n c['lr'] = 1\n+def f(): return cfg",
    "a number that counts on": "+N = 1\n n = N\n n += 1\n+def f(): return N",
    "after the first call": "+cfg = {}\n c = cfg\n+def f(): return cfg\n f()\n c['lr'] = 1",
}


GUESSED = {"a file that is run", "a table of names", "a part of it"}


@pytest.mark.parametrize("name", [*ANY_NAME, *ALIASES])
def test_what_changes_a_value_by_another_way_than_its_name(name: str) -> None:
    result = check({"m.py": {**ANY_NAME, **ALIASES}[name]}, "m.py@f")
    assert any(reason.guess for reason in result.reasons) == (name in GUESSED)


def test_what_is_set_in_another_module_after_the_first_call_is_not_seen() -> None:
    files: dict[str, str | list[str]] = {
        "t.ipynb": [
            "+import lib",
            "+lib.K = 2",
            "+def f(): return lib.g()",
            " f()",
            " lib.K = 3\n lib.D['a'] = 4",
        ],
        "lib.py": "+K = 1\n+D = {}\n+def g(): return K, D",
    }
    check(files, "t.ipynb@f")


def test_many_ways_to_one_value_are_gone_once() -> None:
    arms = [f"+if c:\n+    v{n} = v{n - 1}\n+else:\n+    v{n} = v{n - 1}" for n in range(1, 40)]
    check(
        {"m.py": "\n".join(["+c = 1\n+v0 = {}", *arms, "+v39.x = 1\n+def f(): return v0"])},
        "m.py@f",
    )
