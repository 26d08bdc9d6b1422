"""``python -m selon`` is the command ``selon``."""

from selon.cli import main

main(prog_name="selon")
