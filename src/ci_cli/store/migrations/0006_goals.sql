-- What is to be reached by when, and who wants which report.

CREATE TABLE goal (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    metric TEXT NOT NULL,
    target INTEGER NOT NULL,
    direction TEXT NOT NULL,
    currency TEXT,
    by_parent INTEGER NOT NULL,
    start_day TEXT NOT NULL,
    start_value INTEGER,
    by_day TEXT NOT NULL,
    owner TEXT,
    stakeholder TEXT,
    state TEXT NOT NULL,
    created TEXT NOT NULL,
    author TEXT NOT NULL,
    closed TEXT,
    closed_by TEXT,
    reason TEXT,
    file_id INTEGER,
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE stakeholder (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    report TEXT NOT NULL,
    person TEXT NOT NULL,
    wants TEXT,
    created TEXT NOT NULL,
    author TEXT NOT NULL,
    file_id INTEGER,
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;
