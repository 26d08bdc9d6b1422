"""What the server remembers of the record."""

import socket

from serving import fill

from selon.cli.serve import listen
from selon.web import pool
from selon.web.pool import Records
from selon.web.settings import Settings


def test_answers_that_are_asked_for_again_stay_remembered(tmp_path, monkeypatch):
    fill(tmp_path / "selon.db")
    monkeypatch.setattr(pool, "REMEMBERED", 3)
    records = Records(Settings(tmp_path / "selon.db"))
    records.open()
    asked = []

    def ask(question):
        return records.remembered(question, lambda record: asked.append(question) or question)

    for question in ("first", "a", "b", "first", "c", "d", "first"):
        assert ask(question) == question
    assert asked == ["first", "a", "b", "c", "d"]
    ask("a")
    assert asked[-1] == "a"
    with records.writing() as record:
        record.create_dossier("Valmont")
    ask("first")
    assert asked[-1] == "first"
    records.close()


def test_answers_are_sent_without_waiting_for_receipts():
    with listen("127.0.0.1", 0) as listening:
        # what asyncio looks at before it sets TCP_NODELAY
        assert listening.proto == socket.IPPROTO_TCP
