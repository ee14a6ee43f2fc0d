-- What the early warning said, and what people made of it.

CREATE TABLE alarm (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    grp TEXT NOT NULL,
    label TEXT NOT NULL,
    currency TEXT NOT NULL,
    opened TEXT NOT NULL,
    closed TEXT,
    status TEXT NOT NULL,
    driver TEXT,
    since TEXT,
    rate INTEGER,
    at_risk INTEGER,
    opened_at TEXT NOT NULL,
    reason TEXT,
    decided_by TEXT,
    decided_at TEXT
)
 STRICT;

CREATE TABLE watched (
    watcher TEXT NOT NULL,
    kind TEXT NOT NULL,
    grp TEXT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    month TEXT NOT NULL,
    PRIMARY KEY (watcher, kind, grp, currency)
)
 STRICT;
