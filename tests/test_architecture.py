"""The arrows of docs/architecture.md: what each room of the package may import."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "src" / "selon"
MAY_USE = {
    "errors": set(),
    "page": set(),
    "edtf": set(),
    "languages": {"languages", "errors"},
    "reading": {"reading", "languages", "page", "edtf", "errors"},
    "pages": {"pages", "edtf", "page", "errors"},
    "exchange": {"exchange", "edtf", "page"},
    "record": {"record", "reading", "exchange", "languages", "edtf", "page", "errors"},
    "web": {"web", "record", "reading", "languages", "pages", "exchange", "page", "edtf", "errors"},
    "cli": {"cli", "web", "record", "reading", "languages", "pages", "exchange", "edtf", "page", "errors"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.startswith("selon."):
                yield name.split(".")[1]


@pytest.mark.parametrize("room", MAY_USE)
def test_arrows_point_down(room):
    files = [ROOT / f"{room}.py"] if (ROOT / f"{room}.py").exists() else sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        assert set(imports(path)) <= MAY_USE[room], path


def test_only_the_reader_is_imported_from_reading_by_others():
    for room in ("cli", "pages", "exchange"):
        for path in (ROOT / room).rglob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                if "from selon.reading" in line:
                    assert "selon.reading.reader" in line, path
