CREATE TABLE batch (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,
    source TEXT,
    imported_by TEXT,
    at TEXT NOT NULL,
    options TEXT,
    read INTEGER DEFAULT '0' NOT NULL,
    created INTEGER DEFAULT '0' NOT NULL,
    updated INTEGER DEFAULT '0' NOT NULL,
    unchanged INTEGER DEFAULT '0' NOT NULL,
    "conflict" INTEGER DEFAULT '0' NOT NULL,
    rejected INTEGER DEFAULT '0' NOT NULL,
    rejects_file TEXT,
    undone_at TEXT
)
 STRICT;

CREATE TABLE category_rule (
    id INTEGER NOT NULL,
    "match" TEXT NOT NULL,
    value TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE ("match", value)
)
 STRICT;

CREATE TABLE customer (
    id INTEGER NOT NULL,
    merged_into INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(merged_into) REFERENCES customer (id)
)
 STRICT;

CREATE TABLE export_log (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    exported_by TEXT,
    what TEXT NOT NULL,
    target TEXT NOT NULL,
    rows INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE import_map (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT,
    header TEXT NOT NULL,
    fields TEXT NOT NULL,
    options TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE item (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    product_key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, product_key, name, category)
)
 STRICT;

CREATE TABLE meta (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE saved_run (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    as_of TEXT NOT NULL,
    params TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (kind, name)
)
 STRICT;

CREATE TABLE source (
    name TEXT NOT NULL,
    priority INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE batch_file (
    id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    file TEXT NOT NULL,
    sheet TEXT,
    sha256 TEXT,
    kind TEXT NOT NULL,
    format TEXT,
    encoding TEXT,
    delimiter TEXT,
    header_line INTEGER,
    mapping TEXT,
    read INTEGER DEFAULT '0' NOT NULL,
    created INTEGER DEFAULT '0' NOT NULL,
    updated INTEGER DEFAULT '0' NOT NULL,
    unchanged INTEGER DEFAULT '0' NOT NULL,
    "conflict" INTEGER DEFAULT '0' NOT NULL,
    rejected INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;

CREATE INDEX batch_file_batch ON batch_file (batch_id);

CREATE TABLE change (
    id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    "before" TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;

CREATE INDEX change_row ON change (table_name, row_id);

CREATE TABLE saved_rfm (
    run_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    frequency INTEGER NOT NULL,
    monetary INTEGER NOT NULL,
    r INTEGER NOT NULL,
    f INTEGER NOT NULL,
    m INTEGER NOT NULL,
    segment TEXT,
    PRIMARY KEY (run_id, customer_id),
    FOREIGN KEY(run_id) REFERENCES saved_run (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT;

CREATE TABLE category (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    category_key TEXT NOT NULL,
    name TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, category_key),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE product (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    product_key TEXT NOT NULL,
    name TEXT,
    category_key TEXT,
    category TEXT,
    unit_price INTEGER,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, product_key),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE record (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    key_kind TEXT NOT NULL,
    source_key TEXT NOT NULL,
    described INTEGER DEFAULT '0' NOT NULL,
    name TEXT,
    name_key TEXT,
    short_name TEXT,
    tax_id TEXT,
    industry TEXT,
    country TEXT,
    region TEXT,
    city TEXT,
    address TEXT,
    postcode TEXT,
    tier TEXT,
    status TEXT,
    owner TEXT,
    channel TEXT,
    since TEXT,
    parent TEXT,
    phone TEXT,
    email TEXT,
    extra TEXT,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    updated_at TEXT NOT NULL,
    UNIQUE (source, key_kind, source_key),
    FOREIGN KEY(customer_id) REFERENCES customer (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX record_customer ON record (customer_id);

CREATE INDEX record_email ON record (email);

CREATE INDEX record_name_key ON record (name_key);

CREATE INDEX record_phone ON record (phone);

CREATE INDEX record_tax_id ON record (tax_id);

CREATE TABLE contact (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    contact_key TEXT NOT NULL,
    name TEXT,
    title TEXT,
    phone TEXT,
    email TEXT,
    is_primary INTEGER DEFAULT '0' NOT NULL,
    left_at TEXT,
    extra TEXT,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (record_id, contact_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE TABLE link (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    from_customer_id INTEGER NOT NULL,
    to_customer_id INTEGER NOT NULL,
    how TEXT NOT NULL,
    evidence TEXT,
    batch_id INTEGER,
    at TEXT NOT NULL,
    undone_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(from_customer_id) REFERENCES customer (id),
    FOREIGN KEY(to_customer_id) REFERENCES customer (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;

CREATE INDEX link_record ON link (record_id);

CREATE TABLE sales_order (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    order_key TEXT NOT NULL,
    described INTEGER DEFAULT '0' NOT NULL,
    record_id INTEGER,
    date TEXT,
    time TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    status TEXT,
    currency TEXT,
    total INTEGER,
    owner TEXT,
    region TEXT,
    country TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, order_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

CREATE INDEX sales_order_record ON sales_order (record_id);

CREATE TABLE order_line (
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    line_key INTEGER NOT NULL,
    occurrence INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    quantity INTEGER,
    unit_price INTEGER,
    amount INTEGER,
    discount INTEGER,
    cost INTEGER,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (order_id, line_key, occurrence),
    FOREIGN KEY(order_id) REFERENCES sales_order (id),
    FOREIGN KEY(item_id) REFERENCES item (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;

