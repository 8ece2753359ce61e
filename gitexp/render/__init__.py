"""Values in, text out: terminal, Markdown and JSON."""
