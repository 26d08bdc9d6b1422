"""What holds for any text at all, however hostile."""

from hypothesis import given, settings
from hypothesis import strategies as st

from selon import Page, Reader
from selon.exchange.html import to_html
from selon.exchange.jsonl import to_dict, to_jsonl
from selon.exchange.text import to_text

PIECES = [
    "Le ministre a déclaré que tout allait bien", "« Nous irons », a dit Jeanne Morel.", "“No,” she said.", "selon lui",
    "a-t-il conclu", "Et d'ajouter :", "«", "»", '"', "“", "”", "‘", "’", "'", "„", "‹", "›", "\n", "\n\n", " ", ".", "!",
    "Paul Girod", "M. Benali", "accuse la mairie de fraude", "dément", "aurait", "soi-disant", "soupçonné de vol", "\x00", "\ud800", "العربية", "😀", "\u200f", "e\u0301", "-", "(", ")", "Selon", "d’après",
]  # fmt: skip
texts = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
languages = st.sampled_from(["fr", "en"])


def all_spans(page):
    for a in page.attributions:
        yield from (*a.content, *a.cue, *a.source)
    for speaker in page.speakers:
        yield from speaker.mentions
    yield from (region[:2] for region in page.debris)
    for allegation in page.allegations:
        yield allegation.evidence
        for name in ("deed", "victim", "when", "where", "means", "hedges"):
            yield from getattr(allegation, name)
        for actor in (allegation.accuser, allegation.accused):
            yield from actor.spans if actor else ()


@settings(max_examples=150, deadline=None)
@given(texts, languages)
def test_spans_lie_in_the_page_and_the_text_stays_as_it_is(text, language):
    page = Reader(language).read(text)
    assert page.text == text
    for start, end in all_spans(page):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
    for attribution in page.attributions:
        assert 0 <= attribution.confidence <= 1
        assert all(a.end <= b.start for a, b in zip(attribution.content, attribution.content[1:], strict=False))
    for allegation in page.allegations:
        assert 0 <= allegation.confidence <= 1
        assert allegation.attribution is None or allegation.attribution < len(page.attributions)
        assert allegation.answers is None or page.allegations[allegation.answers].stance == "accuses"


@settings(max_examples=60, deadline=None)
@given(texts, texts, languages)
def test_reading_twice_or_beside_other_pages_gives_the_same(text, other, language):
    reader = Reader(language)
    alone = reader.read(text)
    assert reader.read(text) == alone
    beside = list(reader.read_many([other, Page(text), other]))
    assert beside[1] == alone


@settings(max_examples=60, deadline=None)
@given(texts, languages)
def test_every_output_form_takes_any_page(text, language):
    page = Reader(language).read(text)
    assert "\n" not in to_jsonl(page)
    to_jsonl(page).encode()
    assert to_dict(page)["text"] == text
    "".join(to_html(page)).encode()
    assert all(line.replace("\x1b", "").isprintable() for line in to_text(page))
