CREATE TABLE purchase_day (
    record_id INTEGER NOT NULL,
    currency TEXT NOT NULL,
    day TEXT NOT NULL,
    lines INTEGER NOT NULL,
    net INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    all_net INTEGER NOT NULL,
    all_orders INTEGER NOT NULL,
    purchase_days INTEGER NOT NULL,
    first_day TEXT,
    last_day TEXT,
    double_gap INTEGER,
    PRIMARY KEY (record_id, currency, day)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE month_cell (
    dimension TEXT NOT NULL,
    currency TEXT NOT NULL,
    month TEXT NOT NULL,
    grp TEXT NOT NULL,
    net INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    PRIMARY KEY (dimension, currency, month, grp)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE order_day (
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    orders INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE item_group (
    item_id INTEGER NOT NULL,
    product TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (item_id)
)
 STRICT;

CREATE TABLE stale_order (
    order_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (order_id)
)
 STRICT;

CREATE TABLE moved_record (
    record_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    PRIMARY KEY (record_id)
)
 STRICT;

CREATE TABLE kept_mark (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
)
 STRICT;
