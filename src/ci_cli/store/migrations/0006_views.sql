-- Lists of customers that people keep under a name.

CREATE TABLE saved_view (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    filters TEXT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
)
 STRICT;
