"""Languages: one folder a language, all data; pack.py loads them."""
