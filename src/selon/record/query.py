"""What users type into a search, turned into FTS5's language and into a test of words to highlight.

``pension OR retraite``, ``"pouvoir d'achat"``, ``constitu*``, ``impôt NOT fortune``, ``-taxe``, parentheses. Words find
all forms with the same stem, in every language that has a pack; words in quotation marks and prefixes are taken as they
are. Case, accents and marks never matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from selon.errors import RecordError
from selon.languages.pack import available
from selon.page import Span
from selon.record.stems import WORD, folded_stem
from selon.record.wording import fold

# Longer queries are no questions of people; bounds the work of one search.
MAX_QUERY = 1_000
MAX_TERMS = 64
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()])|(?P<minus>-)?(?:["“”«»](?P<phrase>[^"“”«»]*)["“”«»]?|(?P<word>[^\s()"“”«»]+))(?P<star>\*)?)"""
)
# l'école, qu'il: what is meant stands behind the apostrophe
_ELISION = re.compile(r"^\w{1,2}['’](?=\w)")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix: ``words`` folded; ``exact`` if only these very words count."""

    words: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    exact: bool
    prefix: bool

    def match(self, words: Sequence[str], stems: Sequence[str], at: int) -> bool:
        """Tell whether the term stands in these folded words and their folded stems from place ``at``."""
        if at + len(self.words) > len(words):
            return False
        last = len(self.words) - 1
        for number, word in enumerate(self.words):
            there = words[at + number]
            if self.prefix and number == last:
                if not there.startswith(word):
                    return False
            elif there != word and (self.exact or stems[at + number] not in self.stems[number]):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Query:
    """A query: ``expression`` in FTS5's language (empty if there was nothing to look for), and its positive terms."""

    expression: str
    terms: tuple[Term, ...] = field(default=())

    def highlights(self, text: str, language: str | None) -> tuple[Span, ...]:
        """Return the words of ``text`` that the query matches, as spans of it."""
        found = list(WORD.finditer(text)) if self.terms else []
        words = [fold(match[0]) for match in found]
        stems = words
        if language in available():
            # stemming takes longest, and leaves a word's first letter as it is
            initials = {stem[:1] for term in self.terms for choices in term.stems for stem in choices}
            stems = [
                folded_stem(match[0], language or "") if word[:1] in initials else word
                for match, word in zip(found, words, strict=True)
            ]
        spans: list[Span] = []
        for at in range(len(words)):
            longest = max((len(term.words) for term in self.terms if term.match(words, stems, at)), default=0)
            if longest:
                start, end = found[at].start(), found[at + longest - 1].end()
                if spans and start <= spans[-1].end:
                    spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
                else:
                    spans.append(Span(start, end))
        return tuple(spans)


def parse(text: str, part: str = "") -> Query:
    """Return what ``text`` asks for; ``part`` begins the names of the columns looked at, such as ``deed_``.

    Raises:
        RecordError: if it cannot be understood, with what to write instead.

    >>> parse('retraites OR "pouvoir d\\'achat"').expression
    '((stems : "retrait" OR stems : "retraites") OR words : "pouvoir d achat")'
    """
    if len(text) > MAX_QUERY:
        raise RecordError(f"a query of {len(text):,} characters; at most {MAX_QUERY:,} are looked for")
    return _Parser(text, part).query()


def phrase(words: str) -> str:
    """Return FTS5's expression for these very words in a row, or an empty string if there are none."""
    found = [fold(word) for word in WORD.findall(words)]
    return f'words : "{" ".join(found)}"' if found else ""


class _Parser:
    def __init__(self, text: str, part: str) -> None:
        self._part = part
        self._tokens = [match for match in _TOKEN.finditer(text) if match[0].strip()]
        self._at = 0
        self._terms: list[Term] = []
        self._count = 0

    def query(self) -> Query:
        expression = self._either(0)
        if self._at < len(self._tokens):
            raise RecordError("a closing parenthesis without an opening one in the query")
        return Query(expression, tuple(self._terms))

    def _peek(self) -> str | None:
        """The next operator or parenthesis, an empty string for a term, None at the end."""
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        word = token["word"]
        return token["mark"] or (word if word in ("AND", "OR", "NOT") and not token["minus"] else "")

    def _either(self, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise RecordError("too many parentheses in the query")
        parts = [self._all(depth)]
        while self._peek() == "OR":
            self._at += 1
            parts.append(self._all(depth))
        parts = [part for part in parts if part]
        return f"({' OR '.join(parts)})" if len(parts) > 1 else "".join(parts)

    def _all(self, depth: int) -> str:
        wanted: list[str] = []
        unwanted: list[str] = []
        while self._peek() not in (None, "OR", ")"):
            minus = False
            while self._peek() in ("AND", "NOT"):
                minus = minus or self._peek() == "NOT"
                self._at += 1
            if self._peek() in (None, "OR", ")"):
                break
            minus = minus or bool(self._tokens[self._at]["minus"])
            kept = len(self._terms)
            part = self._one(depth)
            if minus:
                del self._terms[kept:]
            (unwanted if minus else wanted).extend([part] if part else [])
        if unwanted and not wanted:
            raise RecordError("the query only says what not to find; name something to find as well")
        joined = f"({' AND '.join(wanted)})" if len(wanted) > 1 else "".join(wanted)
        return f"({joined} NOT ({' OR '.join(unwanted)}))" if unwanted else joined

    def _one(self, depth: int) -> str:
        token = self._tokens[self._at]
        self._at += 1
        if token["mark"] == "(":
            inside = self._either(depth + 1)
            if self._peek() != ")":
                raise RecordError("an opening parenthesis without a closing one in the query")
            self._at += 1
            return inside
        self._count += 1
        if self._count > MAX_TERMS:
            raise RecordError(f"more than {MAX_TERMS} words in the query")
        quoted = token["phrase"]
        written = quoted if quoted is not None else _ELISION.sub("", token["word"])
        prefix = bool(token["star"]) or written.endswith("*")
        return self._term(WORD.findall(written), exact=quoted is not None, prefix=prefix)

    def _term(self, written: list[str], *, exact: bool, prefix: bool) -> str:
        if not written:
            return ""
        words = tuple(fold(word) for word in written)
        each = tuple(frozenset(folded_stem(word, code) for code in available()) | {fold(word)} for word in written)
        self._terms.append(Term(words, each, exact or prefix, prefix))
        if exact or prefix:
            return f'{self._part}words : "{" ".join(words)}"{" *" if prefix else ""}'
        forms = {" ".join(folded_stem(word, code) for word in written) for code in available()} | {" ".join(words)}
        choices = [f'{self._part}stems : "{form}"' for form in sorted(forms)]
        return f"({' OR '.join(choices)})" if len(choices) > 1 else choices[0]
