-- What was said and done, agreed, hoped for and used.

CREATE TABLE contract (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    name TEXT,
    product TEXT,
    signed TEXT,
    starts TEXT,
    ends TEXT,
    value INTEGER,
    currency TEXT,
    status TEXT,
    owner TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, fact_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX contract_ends ON contract (ends);

CREATE INDEX contract_record ON contract (record_id, ends);

CREATE TABLE opportunity (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    name TEXT,
    stage TEXT,
    outcome TEXT NOT NULL,
    why TEXT,
    competitor TEXT,
    product TEXT,
    value INTEGER,
    currency TEXT,
    opened TEXT,
    expected TEXT,
    closed TEXT,
    owner TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, fact_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX opportunity_closed ON opportunity (closed);

CREATE INDEX opportunity_record ON opportunity (record_id, opened);

CREATE TABLE usage (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    value INTEGER,
    unit TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, record_id, metric, grain, period),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX usage_metric ON usage (metric, period);

CREATE INDEX usage_record ON usage (record_id, period);

CREATE TABLE interaction (
    id INTEGER NOT NULL,
    record_id INTEGER,
    contact_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    day TEXT NOT NULL,
    clock TEXT,
    kind TEXT NOT NULL,
    topic TEXT,
    direction TEXT,
    outcome TEXT,
    subject TEXT,
    text TEXT,
    person TEXT,
    author TEXT,
    status TEXT,
    due TEXT,
    closed TEXT,
    files TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, fact_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX interaction_contact ON interaction (contact_id);

CREATE INDEX interaction_day ON interaction (day);

CREATE INDEX interaction_record ON interaction (record_id, day);

-- who was spoken to, and when: notes and promises are no contact, what is planned not yet one
CREATE VIEW touch AS
SELECT
    i.id,
    i.record_id,
    i.contact_id,
    iif(i.due IS NOT NULL AND i.kind NOT IN ('request', 'ticket'), coalesce(i.closed, i.day), i.day)
        AS day,
    i.kind,
    i.direction,
    i.outcome,
    i.author,
    coalesce(i.outcome, '') NOT IN ('refused', 'no_answer', 'cancelled') AS reached,
    i.kind IN ('call', 'visit', 'meeting', 'demo')
        AND coalesce(i.outcome, '') NOT IN ('refused', 'no_answer', 'cancelled') AS personal
FROM interaction AS i
WHERE i.kind NOT IN ('note', 'promise') AND coalesce(i.outcome, '') <> 'planned';
