"""Files that are no record, cannot be written, are full, too new, or taken: a clear message, the record intact."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

import pytest
from written import pages

import selon
from selon.record.store import APPLICATION_ID, SCHEMA_VERSION, migrate, open_record, writer_lock

# The user who owns nothing, on all systems that have users by number.
NOBODY = 65534


@pytest.fixture
def path(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.add(pages())
    return tmp_path / "selon.db"


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "selon", *map(str, arguments)], capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_file_that_is_no_record_is_refused_and_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("some notes\n" * 100, encoding="utf-8")
    with pytest.raises(selon.RecordError, match=r"notes\.txt.*no record"):
        selon.Record(text)
    assert text.read_text(encoding="utf-8") == "some notes\n" * 100
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (a)")
    connection.close()
    with pytest.raises(selon.RecordError, match="no record of Selon"):
        selon.Record(other)


def test_a_record_of_a_newer_schema_is_refused(path):
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(selon.RecordError, match="newer Selon"):
        selon.Record(path)


def test_a_record_that_is_not_there_is_not_made_by_asking(tmp_path):
    code, _, told = run("search", "digue", "--record", tmp_path / "none.db")
    assert code == 1
    assert "no such record" in told
    assert "selon add" in told
    assert not (tmp_path / "none.db").exists()


def test_two_writers_the_second_is_told(path):
    with writer_lock(path), selon.Record(path) as record:
        with pytest.raises(selon.RecordError, match="another process is adding"):
            record.add(pages())
        # short writes only wait for the batch
        record.merge_speakers(["Mary Lane"], "Paul Serre")


def test_a_full_disk_ends_adding_with_what_was_written_whole(path):
    with selon.Record(path) as record:
        size = record._connection.execute("PRAGMA page_count").fetchone()[0]
        record._connection.execute(f"PRAGMA max_page_count = {size + 2}")
        many = (selon.Page(f"{one.text} {n} " + "mot " * 3000, id=f"more{n}") for n in range(40) for one in pages())
        with pytest.raises(selon.RecordError, match="full"):
            record.add(many)
    with selon.Record(path) as record:
        assert record.counts().pages == 8
        assert record.search("parole").total == 2


def by_somebody_who_may_only_read(path, ask):
    """Run ``ask`` with a copy of a record that may only be read; it must not fail."""
    with tempfile.TemporaryDirectory() as folder:
        # root may write everything: there, a process of nobody's asks, which pytest's own folders are closed to
        copy = shutil.copy(path, Path(folder) / "selon.db")
        Path(folder).chmod(0o755)
        Path(copy).chmod(0o444)
        told, telling = os.pipe()
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            try:
                ask(copy)
                os._exit(0)
            except BaseException as error:
                os.write(telling, repr(error).encode())
                os._exit(1)
        os.close(telling)
        assert os.waitpid(child, 0)[1] == 0, os.read(told, 10_000)


def test_a_read_only_file_can_be_asked_but_not_added_to(path):
    def ask(copy):
        with selon.Record(copy) as record:
            assert record.search("parole").total == 2
            with pytest.raises(selon.RecordError, match="read-only"):
                record.merge_speakers(["Mary Lane"], "Paul Serre")

    by_somebody_who_may_only_read(path, ask)


def test_a_record_opened_read_only_is_not_written(path):
    with selon.Record(path, read_only=True) as record:
        assert record.search("parole").total == 2
        with pytest.raises(selon.RecordError, match="read-only"):
            record.merge_speakers(["Mary Lane"], "Paul Serre")


def test_a_damaged_record_is_named(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    with pytest.raises(selon.RecordError, match=r"damaged|no record"), selon.Record(path) as record:
        record.search("parole")


def test_the_schema_is_whole_and_says_what_it_is(path):
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_people_may_query_the_record_with_sql_of_their_own(path):
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM quotation WHERE speaker = 'Paul Serre'")]
    assert {row["content"] for row in rows} >= {"La digue tiendra tout l'hiver"}
    assert rows[0]["outlet"] == "The Harbour Post"
    spans = connection.execute("SELECT spans FROM mention").fetchone()[0]
    assert all(start < end for start, end in json.loads(spans))


def test_the_documentation_tells_every_table(request):
    schema = resources.files("selon.record").joinpath("schema.sql").read_text(encoding="utf-8")
    told = (request.config.rootpath / "docs" / "record.md").read_text(encoding="utf-8")
    for table in re.findall(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)", schema):
        assert f"`{table}`" in told, f"docs/record.md does not tell the table {table}"


def test_a_command_names_the_record_by_environment(path, monkeypatch):
    monkeypatch.setenv("SELON_RECORD", str(path))
    code, out, _ = run("search", "parole", "--format", "csv")
    assert code == 0
    assert out.splitlines()[0].startswith("attribution_id,version,start,end,content")
    assert len(out.splitlines()) == 3


MIGRATION = """
-- adds a column and fills it
ALTER TABLE version ADD COLUMN place TEXT;
UPDATE version SET place = 'unknown; not told';
CREATE TRIGGER placed AFTER INSERT ON version BEGIN UPDATE version SET place = 'new' WHERE version_id = new.version_id; END;
"""


def test_an_older_record_is_migrated_in_one_step(path):
    connection = open_record(path)
    migrate(connection, {SCHEMA_VERSION + 1: MIGRATION, SCHEMA_VERSION + 2: "DROP TRIGGER placed;"})
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION + 2
    assert connection.execute("SELECT DISTINCT place FROM version").fetchall() == [("unknown; not told",)]
    # once is enough
    migrate(connection, {SCHEMA_VERSION + 1: MIGRATION, SCHEMA_VERSION + 2: "DROP TRIGGER placed;"})


def as_schema_1(path):
    """Make the record what it was before schema 2."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE source_text")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_record_of_schema_1_is_opened_and_finds_the_words_of_sources(path, read_only):
    with selon.Record(path) as record:
        known = record.search("", selon.Filters(source="le maire"))
    assert known.total
    as_schema_1(path)
    with selon.Record(path, read_only=read_only) as record:
        assert record.counts().schema == SCHEMA_VERSION
        found = record.search("", selon.Filters(source="Le Maire"))
        assert list(found) == list(known)
        assert not record.search("", selon.Filters(source="maire le"))


def test_a_record_of_schema_1_that_may_only_be_read_says_what_to_do(path):
    def ask(copy):
        with pytest.raises(selon.RecordError, match="older Selon"):
            selon.Record(copy, read_only=True)

    as_schema_1(path)
    by_somebody_who_may_only_read(path, ask)


def test_a_migration_that_fails_leaves_the_record_as_it_was(path):
    connection = open_record(path)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, {SCHEMA_VERSION + 1: MIGRATION, SCHEMA_VERSION + 2: "DROP TABLE nowhere;"})
    connection.close()
    with selon.Record(path) as record:
        assert record.search("parole").total == 2
        with pytest.raises(sqlite3.OperationalError):
            record._connection.execute("SELECT place FROM version")


def test_every_schema_has_a_migration_to_the_next():
    scripts = resources.files("selon.record").joinpath("migrations")
    for version in range(2, SCHEMA_VERSION + 1):
        assert scripts.joinpath(f"{version}.sql").is_file()
