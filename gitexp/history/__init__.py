"""Where the record and the code meet: plain values, made once, printed by ``render``."""
