-- How customers act: kinds of behaviour, the evidence for it, and the rules that found it.

CREATE TABLE applied_rules (
    id INTEGER NOT NULL,
    ruleset TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    spoken_for TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;

CREATE TABLE behaviour_type (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT,
    name_zh TEXT,
    polarity INTEGER NOT NULL,
    strength INTEGER NOT NULL,
    half_life INTEGER,
    priority INTEGER NOT NULL,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (code),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE behaviour (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    day TEXT NOT NULL,
    until TEXT,
    basis TEXT NOT NULL,
    evidence_source TEXT NOT NULL,
    evidence_key TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    rule TEXT,
    why TEXT,
    standing TEXT NOT NULL,
    note TEXT,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (code, evidence_key, evidence_source, ruleset),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX behaviour_record ON behaviour (record_id);

-- what counts of each behaviour: once by code and evidence, as long as its evidence is there and
-- nobody took it away; whether it has run out or faded is a question of the day
CREATE VIEW tag_event AS
SELECT
    b.id, r.customer_id, b.record_id, b.code, coalesce(i.day, b.day) AS day, b.until, b.basis,
    i.id AS interaction_id, b.ruleset, b.rule, b.why, b.note, b.author
FROM behaviour AS b
JOIN record AS r ON r.id = b.record_id
LEFT JOIN interaction AS i
    ON b.basis = 'event' AND i.source = b.evidence_source AND i.fact_key = b.evidence_key
WHERE b.standing = 'active' AND (b.basis <> 'event' OR i.id IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM behaviour AS o
        WHERE o.code = b.code AND o.evidence_key = b.evidence_key
            AND o.evidence_source = b.evidence_source
            AND (o.standing = 'removed' OR (o.standing = 'active' AND o.id < b.id))
    );
