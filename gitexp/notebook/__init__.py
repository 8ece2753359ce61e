"""Recording from inside a notebook: ``%load_ext gitexp``, then ``%keep`` and ``%exp``."""
