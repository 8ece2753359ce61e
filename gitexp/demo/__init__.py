"""The demo: a small repository with a notebook, a month of trials, pictures and a diary."""
