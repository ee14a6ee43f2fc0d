-- What people do about alarms and customers, and the day on which an alarm was raised.

CREATE TABLE action (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL,
    alarm_id INTEGER,
    record_id INTEGER,
    owner TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL,
    created TEXT NOT NULL,
    author TEXT NOT NULL,
    closed TEXT,
    closed_by TEXT,
    kind TEXT,
    won INTEGER,
    currency TEXT,
    reason TEXT,
    figure_currency TEXT,
    before_as_of TEXT,
    before_state TEXT,
    before_score INTEGER,
    before_rate INTEGER,
    before_revenue INTEGER,
    after_as_of TEXT,
    after_state TEXT,
    after_score INTEGER,
    after_rate INTEGER,
    after_revenue INTEGER,
    file_id INTEGER,
    FOREIGN KEY(alarm_id) REFERENCES alarm (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX action_alarm ON action (alarm_id);

CREATE INDEX action_record ON action (record_id);

ALTER TABLE alarm ADD COLUMN raised TEXT;

UPDATE alarm SET raised = substr(opened_at, 1, 10);
