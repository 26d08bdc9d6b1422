"""Times that pages name, resolved to EDTF against the page's date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.edtf import bounds, is_edtf
from selon.languages.pack import available
from selon.page import Span
from selon.reading.times import MAX_COMBINED, Time, combine, find_times, load_times

THURSDAY = "2017-06-15"


def times(text, page=None, language="fr"):
    return [time.edtf for time in find_times(text, 0, len(text), page, load_times(language))]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("en 2012", "2012"),
        ("le 20 mai 2010", "2010-05-20"),
        ("le 1er mai 2012", "2012-05-01"),
        ("20/05/2010", "2010-05-20"),
        ("en octobre 2011", "2011-10"),
        ("depuis 2014", "2014/.."),
        ("jusqu’en 2012", "../2012"),
        ("entre 2010 et 2012", "2010/2012"),
        ("de 2010 à 2012", "2010/2012"),
        ("de novembre à février 2016", "2015-11/2016-02"),
        ("dans la nuit du 3 au 4 mars 2015", "2015-03-03/2015-03-04"),
        ("dans les années 1990", "199X"),
        ("les années 90", "199X"),
        ("au XIXe siècle", "18XX"),
        ("au printemps 2016", "2016-21"),
        ("début 2017", "2017"),
        ("(2009)", "2009"),
    ],
)
def test_what_states_its_year_needs_no_page_date(text, edtf):
    assert times(text) == [edtf]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("mardi", "2017-06-13"),
        ("jeudi", "2017-06-15"),
        ("jeudi dernier", "2017-06-08"),
        ("mardi prochain", "2017-06-20"),
        ("ce vendredi", "2017-06-16"),
        ("mardi 6 juin", "2017-06-06"),
        ("mardi 6", "2017-06-06"),
        ("le 20 mai", "2017-05-20"),
        ("le 27 novembre dernier", "2016-11-27"),
        ("le 3 juillet", "2017-07-03"),
        ("hier", "2017-06-14"),
        ("il y a trois jours", "2017-06-12"),
        ("il y a deux ans", "2015~"),
        ("il y a une dizaine d'années", "2007~"),
        ("depuis deux ans", "2015~/.."),
        ("ces deux derniers mois", "2017-04~/2017-06-15"),
        ("la semaine dernière", "2017-06-05/2017-06-11"),
        ("le mois dernier", "2017-05"),
        ("l'année dernière", "2016"),
        ("l’an prochain", "2018"),
        ("fin juin", "2017-06"),
        ("en octobre", "2016-10"),
        ("l'été dernier", "2016-22"),
        ("au printemps", "2017-21"),
        ("depuis le 17 mai", "2017-05-17/.."),
        ("dans la nuit de mardi à mercredi", "2017-06-13/2017-06-14"),
    ],
)
def test_french_is_resolved_to_the_nearest_past_unless_it_points_ahead(text, edtf):
    assert times(text, THURSDAY) == [edtf]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("on Tuesday", "2017-06-13"),
        ("last October", "2016-10"),
        ("in May", "2017-05"),
        ("since March", "2017-03/.."),
        ("two years ago", "2015~"),
        ("yesterday", "2017-06-14"),
        ("last week", "2017-06-05/2017-06-11"),
        ("over the past two years", "2015~/2017-06-15"),
        ("in the 1990s", "199X"),
        ("the nineties", "199X"),
        ("between 2010 and 2012", "2010/2012"),
        ("from March to June 2016", "2016-03/2016-06"),
        ("May 5, 2012", "2012-05-05"),
        ("the 5th of May 2010", "2010-05-05"),
        ("spring 2016", "2016-21"),
        ("next Friday", "2017-06-16"),
    ],
)
def test_english_is_resolved_in_the_same_way(text, edtf):
    assert times(text, THURSDAY, "en") == [edtf]


@pytest.mark.parametrize(
    ("text", "page", "expected"),
    [
        ("mardi", "2017-06", ["2017-06~"]),
        ("mardi", "2017", ["2017~"]),
        ("mardi", None, []),
        ("mardi", "2010/2012", []),
        ("hier", "2017-06", ["2017-06~"]),
        ("en octobre", "2017-06", ["2016-10"]),
        ("en octobre", "2017", ["2017-10?"]),
        ("le 5 juin", "2017-06", ["2017-06-05?"]),
        ("lundi 5 juin", "2017-06", ["2017-06-05"]),
        ("il y a deux ans", "2017-06", ["2015~"]),
        ("le mois dernier", "2017", ["2017~"]),
        ("la semaine dernière", "2017-06", ["2017-06~"]),
    ],
)
def test_a_coarse_page_date_gives_a_coarse_time(text, page, expected):
    assert times(text, page) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("chaque mardi, le lundi, tous les mois", "fr"),
        ("2000 manifestants, 1 500 euros et 2017 emplois", "fr"),
        ("le 31 février 2012", "fr"),
        ("de 6 à 14 ans", "fr"),
        ("le 11e samedi de colère", "fr"),
        ("We may march every Tuesday, and sat in the sun.", "en"),
        ("a crowd of 2000 people", "en"),
    ],
)
def test_what_only_looks_like_a_time_is_none(text, language):
    assert times(text, THURSDAY, language) == []


def test_in_english_the_day_of_two_small_numbers_stays_open():
    assert times("05/06/2012", None, "en") == ["2012"]
    assert times("25/06/2012", None, "en") == ["2012-06-25"]


@pytest.mark.parametrize("language", available())
def test_every_language_pack_tells_times(language):
    assert times("2012", None, language) == ["2012"]


def test_lists_share_month_and_year():
    assert times("les 5 et 6 juin 2016") == ["2016-06-05", "2016-06-06"]
    assert times("en 2000, 2004 et 2012") == ["2000", "2004", "2012"]


def test_spans_hold_the_words_with_their_preposition():
    text = "Le maire promet, depuis le 17 mai 2016, de partir."
    (time,) = find_times(text, 0, len(text), None, load_times("fr"))
    assert text[time.span.start : time.span.end] == "depuis le 17 mai 2016"


def test_only_the_stretch_is_searched():
    text = "En 2000, puis en 2012"
    assert [time.edtf for time in find_times(text, 9, len(text), None, load_times("fr"))] == ["2012"]


def test_two_years_make_a_set_and_what_repeats_is_left_out():
    def at(*values):
        return [Time(Span(0, 1), value) for value in values]

    assert combine([]) is None
    assert combine(at("2012", "2012")) == "2012"
    assert combine(at("2012", "2000")) == "{2000,2012}"
    assert combine(at("2012", "2012-05")) == "2012-05"
    assert combine(at("2010/2011", "2015")) == "{2010..2011,2015}"
    assert combine(at("2014/..", "2016")) == "2014/.."
    many = combine(at(*(f"{year}-05-01/{year}-05-09" for year in range(1900, 1990))))
    assert is_edtf(many)
    assert many.count(",") == MAX_COMBINED - 1


@given(st.dates(date(1900, 1, 8), date(2100, 12, 31)))
def test_a_weekday_is_never_ahead_and_never_a_week_old(day):
    for name in ("lundi", "mercredi", "dimanche"):
        (found,) = times(name, day.isoformat())
        assert timedelta(0) <= day - date.fromisoformat(found) < timedelta(7)


@given(
    st.lists(st.sampled_from(
        ["en", "le", "du", "au", "de", "à", "et", "depuis", "entre", "mardi", "juin", "mars", "5", "12", "2012", "1999", "il", "y", "a", "deux", "ans", "mois", "dernier", "prochain", "années", "90", "été", "jusqu'en", "ce", "ces", "semaine", ",", "-", "(", ")", "siècle", "XIXe", "hier", "31/02/2012"]), max_size=12).map(" ".join)
    | st.text(max_size=30),
    st.sampled_from([None, "2017", "2017-06", "2017-06-15", "9999-12-31", "0001-01-01", "rubbish"]),
)  # fmt: skip
def test_whatever_is_read_spans_lie_in_order_and_values_are_valid(text, page):
    found = find_times(text, 0, len(text), page, load_times("fr"))
    at = 0
    for time in found:
        assert at <= time.span.start < time.span.end <= len(text)
        at = time.span.end
        assert bounds(time.edtf)
    assert not found or is_edtf(combine(found))
