"""What the tests of page formats share: pages of HTML, opening them, telling pages from errors."""

from selon import InputError, Page
from selon.pages.options import Fields, Options
from selon.pages.source import open_pages

PARAGRAPHS = (
    "Le maire de Morlaix, Yann Kerbrat, a annoncé mardi que le pont resterait fermé jusqu'à la fin de l'été.",
    "« Nous n'avons pas le choix, les piles sont fissurées », a-t-il expliqué devant le conseil municipal.",
    "Selon la préfecture, les travaux coûteront deux millions d'euros et dureront au moins quatre mois entiers.",
)


def article(paragraphs=PARAGRAPHS, head="", before="", after="", language="fr"):
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Le pont fermé | Le Jour</title>'
        f'{head}</head><body><nav><a href="/">Accueil</a> <a href="/sport">Sport</a></nav>{before}'
        f"<article><h1>Le pont fermé</h1>{body}</article>{after}<footer>Mentions légales</footer></body></html>"
    )


def read_all(*names, fields=None, **options):
    """The pages and the messages of errors behind names."""
    items = list(open_pages([str(name) for name in names], options=Options(fields=Fields(**(fields or {})), **options)))
    assert all(isinstance(item, Page | InputError) for item in items)
    return [item for item in items if isinstance(item, Page)], [
        str(item) for item in items if isinstance(item, InputError)
    ]
