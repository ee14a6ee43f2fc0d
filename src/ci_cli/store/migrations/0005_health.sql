-- Runs of `health run` that somebody asked to keep.

CREATE TABLE saved_health (
    run_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    score INTEGER,
    hard INTEGER,
    soft INTEGER,
    coverage INTEGER NOT NULL,
    band TEXT,
    profile TEXT NOT NULL,
    net INTEGER NOT NULL,
    PRIMARY KEY (run_id, customer_id),
    FOREIGN KEY(run_id) REFERENCES saved_run (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT;

CREATE INDEX saved_health_customer ON saved_health (customer_id);
