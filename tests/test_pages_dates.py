"""Dates as they are stated, and what they are in EDTF."""

from datetime import UTC, date, datetime

import pytest

from selon.edtf import is_edtf
from selon.pages.dates import to_edtf


@pytest.mark.parametrize(
    ("stated", "edtf"),
    [
        ("2017", "2017"),
        ("2017-06", "2017-06"),
        ("2017-06-03", "2017-06-03"),
        ("2017-06-03T23:59:59+02:00", "2017-06-03"),
        ("2017-06-03 10:00", "2017-06-03"),
        ("2017/06/03", "2017-06-03"),
        ("20170603", "2017-06-03"),
        ("20170603T101500Z", "2017-06-03"),
        ("Sat, 03 Jun 2017 10:00:00 GMT", "2017-06-03"),
        ("3 juin 2017", "2017-06-03"),
        ("1er août 2017", "2017-08-01"),
        ("Publié le 3 févr. 2017 à 10 h", "2017-02-03"),
        ("June 3rd, 2017", "2017-06-03"),
        ("Updated Sept. 3, 2017", "2017-09-03"),
        ("juin 2017", "2017-06"),
        ("16. Oktober 2019", "2019-10-16"),
        ("31/12/2017", "2017-12-31"),
        ("12/31/2017", "2017-12-31"),
        ("03.06.2017", "2017-06-03"),
        ("03/06/2017", None),
        ("30 février 2017", None),
        ("2017-13-01", None),
        ("hier", None),
        ("", None),
        (None, None),
        (1496484000, "2017-06-03"),
        (1496484000000, "2017-06-03"),
        (2017, "2017"),
        (float("nan"), None),
        (10**30, None),
        (True, None),
        (date(2017, 6, 3), "2017-06-03"),
        (datetime(2017, 6, 3, 23, tzinfo=UTC), "2017-06-03"),
        ("1 " * 100_000, None),
    ],
)
def test_dates(stated, edtf):
    assert to_edtf(stated) == edtf


def test_only_dates_that_exist_are_edtf():
    assert all(map(is_edtf, ("2017", "2017-06", "2016-02-29")))
    assert not any(map(is_edtf, ("17", "2017-6", "2017-02-29", "2017-06-03T10:00", "２０１７", " 2017")))
