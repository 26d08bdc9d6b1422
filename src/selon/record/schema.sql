-- The record: everything that was read, in one SQLite file. This is an interface: people query it with Datasette,
-- pandas or SQL of their own. docs/record.md tells what each table means and how it changes between versions.
--
-- Offsets (start, end) are Unicode code points of version.text, end exclusive. SQLite's substr() counts from 1:
-- substr(text, start + 1, end - start). Spans in more than one piece are JSON: [[start, end], …]. Dates are EDTF
-- (ISO 8601-2), with the first and last day that they may mean beside them. Times are UTC, ISO 8601.

-- A page, whatever its versions. Its key is its address or, without one, its identifier.
CREATE TABLE page (
    page_id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    -- the version that was added last
    latest INTEGER
);

-- A page with a certain text. Texts are never altered; a page with another text is another version of it.
CREATE TABLE version (
    version_id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES page (page_id),
    -- first 16 bytes of the SHA-256 of the text in UTF-8
    digest BLOB NOT NULL,
    id TEXT NOT NULL,
    language TEXT,
    url TEXT,
    outlet TEXT,
    author TEXT,
    title TEXT,
    date TEXT,
    first_day TEXT,
    last_day TEXT,
    words INTEGER NOT NULL,
    -- the model that read it, and when
    model TEXT NOT NULL,
    read_at TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (page_id, digest)
);
CREATE INDEX version_by_day ON version (first_day);
CREATE INDEX version_by_outlet ON version (outlet);

-- Who speaks, accuses or is accused, joined over all pages. Made from name and the rules below; never edited by hand.
CREATE TABLE speaker (
    speaker_id INTEGER PRIMARY KEY,
    -- folded name that tells this speaker from others
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    gender TEXT,
    wikidata TEXT
);

-- A name as pages give it, with the gender that they show, and the speaker whom it is taken to mean.
CREATE TABLE name (
    name_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- lower case, without accents, titles and articles: what names are compared by
    key TEXT NOT NULL,
    last_word TEXT NOT NULL,
    kind TEXT NOT NULL,
    gender TEXT NOT NULL DEFAULT '',
    -- versions of pages that give it
    pages INTEGER NOT NULL DEFAULT 0,
    speaker_id INTEGER REFERENCES speaker (speaker_id),
    UNIQUE (name, kind, gender)
);
CREATE INDEX name_by_key ON name (key);
CREATE INDEX name_by_last_word ON name (last_word);
CREATE INDEX name_by_speaker ON name (speaker_id);

-- Somebody who speaks on a page, and where the page mentions them.
CREATE TABLE mention (
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    name_id INTEGER NOT NULL REFERENCES name (name_id),
    spans TEXT NOT NULL,
    PRIMARY KEY (version_id, name_id)
) WITHOUT ROWID;

-- Corrections of who is who, made by people: names with this key mean the speaker with that key.
CREATE TABLE speaker_rule (
    key TEXT PRIMARY KEY,
    speaker_key TEXT NOT NULL,
    speaker_name TEXT NOT NULL,
    made_at TEXT NOT NULL
);

-- An imported table of people: used to link names.
CREATE TABLE person (
    person_id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    wikidata TEXT
);
CREATE TABLE person_alias (
    key TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    PRIMARY KEY (key, person_id)
) WITHOUT ROWID;

-- Somebody said, wrote or thinks something.
CREATE TABLE attribution (
    attribution_id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    -- from the beginning of the content's first piece to the end of its last
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    -- the pieces of the content as JSON, where there are several
    pieces TEXT,
    cue_start INTEGER,
    cue_end INTEGER,
    source_start INTEGER,
    source_end INTEGER,
    kind TEXT NOT NULL,
    act TEXT NOT NULL,
    name_id INTEGER REFERENCES name (name_id),
    gender TEXT,
    nested INTEGER NOT NULL,
    in_debris INTEGER NOT NULL,
    confidence REAL NOT NULL,
    wording_id INTEGER REFERENCES wording (wording_id),
    -- the correction that it was added by (then it is a person's), or NULL if the model found it
    added_by INTEGER REFERENCES correction (correction_id),
    -- the correction that it was changed or removed by; such rows are kept, but not shown
    replaced_by INTEGER REFERENCES correction (correction_id)
);
CREATE INDEX attribution_by_version ON attribution (version_id);
CREATE INDEX attribution_by_name ON attribution (name_id);
CREATE INDEX attribution_by_wording ON attribution (wording_id);

-- Stretches of a page that are no part of its prose.
CREATE TABLE debris (
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (version_id, start)
) WITHOUT ROWID;

-- Somebody says that somebody did something wrong or harmful, or denies or admits it.
CREATE TABLE allegation (
    allegation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    stance TEXT NOT NULL,
    accuser_id INTEGER REFERENCES name (name_id),
    accused_id INTEGER REFERENCES name (name_id),
    accuser_country TEXT,
    accused_country TEXT,
    accuser_sector TEXT,
    accused_sector TEXT,
    -- JSON object: the spans of accuser, accused, deed, victim, when, where, means and hedges
    spans TEXT NOT NULL,
    time TEXT,
    event TEXT,
    -- JSON array
    contexts TEXT NOT NULL,
    deed_kind TEXT,
    -- the stems of the deed's telling words, each once, in order, parted by spaces: what deeds are compared by
    deed_stems TEXT NOT NULL,
    attribution_id INTEGER REFERENCES attribution (attribution_id),
    -- it may stand further down on the page, hence deferred
    answers INTEGER REFERENCES allegation (allegation_id) DEFERRABLE INITIALLY DEFERRED,
    wording_id INTEGER REFERENCES wording (wording_id),
    in_debris INTEGER NOT NULL,
    confidence REAL NOT NULL
);
CREATE INDEX allegation_by_version ON allegation (version_id);
CREATE INDEX allegation_by_accuser ON allegation (accuser_id);
CREATE INDEX allegation_by_accused ON allegation (accused_id);

-- The distinct wordings of contents: the same words, whatever their marks, accents, case and spaces.
CREATE TABLE wording (
    wording_id INTEGER PRIMARY KEY,
    -- first 16 bytes of the SHA-256 of the folded words
    digest BLOB NOT NULL UNIQUE,
    words INTEGER NOT NULL,
    -- the folded words, joined by spaces
    folded TEXT NOT NULL,
    -- the family that it belongs to, named by one of its wordings; NULL for wordings too short to be known again
    family_id INTEGER REFERENCES wording (wording_id)
);
CREATE INDEX wording_by_family ON wording (family_id);

-- Hashes of runs of words, chosen so that wordings that share a long run share a hash (winnowing).
CREATE TABLE fingerprint (
    hash INTEGER NOT NULL,
    wording_id INTEGER NOT NULL REFERENCES wording (wording_id),
    PRIMARY KEY (hash, wording_id)
) WITHOUT ROWID;

-- What people corrected, kept apart from what the model said; applied again after each reading.
CREATE TABLE correction (
    correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    -- change, remove or add
    action TEXT NOT NULL,
    -- the content of the attribution that is changed or removed
    start INTEGER,
    "end" INTEGER,
    -- the attribution before and after, in the exchange form (JSON)
    before TEXT,
    after TEXT,
    who TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    made_at TEXT NOT NULL,
    undone_at TEXT
);
CREATE INDEX correction_by_version ON correction (version_id);

-- Attributions that people collected, with notes.
CREATE TABLE dossier (
    dossier_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    note TEXT NOT NULL DEFAULT '',
    made_at TEXT NOT NULL
);
CREATE TABLE dossier_item (
    item_id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (dossier_id),
    version_id INTEGER NOT NULL REFERENCES version (version_id),
    -- the content's place; it holds whatever reading finds later
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    added_at TEXT NOT NULL,
    UNIQUE (dossier_id, version_id, start, "end")
);

-- Full text. attribution_text: the contents' words, and their stems in the page's language (both without accents).
-- source_text: the words of their sources, without accents. allegation_text: the same of the evidence, and of deed and victim by themselves. version_text: the pages' whole texts.
CREATE VIRTUAL TABLE attribution_text USING fts5 (
    words, stems, content = '', tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE source_text USING fts5 (
    words, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE allegation_text USING fts5 (
    words, stems, deed_words, deed_stems, victim_words, victim_stems,
    content = '', tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE version_text USING fts5 (
    text, content = 'version', content_rowid = 'version_id', tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE version_vocabulary USING fts5vocab (version_text, 'row');

-- What most people want to see first: who said what, where and when, corrections applied.
CREATE VIEW quotation AS
SELECT
    attribution.attribution_id,
    speaker.name AS speaker,
    attribution.kind,
    attribution.act,
    substr(version.text, attribution.start + 1, attribution."end" - attribution.start) AS content,
    substr(version.text, cue_start + 1, cue_end - cue_start) AS cue,
    substr(version.text, source_start + 1, source_end - source_start) AS source,
    version.date,
    version.outlet,
    version.title,
    version.url,
    version.language,
    attribution.confidence,
    attribution.start,
    attribution."end",
    version.version_id
FROM attribution
JOIN version ON version.version_id = attribution.version_id
JOIN page ON page.latest = version.version_id
LEFT JOIN name ON name.name_id = attribution.name_id
LEFT JOIN speaker ON speaker.speaker_id = name.speaker_id
WHERE attribution.replaced_by IS NULL;

-- Who accuses whom (or denies or admits), where and when, on latest versions of pages.
CREATE VIEW accusation AS
SELECT
    allegation.allegation_id,
    accuser.name AS accuser,
    allegation.stance,
    accused.name AS accused,
    substr(version.text, allegation.start + 1, allegation."end" - allegation.start) AS evidence,
    allegation.deed_kind,
    allegation.time,
    version.date,
    version.outlet,
    version.title,
    version.url,
    version.language,
    allegation.confidence,
    allegation.start,
    allegation."end",
    version.version_id
FROM allegation
JOIN version ON version.version_id = allegation.version_id
JOIN page ON page.latest = version.version_id
LEFT JOIN name AS accuser_name ON accuser_name.name_id = allegation.accuser_id
LEFT JOIN speaker AS accuser ON accuser.speaker_id = accuser_name.speaker_id
LEFT JOIN name AS accused_name ON accused_name.name_id = allegation.accused_id
LEFT JOIN speaker AS accused ON accused.speaker_id = accused_name.speaker_id;
