"""The layers of the allegation tagger: what a token may be part of."""

#: In the order of the model's output; for each, three probabilities: inside a span, its first token, its last token.
LAYERS = ("evidence", "denies", "admits", "accused", "accuser", "deed", "victim", "when", "where", "means")
