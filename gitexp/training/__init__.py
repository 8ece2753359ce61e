"""Recording from inside a training script: ``gitexp.log(acc=0.857)``, ``gitexp.init(...)``.

Nothing here imports git, click or a framework: the record is written by a process of its own.
"""
