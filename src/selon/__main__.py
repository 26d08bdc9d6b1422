"""``python -m selon`` is the command ``selon``."""

from selon.cli import main

if __name__ == "__main__":
    main(prog_name="selon")
