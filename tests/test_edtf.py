"""Dates in EDTF: what is valid, and which days are meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.edtf import MAX_LENGTH, bounds, is_edtf, ranges

DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
# every form of a single date, each with a day that it must cover
SINGLE = DAYS.flatmap(
    lambda day: st.sampled_from(
        [
            (f"{day.year:04}", day),
            (f"{day.year:04}~", day),
            (f"{day.year // 10:03}X", day),
            (f"{day.year // 100:02}XX?", day),
            (f"{day:%Y-%m}".zfill(7), day),
            (day.isoformat(), day),
            (day.isoformat()[:7] + "-XX", day),
            (f"{day.year:04}-XX-XX", day),
            (f"{day.year:04}-{33 + (day.month - 1) // 3}", day),
            (f"{day.year:04}-{40 + (day.month - 1) // 6}", day),
        ]
    )
)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2017-06~", "2017-06-01", "2017-06-30"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("2016-21", "2016-03-01", "2016-06-21"),
        ("2016-24", "2015-12-01", "2017-03-21"),
        ("2010/2012", "2010-01-01", "2012-12-31"),
        ("2014/..", "2014-01-01", "9999-12-31"),
        ("/2014-05", "0001-01-01", "2014-05-31"),
        ("{2000,2012}", "2000-01-01", "2012-12-31"),
        ("[2000,2002..2004-06]", "2000-01-01", "2004-06-30"),
    ],
)
def test_a_value_spans_its_first_to_its_last_day(value, first, last):
    assert bounds(value) == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_set_of_two_years_leaves_out_the_years_between():
    assert [(a.year, b.year) for a, b in ranges("{2000,2012}")] == [(2000, 2000), (2012, 2012)]


@pytest.mark.parametrize(
    "value",
    ["", "/", "../..", "17", "2017-13", "2017-2", "2017-02-29", "0000", "2012/2010", "{}", "{2000,}", "2017-21-03",
     "201X-05", "2017-XX-05", "20170605", "2017/2018/2019", "X", "{2000", "2017~~", "٢٠١٧", "[..]", "2017-42"],
)  # fmt: skip
def test_what_is_not_a_date_is_refused(value):
    assert not is_edtf(value)
    with pytest.raises(ValueError, match="not a date in EDTF"):
        bounds(value)


@given(SINGLE)
def test_every_form_of_a_date_covers_the_day_it_was_made_from(case):
    value, day = case
    first, last = bounds(value)
    assert first <= day <= last


@given(SINGLE, SINGLE)
def test_intervals_and_sets_reach_over_both_of_their_dates(one, other):
    (early, first), (late, last) = sorted((one, other), key=lambda case: case[1])
    earliest, latest = bounds(f"{early}/{late}")
    assert earliest <= first <= last <= latest
    assert bounds(f"{early}/..") == (earliest, date.max)
    assert bounds(f"{{{early},{late}}}") == (min(earliest, bounds(late)[0]), max(latest, bounds(early)[1]))


@given(st.text(alphabet="0129X-/.{}[],~?", max_size=24) | st.text(max_size=12))
def test_any_string_is_either_refused_or_has_its_days_in_order(value):
    if is_edtf(value):
        for first, last in ranges(value):
            assert first <= last
    else:
        with pytest.raises(ValueError, match="not a date in EDTF"):
            ranges(value)


def test_a_huge_string_is_refused_unread():
    assert not is_edtf("{" + "2000," * MAX_LENGTH + "2000}")
