"""The reader's page: the record as web pages and as an API. Needs the extra ``serve``."""
