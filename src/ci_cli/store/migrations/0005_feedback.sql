-- What customers say of us, and what we learn of them.

CREATE TABLE coding (
    id INTEGER NOT NULL,
    frame TEXT NOT NULL,
    coder TEXT NOT NULL,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    code TEXT,
    day TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (frame, coder, source, fact_key),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE survey (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    template TEXT NOT NULL,
    version INTEGER NOT NULL,
    wording TEXT NOT NULL,
    day TEXT NOT NULL,
    until TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (name),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE feedback (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    ask TEXT,
    text TEXT,
    product TEXT,
    channel TEXT,
    rating INTEGER,
    low INTEGER,
    high INTEGER,
    survey TEXT,
    version INTEGER,
    question TEXT,
    respondent TEXT,
    answer TEXT,
    author TEXT,
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

CREATE INDEX feedback_record ON feedback (record_id, day);

CREATE INDEX feedback_survey ON feedback (survey, question);

CREATE TABLE insight (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    text TEXT,
    stand TEXT,
    "before" INTEGER,
    "after" INTEGER,
    unit TEXT,
    period TEXT,
    industry TEXT,
    origin TEXT,
    author TEXT,
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

CREATE INDEX insight_kind ON insight (kind, day);

CREATE INDEX insight_record ON insight (record_id, day);

CREATE TABLE invitation (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    survey TEXT NOT NULL,
    respondent TEXT NOT NULL,
    day TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (survey, respondent),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX invitation_record ON invitation (record_id);
