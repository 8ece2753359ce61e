"""Take files apart: bytes into lines, notebooks into cells, Python into pieces that parse alone."""
