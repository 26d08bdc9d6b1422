"""Pages of our own, for tests of the record; small, in both languages, with people who come back."""

from selon import Page

OUTLETS = ("Le Jour", "La Gazette", "The Harbour Post")


def page(text, number=0, **facts):
    known = {"id": f"p{number}", "url": f"https://example.org/{number}", "outlet": OUTLETS[number % 3]}
    known["date"] = f"2017-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return Page(text, **{**known, **facts})


def pages():
    """Eight pages that are read in a second."""
    texts = [
        "Emmanuel Macron a promis que les retraites ne seraient pas touchées. « Nous tiendrons parole », a-t-il déclaré.",
        "Le président Macron a répondu aux maires. « Je vous ai entendus », a assuré M. Macron devant les élus.",
        "« La digue tiendra tout l'hiver », assure le maire de Valmont, Paul Serre. Marine Leroy a dénoncé un mensonge.",
        "Mme Leroy a estimé que la réforme des retraites était injuste. Selon Paul Serre, personne n'a été consulté.",
        "“The bridge is safe and will stay open,” said Mary Lane, the mayor. She promised that voters would be heard.",
        "According to Mary Lane, the old bridge is closed. Emmanuel Macron said that elections would be held in May.",
        "« Nous tiendrons parole », a répété Emmanuel Macron. Selon le syndicat des dockers, la promesse vient tard.",
        "Le ministère a indiqué que l'école rouvrirait lundi. « Personne ne sera oublié », a ajouté Hélène Morel.",
    ]
    return [page(text, number) for number, text in enumerate(texts)]
