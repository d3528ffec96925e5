"""Door: the `tessera` command, one command a file.

In     words and options from a person or a program at the center's own machine
Out    plain lines, or JSON with `--json`; exit code 0 only when what was asked was done
Rules  content is read as an account (`--as`) and for a purpose; errors say what, where and what to do
Next   `flow`, `receive`, `share` and `store` do the work
"""

from tessera.cli.main import build

__all__ = ["build"]
