-- What the last scan for duplicates found; see models/pairs.py.

CREATE TABLE scan (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    scanned_by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    settings TEXT NOT NULL,
    model TEXT NOT NULL,
    summary TEXT NOT NULL,
    remembered BLOB,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE scanned_record (
    record_id INTEGER NOT NULL,
    copy_of INTEGER NOT NULL,
    own_weight REAL NOT NULL,
    cluster INTEGER NOT NULL,
    probability REAL,
    PRIMARY KEY (record_id)
)
 STRICT;

CREATE TABLE scored_pair (
    record_a INTEGER NOT NULL,
    record_b INTEGER NOT NULL,
    weight REAL NOT NULL,
    probability REAL NOT NULL,
    band INTEGER NOT NULL,
    levels TEXT NOT NULL,
    weights TEXT NOT NULL,
    PRIMARY KEY (record_a, record_b)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX scored_pair_b ON scored_pair (record_b);
