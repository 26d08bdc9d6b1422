"""What adding pages to a record keeps, passes over and leaves behind when it is killed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from written import page, pages

import selon
from selon.record import record as record_module

KILLS = 200


@pytest.fixture(scope="module")
def read():
    """Forty pages, read: five variants of each, so that families and speakers have something to join."""
    reader = selon.Reader()
    many = [
        replace(
            one, text=f"{one.text} Le {copy} mai, la mairie a confirmé la nouvelle.", id=f"{one.id}-{copy}", url=None
        )
        for copy in range(1, 6)
        for one in pages()
    ]
    return list(reader.read_many(many))


def contents(path):
    """All that a record says, but numbers of rows and times of reading."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.execute("INSERT INTO version_text (version_text) VALUES ('integrity-check')")
    rows = {}
    for name, query in {
        "versions": "SELECT page.key, hex(digest), id, language, url, outlet, title, date, first_day, last_day, text, model,"
        " (SELECT hex(digest) FROM version AS other WHERE version_id = latest) FROM version JOIN page USING (page_id)",
        "attributions": 'SELECT page.key, start, "end", pieces, cue_start, cue_end, source_start, source_end,'
        " attribution.kind, act, name.name, attribution.gender, nested, in_debris, confidence, hex(wording.digest),"
        " (SELECT hex(digest) FROM wording AS root WHERE root.wording_id = wording.family_id)"
        " FROM attribution JOIN version USING (version_id) JOIN page USING (page_id) LEFT JOIN name USING (name_id)"
        " LEFT JOIN wording USING (wording_id)",
        "names": "SELECT name.name, name.kind, name.gender, pages, speaker.key, speaker.name, speaker.kind"
        " FROM name LEFT JOIN speaker USING (speaker_id)",
        "speakers": "SELECT key, name, kind, gender FROM speaker",
        "mentions": "SELECT page.key, name, spans FROM mention JOIN name USING (name_id) JOIN version USING (version_id)"
        " JOIN page USING (page_id)",
        "debris": 'SELECT page.key, start, "end", kind FROM debris JOIN version USING (version_id) JOIN page USING (page_id)',
        "fingerprints": "SELECT hash, hex(digest) FROM fingerprint JOIN wording USING (wording_id)",
        "found": "SELECT page.key, start FROM attribution_text JOIN attribution ON attribution_id = attribution_text.rowid"
        " JOIN version USING (version_id) JOIN page USING (page_id) WHERE attribution_text MATCH 'stems : retrait'",
        "texts": "SELECT page.key FROM version_text JOIN version ON version_id = version_text.rowid JOIN page USING (page_id)"
        " WHERE version_text MATCH 'parole'",
    }.items():
        rows[name] = sorted(connection.execute(query).fetchall(), key=repr)
    connection.close()
    return rows


def test_what_was_read_comes_back_as_it_was(tmp_path, read):
    with selon.Record(tmp_path / "selon.db") as record:
        record.store(read)
        for one in read:
            assert record.page(one.id).page == one


def test_adding_the_same_page_again_changes_nothing(tmp_path):
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        assert record.add(pages()).new == 8
        before = contents(path)
        again = record.add(pages())
    assert (again.new, again.unchanged, again.attributions) == (0, 8, 0)
    assert contents(path) == before


def test_a_page_with_another_text_is_a_new_version_and_both_stay(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.add([page("« La digue tiendra », assure le maire, Paul Serre.")])
        done = record.add([page("« La digue a cédé », regrette le maire, Paul Serre.")])
        assert (done.new, done.versions) == (0, 1)
        stored = record.page("https://example.org/0")
        assert len(stored.versions) == 2
        assert "cédé" in stored.page.text
        assert "tiendra" in record.page(stored.versions[0]).page.text
        assert not record.search("tiendra")
        assert len(record.search("tiendra", selon.Filters(all_versions=True))) == 1
        # the first text once more is nothing new
        assert record.add([page("« La digue tiendra », assure le maire, Paul Serre.")]).unchanged == 1


def test_pages_of_one_stream_with_the_same_address_are_versions_too(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        done = record.add([page("Selon le préfet, la route est coupée."), page("Selon le préfet, la route a rouvert.")])
        assert (done.new, done.versions) == (1, 1)


def test_reading_again_replaces_what_an_older_model_found(tmp_path):
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        record.add(pages())
    fresh = contents(path)
    # as if an older model had overlooked everything on one page and called a speaker by another name
    connection = sqlite3.connect(path)
    connection.execute("UPDATE version SET model = 'fr-0' WHERE version_id IN (1, 2)")
    connection.execute("DELETE FROM attribution WHERE version_id = 1")
    connection.execute("UPDATE attribution SET kind = 'mixed' WHERE version_id = 2")
    connection.commit()
    connection.close()
    with selon.Record(path) as record:
        assert record.add(pages()).again == 0
        assert record.read_again().again == 2
        assert record.read_again().again == 0
        assert len(record.search("parole", selon.Filters(outlet=["Le Jour"]))) == 2
    assert contents(path) == fresh


def test_the_text_index_is_made_anew_when_most_of_it_is_stale(tmp_path):
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        record.add(pages())
        for _ in range(3):
            connection = sqlite3.connect(path)
            connection.execute("UPDATE version SET model = 'fr-0'")
            connection.commit()
            connection.close()
            record.read_again()
        assert record.search("retraites").total == 2
    connection = sqlite3.connect(path)
    entries = connection.execute("SELECT count(*) FROM attribution_text_docsize").fetchone()[0]
    assert entries <= 2 * connection.execute("SELECT count(*) FROM attribution").fetchone()[0]


def test_the_result_does_not_depend_on_how_pages_were_batched(tmp_path, read, monkeypatch):
    with selon.Record(tmp_path / "one.db") as record:
        record.store(read)
    monkeypatch.setattr(record_module, "BATCH", 3)
    with selon.Record(tmp_path / "two.db") as record:
        record.store(read)
    assert contents(tmp_path / "one.db") == contents(tmp_path / "two.db")


def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(tmp_path, read, monkeypatch):
    """Hundreds of processes are killed in the midst of writing, each goes on where the one before was killed."""
    monkeypatch.setattr(record_module, "BATCH", 2)
    undisturbed = tmp_path / "undisturbed.db"
    began = time.monotonic()
    with selon.Record(undisturbed) as record:
        record.store(read)
    whole = time.monotonic() - began
    expected = contents(undisturbed)
    rng = random.Random(20170603)
    kills = rounds = 0
    while kills < KILLS:
        path = tmp_path / f"{rounds}.db"
        rounds += 1
        for _ in range(KILLS):
            child = os.fork()
            if child == 0:
                with selon.Record(path) as record:
                    record.store(read)
                os._exit(0)
            time.sleep(rng.uniform(0, whole / 4))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                break
            kills += 1
            if path.exists() and rng.random() < 0.1:
                sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall()
        with selon.Record(path) as record:
            record.store(read)
        assert contents(path) == expected
    assert kills >= KILLS


def test_the_command_can_be_killed_and_run_again(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, one in enumerate(pages() * 5):
        (folder / f"{number:02}.txt").write_text(f"{one.text} Fin {number}.", encoding="utf-8")
    command = [sys.executable, "-m", "selon", "add", folder, "--quiet", "--processes", "1", "--record"]
    subprocess.run([*command, tmp_path / "one.db"], check=True, timeout=60)
    rng = random.Random(1)
    for _ in range(4):
        process = subprocess.Popen([*command, tmp_path / "two.db"])
        time.sleep(rng.uniform(0.2, 0.8))
        process.kill()
        process.wait()
    subprocess.run([*command, tmp_path / "two.db"], check=True, timeout=60)
    assert contents(tmp_path / "two.db") == contents(tmp_path / "one.db")


def test_others_search_while_one_adds(tmp_path, read):
    path = tmp_path / "selon.db"
    with selon.Record(path) as writer, selon.Record(path, read_only=True) as reader:
        assert reader.counts().pages == 0
        writer.store(read[:20])
        assert reader.counts().pages == 20
        with record_module.transaction(writer._connection):
            writer._connection.execute("DELETE FROM mention")
            assert reader.search("parole").total > 0
            assert reader.speaker("Macron").count.name == "Emmanuel Macron"


def test_texts_that_sqlite_cannot_hold_keep_their_offsets(tmp_path):
    text = "\x00« La digue\ud800 tiendra », assure le maire, Paul Serre."
    with selon.Record(tmp_path / "selon.db") as record:
        record.add([page(text)], selon.Reader("fr"))
        stored = record.page(1).page
        assert len(stored.text) == len(text)
        assert [stored.words(one.content) for one in stored.attributions] == ["La digue\ufffd tiendra"]
        assert record.add([page(text)], selon.Reader("fr")).unchanged == 1


def test_a_page_in_another_language_is_kept_as_a_text(tmp_path):
    czech = page("Podle ministra vnitra bude hranice otevřena v pondělí, řekl mluvčí vlády novinářům.", 99)
    with selon.Record(tmp_path / "selon.db") as record:
        done = record.add([*pages(), czech])
        assert (done.new, done.foreign) == (9, 1)
        stored = record.page("p99")
        assert (stored.page.language, stored.page.attributions, stored.model) == ("cs", (), "none")
        assert record.add([czech]).unchanged == 1
