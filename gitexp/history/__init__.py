"""Where the record and the code of its trials meet: logs, deltas, comparisons."""
