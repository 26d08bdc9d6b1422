-- The words of sources are found by an index; before, every page's text was looked through.
CREATE VIRTUAL TABLE source_text USING fts5 (
    words, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO source_text (rowid, words)
SELECT attribution_id, folded(substr(text, source_start + 1, source_end - source_start))
FROM attribution JOIN version USING (version_id) WHERE source_start NOT NULL
ORDER BY attribution_id;
