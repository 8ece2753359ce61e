"""Find the key paths of settings files: YAML, JSON, TOML, INI, gin, ``.env``."""
