-- Merges and splits of customers, record by record, and what people decided about pairs of records.

CREATE TABLE regroup (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    kind TEXT NOT NULL,
    customer_id INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    at TEXT NOT NULL,
    how TEXT NOT NULL,
    note TEXT
)
 STRICT;

CREATE INDEX regroup_run ON regroup (run);

CREATE TABLE regrouped (
    id INTEGER NOT NULL,
    regroup_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    from_customer_id INTEGER NOT NULL,
    to_customer_id INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(regroup_id) REFERENCES regroup (id)
)
 STRICT;

CREATE INDEX regrouped_record ON regrouped (record_id);

CREATE INDEX regrouped_regroup ON regrouped (regroup_id);

CREATE INDEX regrouped_to ON regrouped (to_customer_id);

CREATE TABLE decision (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    record_a INTEGER NOT NULL,
    record_b INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT,
    withdrawn_at TEXT
)
 STRICT;

CREATE INDEX decision_b ON decision (record_b);

CREATE UNIQUE INDEX decision_pair ON decision (record_a, record_b) WHERE withdrawn_at IS NULL;

-- A customer may have several records now: a link says which of them it appeals to.

ALTER TABLE link ADD COLUMN bearers TEXT;

-- Whoever removes a customer must find what points to it.

CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX link_from ON link (from_customer_id);

CREATE INDEX link_to ON link (to_customer_id);

CREATE INDEX saved_rfm_customer ON saved_rfm (customer_id);

-- A tombstone points to where its founding record is now, in one step.

UPDATE customer SET merged_into = (
    SELECT nullif(r.customer_id, r.id) FROM record AS r WHERE r.id = customer.id
)
WHERE merged_into IS NOT NULL;
