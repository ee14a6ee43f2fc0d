-- Customers who vouch for us: their steps, requests, attempts, uses, quotes, thanks.

CREATE TABLE reference_step (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    step TEXT NOT NULL,
    person TEXT,
    channel TEXT,
    scope TEXT,
    until TEXT,
    said_by TEXT,
    use_case TEXT,
    product TEXT,
    note TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX reference_step_record ON reference_step (record_id, day);

CREATE TABLE reference_request (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER,
    what TEXT NOT NULL,
    channel TEXT NOT NULL,
    day TEXT NOT NULL,
    due TEXT,
    criteria TEXT,
    value INTEGER,
    currency TEXT,
    expected INTEGER,
    state TEXT NOT NULL,
    closed TEXT,
    reason TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX reference_request_record ON reference_request (record_id);

CREATE TABLE reference_attempt (
    id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    person TEXT,
    day TEXT NOT NULL,
    outcome TEXT NOT NULL,
    minutes INTEGER,
    note TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(request_id) REFERENCES reference_request (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX reference_attempt_record ON reference_attempt (record_id, day);

CREATE INDEX reference_attempt_request ON reference_attempt (request_id);

CREATE TABLE reference_use (
    id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    person TEXT,
    channel TEXT NOT NULL,
    day TEXT NOT NULL,
    actual INTEGER,
    minutes INTEGER,
    outcome TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(request_id) REFERENCES reference_request (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX reference_use_record ON reference_use (record_id, day);

CREATE INDEX reference_use_request ON reference_use (request_id);

CREATE TABLE quote (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER NOT NULL,
    person TEXT,
    text TEXT NOT NULL,
    product TEXT,
    day TEXT NOT NULL,
    approved TEXT,
    approved_by TEXT,
    scope TEXT,
    until TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX quote_record ON quote (record_id, day);

CREATE TABLE quote_use (
    id INTEGER NOT NULL,
    quote_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    place TEXT NOT NULL,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(quote_id) REFERENCES quote (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX quote_use_quote ON quote_use (quote_id, day);

CREATE TABLE recognition (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    person TEXT,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT,
    value INTEGER,
    currency TEXT,
    author TEXT NOT NULL,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX recognition_record ON recognition (record_id, day);

CREATE TRIGGER search_quote_new AFTER INSERT ON quote
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'quote', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'quote' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_quote_changed AFTER UPDATE ON quote
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'quote', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'quote' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_quote_gone AFTER DELETE ON quote
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'quote', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'quote' AND row_id = OLD.id
    );
END;
