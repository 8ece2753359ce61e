"""Settings: the values in kept code that people turn: constants, defaults, arguments, keys."""
