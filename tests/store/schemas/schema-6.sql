PRAGMA application_id = 1667837283;
PRAGMA user_version = 6;
BEGIN TRANSACTION;
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
, raised TEXT)
 STRICT;
CREATE TABLE applied_rules (
    id INTEGER NOT NULL,
    ruleset TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    spoken_for TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;
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
INSERT INTO "batch" VALUES(1,'import','shop','tester','2026-11-23T18:17:53+00:00','{"on_match": "update", "files": ["orders.csv"]}',5,5,0,0,0,0,NULL,NULL);
INSERT INTO "batch" VALUES(2,'import','shop','tester','2026-11-23T18:17:54+00:00','{"on_match": "update", "files": ["corrected.csv"]}',5,0,1,4,0,0,NULL,NULL);
INSERT INTO "batch" VALUES(3,'import','shop','tester','2026-11-23T18:17:54+00:00','{"on_match": "update", "files": ["customers.csv"]}',2,2,0,0,0,0,NULL,NULL);
INSERT INTO "batch" VALUES(4,'import','phone','tester','2026-11-23T18:17:54+00:00','{"on_match": "update", "files": ["calls.csv"]}',2,2,0,0,0,0,NULL,NULL);
INSERT INTO "batch" VALUES(5,'import','other','tester','2026-11-23T18:17:54+00:00','{"on_match": "update", "files": ["mistake.csv"]}',5,5,0,0,0,0,NULL,'2026-11-23T18:17:55+00:00');
INSERT INTO "batch" VALUES(6,'customer add','typed','tester','2026-11-23T18:17:55+00:00','{}',1,1,0,0,0,0,NULL,NULL);
INSERT INTO "batch" VALUES(7,'customer set','typed','tester','2026-11-23T18:17:55+00:00','{}',1,0,1,0,0,0,NULL,NULL);
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
INSERT INTO "batch_file" VALUES(1,1,'orders.csv',NULL,'cbd1b4e97002bef548b720a7ccffe3b90690907aba6f2af11c7dd39c28871e60','orders','csv','utf-8',',',1,'{"Order ID": "order.id", "Line Number": "line.number", "Customer ID": "customer.id", "Customer Name": "customer.name", "Order Date": "order.date", "Product": "line.product_name", "Category": "line.category", "Quantity": "line.quantity", "Amount": "line.amount"}',5,5,0,0,0,0);
INSERT INTO "batch_file" VALUES(2,2,'corrected.csv',NULL,'4005d41bbdcd952035179b7aa81cd6ab05492432841666a86855daa6acbdeb8b','orders','csv','utf-8',',',1,'{"Order ID": "order.id", "Line Number": "line.number", "Customer ID": "customer.id", "Customer Name": "customer.name", "Order Date": "order.date", "Product": "line.product_name", "Category": "line.category", "Quantity": "line.quantity", "Amount": "line.amount"}',5,0,1,4,0,0);
INSERT INTO "batch_file" VALUES(3,3,'customers.csv',NULL,'5278c1c8c30711c988434dbdf361cd2ee67e077c5b247a280426c874fdea2830','customers','csv','utf-8',',',1,'{"Customer ID": "customer.id", "Customer Name": "customer.name", "Industry": "customer.industry", "Phone": "contact.phone"}',2,2,0,0,0,0);
INSERT INTO "batch_file" VALUES(4,4,'calls.csv',NULL,'fe590315da56fa806f32d73cd8ddd6c92c8e04692de6d352e3ecf25735085726','orders','csv','utf-8',',',1,'{"Order ID": "order.id", "Order Date": "order.date", "Customer Name": "customer.name", "Amount": "order.total"}',2,2,0,0,0,0);
INSERT INTO "batch_file" VALUES(5,5,'mistake.csv',NULL,'5fa2e2a0babed8227e709de6ccc357943d270457ce6d3272b00d569d8afe1d4d','orders','csv','utf-8',',',1,'{"Order ID": "order.id", "Line Number": "line.number", "Customer ID": "customer.id", "Customer Name": "customer.name", "Order Date": "order.date", "Product": "line.product_name", "Category": "line.category", "Quantity": "line.quantity", "Amount": "line.amount"}',5,5,0,0,0,0);
INSERT INTO "batch_file" VALUES(6,6,'typed',NULL,NULL,'customers','typed',NULL,NULL,0,'{}',1,1,0,0,0,0);
INSERT INTO "batch_file" VALUES(7,7,'typed',NULL,NULL,'customers','typed',NULL,NULL,0,'{}',1,0,1,0,0,0);
CREATE TABLE behaviour (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    day TEXT NOT NULL,
    until TEXT,
    basis TEXT NOT NULL,
    evidence_source TEXT NOT NULL,
    evidence_key TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    rule TEXT,
    why TEXT,
    standing TEXT NOT NULL,
    note TEXT,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (code, evidence_key, evidence_source, ruleset),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;
CREATE TABLE behaviour_type (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT,
    name_zh TEXT,
    polarity INTEGER NOT NULL,
    strength INTEGER NOT NULL,
    half_life INTEGER,
    priority INTEGER NOT NULL,
    author TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (code),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
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
CREATE TABLE category_rule (
    id INTEGER NOT NULL,
    "match" TEXT NOT NULL,
    value TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE ("match", value)
)
 STRICT;
INSERT INTO "category_rule" VALUES(1,'category','Office','Stationery');
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
INSERT INTO "change" VALUES(1,2,'order_line',4,'{"id":4,"order_id":5,"line_key":1,"occurrence":0,"item_id":3,"kind":"sale","quantity":1000000,"unit_price":null,"amount":99900,"discount":null,"cost":null,"extra":null,"file_id":1,"line":5}');
INSERT INTO "change" VALUES(2,3,'record',1,'{"id":1,"customer_id":1,"source":"shop","key_kind":"id","source_key":"K1","described":0,"name":"Acme Ltd","name_key":"acmeltd","short_name":null,"tax_id":null,"industry":null,"country":null,"region":null,"city":null,"address":null,"postcode":null,"tier":null,"status":null,"owner":null,"channel":null,"since":null,"parent":null,"phone":null,"email":null,"extra":null,"author":null,"file_id":1,"line":2,"updated_at":"2026-11-23T18:17:53+00:00"}');
INSERT INTO "change" VALUES(3,3,'record',2,'{"id":2,"customer_id":2,"source":"shop","key_kind":"id","source_key":"K2","described":0,"name":"张伟商贸","name_key":"张伟商贸","short_name":null,"tax_id":null,"industry":null,"country":null,"region":null,"city":null,"address":null,"postcode":null,"tier":null,"status":null,"owner":null,"channel":null,"since":null,"parent":null,"phone":null,"email":null,"extra":null,"author":null,"file_id":1,"line":4,"updated_at":"2026-11-23T18:17:53+00:00"}');
INSERT INTO "change" VALUES(4,7,'record',1,'{"id":1,"customer_id":1,"source":"shop","key_kind":"id","source_key":"K1","described":1,"name":"Acme Ltd","name_key":"acmeltd","short_name":null,"tax_id":null,"industry":"Retail","country":null,"region":null,"city":null,"address":null,"postcode":null,"tier":null,"status":null,"owner":null,"channel":null,"since":null,"parent":null,"phone":"+44 20 7946 0000","email":null,"extra":null,"author":null,"file_id":3,"line":2,"updated_at":"2026-11-23T18:17:54+00:00"}');
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
CREATE TABLE contract (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    name TEXT,
    product TEXT,
    signed TEXT,
    starts TEXT,
    ends TEXT,
    value INTEGER,
    currency TEXT,
    status TEXT,
    owner TEXT,
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
CREATE TABLE customer (
    id INTEGER NOT NULL,
    merged_into INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(merged_into) REFERENCES customer (id)
)
 STRICT;
INSERT INTO "customer" VALUES(1,NULL);
INSERT INTO "customer" VALUES(2,NULL);
INSERT INTO "customer" VALUES(3,NULL);
INSERT INTO "customer" VALUES(4,1);
INSERT INTO "customer" VALUES(5,NULL);
INSERT INTO "customer" VALUES(9,NULL);
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
INSERT INTO "import_map" VALUES('shop','orders','shop','["Order ID", "Line Number", "Customer ID", "Customer Name", "Order Date", "Product", "Category", "Quantity", "Amount"]','{"order.id": "Order ID", "line.number": "Line Number", "customer.id": "Customer ID", "customer.name": "Customer Name", "order.date": "Order Date", "line.product_name": "Product", "line.category": "Category", "line.quantity": "Quantity", "line.amount": "Amount"}','{"dates": null, "decimal": null, "read": {}, "layout": {"header_row": null, "fill_down": [], "fill_merged": false, "unpivot": null, "unpivot_as": null}, "id_widths": {}}','2026-11-23T18:17:55+00:00');
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
CREATE TABLE interaction (
    id INTEGER NOT NULL,
    record_id INTEGER,
    contact_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    day TEXT NOT NULL,
    clock TEXT,
    kind TEXT NOT NULL,
    topic TEXT,
    direction TEXT,
    outcome TEXT,
    subject TEXT,
    text TEXT,
    person TEXT,
    author TEXT,
    status TEXT,
    due TEXT,
    closed TEXT,
    files TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, fact_key),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
)
 STRICT;
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
INSERT INTO "item" VALUES(1,'shop','','Tea','Drinks');
INSERT INTO "item" VALUES(2,'shop','','Pen','Office');
INSERT INTO "item" VALUES(3,'shop','','Ink','Office');
CREATE TABLE item_group (
    item_id INTEGER NOT NULL,
    product TEXT NOT NULL,
    category TEXT NOT NULL,
    PRIMARY KEY (item_id)
)
 STRICT;
CREATE TABLE kept_mark (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
)
 STRICT;
INSERT INTO "kept_mark" VALUES('made',0);
INSERT INTO "kept_mark" VALUES('order',0);
INSERT INTO "kept_mark" VALUES('line',0);
INSERT INTO "kept_mark" VALUES('groups',1);
CREATE TABLE link (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    from_customer_id INTEGER NOT NULL,
    to_customer_id INTEGER NOT NULL,
    how TEXT NOT NULL,
    evidence TEXT,
    batch_id INTEGER,
    at TEXT NOT NULL,
    undone_at TEXT, bearers TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(from_customer_id) REFERENCES customer (id),
    FOREIGN KEY(to_customer_id) REFERENCES customer (id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;
INSERT INTO "link" VALUES(1,4,4,1,'name','acmeltd',4,'2026-11-23T18:17:54+00:00',NULL,'[1]');
CREATE TABLE meta (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
)
 STRICT;
INSERT INTO "meta" VALUES('currency','EUR');
INSERT INTO "meta" VALUES('zone','UTC');
INSERT INTO "meta" VALUES('revision','11');
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
CREATE TABLE moved_record (
    record_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    PRIMARY KEY (record_id)
)
 STRICT;
INSERT INTO "moved_record" VALUES(4,4);
CREATE TABLE opportunity (
    id INTEGER NOT NULL,
    record_id INTEGER,
    source TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    name TEXT,
    stage TEXT,
    outcome TEXT NOT NULL,
    why TEXT,
    competitor TEXT,
    product TEXT,
    value INTEGER,
    currency TEXT,
    opened TEXT,
    expected TEXT,
    closed TEXT,
    owner TEXT,
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
CREATE TABLE order_day (
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    orders INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
)
 WITHOUT ROWID,
 STRICT;
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
INSERT INTO "order_line" VALUES(1,2,1,0,1,'sale',2000000,NULL,200000,NULL,NULL,NULL,1,2);
INSERT INTO "order_line" VALUES(2,2,2,0,2,'sale',1000000,NULL,15000,NULL,NULL,NULL,1,3);
INSERT INTO "order_line" VALUES(3,4,1,0,1,'sale',5000000,NULL,500000,NULL,NULL,NULL,1,4);
INSERT INTO "order_line" VALUES(4,5,1,0,3,'sale',1000000,NULL,199900,NULL,NULL,NULL,1,5);
INSERT INTO "order_line" VALUES(5,6,1,0,1,'return',-1000000,NULL,-100000,NULL,NULL,NULL,1,6);
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
CREATE TABLE purchase_total (
    currency TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    all_net INTEGER NOT NULL,
    all_orders INTEGER NOT NULL,
    purchase_days INTEGER NOT NULL,
    first_day TEXT,
    last_day TEXT,
    double_gap INTEGER,
    PRIMARY KEY (currency, record_id)
)
 WITHOUT ROWID,
 STRICT;
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
INSERT INTO "record" VALUES(1,1,'shop','id','K1',1,'Acme Ltd','acmeltd',NULL,NULL,'Retail',NULL,NULL,NULL,NULL,NULL,'A',NULL,NULL,NULL,NULL,NULL,'+44 20 7946 0000',NULL,'{"fit.modules":"returns"}',NULL,3,2,'2026-11-23T18:17:55+00:00');
INSERT INTO "record" VALUES(2,2,'shop','id','K2',1,'张伟商贸','张伟商贸',NULL,NULL,'批发',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,3,'2026-11-23T18:17:54+00:00');
INSERT INTO "record" VALUES(3,3,'shop','id','K3',0,'Blue Yonder','blueyonder',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,6,'2026-11-23T18:17:53+00:00');
INSERT INTO "record" VALUES(4,1,'phone','name','Acme Ltd',0,'Acme Ltd','acmeltd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,4,2,'2026-11-23T18:17:54+00:00');
INSERT INTO "record" VALUES(5,5,'phone','name','Nobody Known',0,'Nobody Known','nobodyknown',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,4,3,'2026-11-23T18:17:54+00:00');
INSERT INTO "record" VALUES(9,9,'typed','name','Typed',1,'Typed','typed',NULL,NULL,'Services',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'tester',6,1,'2026-11-23T18:17:55+00:00');
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
INSERT INTO "sales_order" VALUES(2,'shop','A1',1,1,'2025-01-05',NULL,'sale','counted',NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "Acme Ltd"}',NULL,1,2);
INSERT INTO "sales_order" VALUES(4,'shop','A2',1,2,'2025-02-06',NULL,'sale','counted',NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "张伟商贸"}',NULL,1,4);
INSERT INTO "sales_order" VALUES(5,'shop','A3',1,1,'2025-03-07',NULL,'sale','counted',NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "Acme Ltd"}',NULL,1,5);
INSERT INTO "sales_order" VALUES(6,'shop','A4',1,3,'2025-04-08',NULL,'sale','counted',NULL,NULL,NULL,NULL,NULL,NULL,'{"name": "Blue Yonder"}',NULL,1,6);
INSERT INTO "sales_order" VALUES(8,'phone','X1',1,4,'2025-05-01',NULL,'sale','counted',NULL,NULL,50000,NULL,NULL,NULL,'{"name": "Acme Ltd"}',NULL,4,2);
INSERT INTO "sales_order" VALUES(9,'phone','X2',1,5,'2025-05-02',NULL,'sale','counted',NULL,NULL,60000,NULL,NULL,NULL,'{"name": "Nobody Known"}',NULL,4,3);
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
INSERT INTO "saved_rfm" VALUES(1,2,85,1,500000,2,3,5,'At Risk');
INSERT INTO "saved_rfm" VALUES(1,1,1,3,464900,4,5,4,'Champions');
INSERT INTO "saved_rfm" VALUES(1,5,0,1,60000,5,3,2,'Potential Loyalist');
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
INSERT INTO "saved_run" VALUES(1,'rfm','may','2025-05-02','{"currency": "EUR", "bins": 5, "window": "all", "cuts": {}, "segments": ["Champions", "Loyal", "Potential Loyalist", "New", "Promising", "Need Attention", "About To Sleep", "At Risk", "Cannot Lose", "Hibernating", "Lost"]}','2026-11-23T18:17:55+00:00');
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
CREATE TABLE scan (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    scanned_by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    settings TEXT NOT NULL,
    model TEXT NOT NULL,
    summary TEXT NOT NULL,
    remembered BLOB,
    PRIMARY KEY (id)
)
 STRICT;
CREATE TABLE scanned_record (
    record_id INTEGER NOT NULL,
    copy_of INTEGER NOT NULL,
    own_weight REAL NOT NULL,
    cluster INTEGER NOT NULL,
    probability REAL,
    PRIMARY KEY (record_id)
)
 STRICT;
CREATE TABLE scored_pair (
    record_a INTEGER NOT NULL,
    record_b INTEGER NOT NULL,
    weight REAL NOT NULL,
    probability REAL NOT NULL,
    band INTEGER NOT NULL,
    levels TEXT NOT NULL,
    weights TEXT NOT NULL,
    PRIMARY KEY (record_a, record_b)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE seal (
    table_name TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    money_high INTEGER NOT NULL,
    money_low INTEGER NOT NULL,
    quantity_high INTEGER NOT NULL,
    quantity_low INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (table_name, file_id)
) STRICT;
INSERT INTO "seal" VALUES('customer',0,6,0,0,0,0,2);
INSERT INTO "seal" VALUES('item',0,3,0,0,0,0,2604869000);
INSERT INTO "seal" VALUES('order_line',1,5,-1,2148298548,-1,2155483648,382);
INSERT INTO "seal" VALUES('record',1,1,0,0,0,0,627613641);
INSERT INTO "seal" VALUES('sales_order',1,4,0,0,0,0,2786883256);
INSERT INTO "seal" VALUES('record',3,2,0,0,0,0,1612555039);
INSERT INTO "seal" VALUES('link',0,1,0,0,0,0,1289533662);
INSERT INTO "seal" VALUES('record',4,2,0,0,0,0,599831555);
INSERT INTO "seal" VALUES('sales_order',4,2,0,110000,0,0,3565394907);
INSERT INTO "seal" VALUES('record',6,1,0,0,0,0,1580791248);
INSERT INTO "seal" VALUES('category_rule',0,1,0,0,0,0,490887589);
CREATE TABLE search_text (
    id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    sort TEXT NOT NULL,
    day TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (table_name, row_id)
)
 STRICT;
CREATE TABLE search_todo (
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    PRIMARY KEY (table_name, row_id)
)
 WITHOUT ROWID, STRICT;
INSERT INTO "search_todo" VALUES('item',1);
INSERT INTO "search_todo" VALUES('item',2);
INSERT INTO "search_todo" VALUES('item',3);
INSERT INTO "search_todo" VALUES('item',4);
INSERT INTO "search_todo" VALUES('item',5);
INSERT INTO "search_todo" VALUES('item',6);
INSERT INTO "search_todo" VALUES('record',1);
INSERT INTO "search_todo" VALUES('record',2);
INSERT INTO "search_todo" VALUES('record',3);
INSERT INTO "search_todo" VALUES('record',4);
INSERT INTO "search_todo" VALUES('record',5);
INSERT INTO "search_todo" VALUES('record',6);
INSERT INTO "search_todo" VALUES('record',7);
INSERT INTO "search_todo" VALUES('record',8);
INSERT INTO "search_todo" VALUES('record',9);
CREATE TABLE source (
    name TEXT NOT NULL,
    priority INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (name)
)
 STRICT;
INSERT INTO "source" VALUES('shop',0);
INSERT INTO "source" VALUES('phone',0);
INSERT INTO "source" VALUES('typed',0);
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
CREATE TABLE stale_order (
    order_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (order_id)
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
CREATE TABLE usage (
    id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    value INTEGER,
    unit TEXT,
    about_customer TEXT,
    extra TEXT,
    file_id INTEGER,
    line INTEGER,
    PRIMARY KEY (id),
    UNIQUE (source, record_id, metric, grain, period),
    FOREIGN KEY(record_id) REFERENCES record (id),
    FOREIGN KEY(file_id) REFERENCES batch_file (id)
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
CREATE INDEX batch_file_batch ON batch_file (batch_id);
CREATE INDEX change_row ON change (table_name, row_id);
CREATE INDEX record_customer ON record (customer_id);
CREATE INDEX record_email ON record (email);
CREATE INDEX record_name_key ON record (name_key);
CREATE INDEX record_phone ON record (phone);
CREATE INDEX record_tax_id ON record (tax_id);
CREATE INDEX link_record ON link (record_id);
CREATE INDEX sales_order_record ON sales_order (record_id);
CREATE VIEW revenue_line AS
SELECT
    l.id AS line_id, o.id AS order_id, o.record_id, o.date AS day,
    coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')) AS currency,
    CASE WHEN o.kind = 'return' THEN 'return' ELSE l.kind END AS kind,
    l.item_id, l.quantity, l.unit_price,
    CASE WHEN o.kind = 'return' THEN -abs(l.amount) ELSE l.amount END AS amount,
    l.file_id, l.line
FROM sales_order AS o
JOIN order_line AS l ON l.order_id = o.id
WHERE o.state = 'counted' AND o.date IS NOT NULL AND l.kind <> 'void' AND l.amount IS NOT NULL
UNION ALL
SELECT
    NULL, o.id, o.record_id, o.date,
    coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')),
    CASE WHEN o.kind = 'return' OR o.total < 0 THEN 'return' ELSE 'sale' END,
    NULL, NULL, NULL,
    CASE WHEN o.kind = 'return' THEN -abs(o.total) ELSE o.total END,
    o.file_id, o.line
FROM sales_order AS o
WHERE o.state = 'counted' AND o.date IS NOT NULL AND o.total IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM order_line AS l WHERE l.order_id = o.id AND l.amount IS NOT NULL
    );
CREATE VIEW item_category AS
SELECT
    i.item_id, i.product, i.label,
    coalesce(
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'product' AND r.value = i.product),
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'category' AND r.value = i.own),
        i.own,
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'pattern' AND lower(i.label) GLOB lower(r.value)
         ORDER BY length(r.value) DESC, r.value LIMIT 1),
        ''
    ) AS category
FROM (
    SELECT
        item.id AS item_id,
        coalesce(nullif(item.product_key, ''), item.name) AS product,
        coalesce(p.name, nullif(item.name, ''), item.product_key) AS label,
        coalesce(nullif(item.category, ''), p.category, c.name, p.category_key) AS own
    FROM item
    LEFT JOIN product AS p
        ON p.source = item.source
        AND p.product_key = coalesce(nullif(item.product_key, ''), item.name)
    LEFT JOIN category AS c ON c.source = p.source AND c.category_key = p.category_key
) AS i;
CREATE TRIGGER kept_order_changed
AFTER UPDATE OF record_id, date, kind, state, currency, total ON sales_order
WHEN OLD.id <= (SELECT value FROM kept_mark WHERE name = 'order')
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT OLD.id, coalesce(OLD.record_id, 0), coalesce(OLD.date, '')
    WHERE NOT EXISTS (SELECT 1 FROM stale_order WHERE order_id = OLD.id);
END;
CREATE TRIGGER kept_order_gone AFTER DELETE ON sales_order
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT OLD.id, coalesce(OLD.record_id, 0), coalesce(OLD.date, '')
    WHERE OLD.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order WHERE order_id = OLD.id);
    UPDATE kept_mark SET value = (SELECT coalesce(max(id), 0) FROM sales_order)
    WHERE name = 'order' AND value > (SELECT coalesce(max(id), 0) FROM sales_order);
END;
CREATE TRIGGER kept_line_changed
AFTER UPDATE OF order_id, item_id, kind, quantity, amount ON order_line
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT o.id, coalesce(o.record_id, 0), coalesce(o.date, '') FROM sales_order AS o
    WHERE o.id IN (OLD.order_id, NEW.order_id)
        AND o.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order AS s WHERE s.order_id = o.id);
END;
CREATE TRIGGER kept_line_gone AFTER DELETE ON order_line
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT o.id, coalesce(o.record_id, 0), coalesce(o.date, '') FROM sales_order AS o
    WHERE o.id = OLD.order_id
        AND o.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order AS s WHERE s.order_id = o.id);
    UPDATE kept_mark SET value = (SELECT coalesce(max(id), 0) FROM order_line)
    WHERE name = 'line' AND value > (SELECT coalesce(max(id), 0) FROM order_line);
END;
CREATE TRIGGER kept_record_moved AFTER UPDATE OF customer_id ON record
WHEN OLD.customer_id <> NEW.customer_id
BEGIN
    INSERT INTO moved_record (record_id, customer_id)
    SELECT OLD.id, OLD.customer_id
    WHERE NOT EXISTS (SELECT 1 FROM moved_record WHERE record_id = OLD.id);
END;
CREATE TRIGGER kept_currency_changed AFTER UPDATE ON meta
WHEN NEW.key = 'currency' AND OLD.value <> NEW.value
BEGIN
    UPDATE kept_mark SET value = 0 WHERE name = 'made';
END;
CREATE TRIGGER kept_item_new AFTER INSERT ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_item_changed AFTER UPDATE ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_item_gone AFTER DELETE ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_rule_new AFTER INSERT ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_rule_changed AFTER UPDATE ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_rule_gone AFTER DELETE ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_product_new AFTER INSERT ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_product_changed AFTER UPDATE ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_product_gone AFTER DELETE ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_category_new AFTER INSERT ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_category_changed AFTER UPDATE ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE TRIGGER kept_category_gone AFTER DELETE ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
CREATE INDEX regroup_run ON regroup (run);
CREATE INDEX regrouped_record ON regrouped (record_id);
CREATE INDEX regrouped_regroup ON regrouped (regroup_id);
CREATE INDEX regrouped_to ON regrouped (to_customer_id);
CREATE INDEX decision_b ON decision (record_b);
CREATE UNIQUE INDEX decision_pair ON decision (record_a, record_b) WHERE withdrawn_at IS NULL;
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX link_from ON link (from_customer_id);
CREATE INDEX link_to ON link (to_customer_id);
CREATE INDEX saved_rfm_customer ON saved_rfm (customer_id);
CREATE VIEW voice AS
SELECT r.*, coalesce(s.priority, 0) AS priority
FROM record AS r LEFT JOIN source AS s ON s.name = r.source;
CREATE VIEW golden AS
SELECT c.id,
    (SELECT v.name FROM voice AS v WHERE v.customer_id = c.id AND v.name IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS name,
    (SELECT v.short_name FROM voice AS v WHERE v.customer_id = c.id AND v.short_name IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS short_name,
    (SELECT v.tax_id FROM voice AS v WHERE v.customer_id = c.id AND v.tax_id IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS tax_id,
    (SELECT v.industry FROM voice AS v WHERE v.customer_id = c.id AND v.industry IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS industry,
    (SELECT v.country FROM voice AS v WHERE v.customer_id = c.id AND v.country IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS country,
    (SELECT v.region FROM voice AS v WHERE v.customer_id = c.id AND v.region IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS region,
    (SELECT v.city FROM voice AS v WHERE v.customer_id = c.id AND v.city IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS city,
    (SELECT v.address FROM voice AS v WHERE v.customer_id = c.id AND v.address IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS address,
    (SELECT v.postcode FROM voice AS v WHERE v.customer_id = c.id AND v.postcode IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS postcode,
    (SELECT v.tier FROM voice AS v WHERE v.customer_id = c.id AND v.tier IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS tier,
    (SELECT v.status FROM voice AS v WHERE v.customer_id = c.id AND v.status IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS status,
    (SELECT v.owner FROM voice AS v WHERE v.customer_id = c.id AND v.owner IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS owner,
    (SELECT v.channel FROM voice AS v WHERE v.customer_id = c.id AND v.channel IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS channel,
    (SELECT v.since FROM voice AS v WHERE v.customer_id = c.id AND v.since IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS since,
    (SELECT v.parent FROM voice AS v WHERE v.customer_id = c.id AND v.parent IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS parent,
    (SELECT v.phone FROM voice AS v WHERE v.customer_id = c.id AND v.phone IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS phone,
    (SELECT v.email FROM voice AS v WHERE v.customer_id = c.id AND v.email IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS email,
    -- what to call a customer of whom only an id is known
    coalesce(
        (SELECT v.name FROM voice AS v WHERE v.customer_id = c.id AND v.name IS NOT NULL
         ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1),
        (SELECT r.source_key FROM record AS r WHERE r.id = c.id)
    ) AS label
FROM customer AS c
WHERE c.merged_into IS NULL;
CREATE INDEX scored_pair_b ON scored_pair (record_b);
CREATE INDEX action_alarm ON action (alarm_id);
CREATE INDEX action_record ON action (record_id);
CREATE INDEX contract_ends ON contract (ends);
CREATE INDEX contract_record ON contract (record_id, ends);
CREATE INDEX opportunity_closed ON opportunity (closed);
CREATE INDEX opportunity_record ON opportunity (record_id, opened);
CREATE INDEX usage_metric ON usage (metric, period);
CREATE INDEX usage_record ON usage (record_id, period);
CREATE INDEX interaction_contact ON interaction (contact_id);
CREATE INDEX interaction_day ON interaction (day);
CREATE INDEX interaction_record ON interaction (record_id, day);
CREATE VIEW touch AS
SELECT
    i.id,
    i.record_id,
    i.contact_id,
    iif(i.due IS NOT NULL AND i.kind NOT IN ('request', 'ticket'), coalesce(i.closed, i.day), i.day)
        AS day,
    i.kind,
    i.direction,
    i.outcome,
    i.author,
    coalesce(i.outcome, '') NOT IN ('refused', 'no_answer', 'cancelled') AS reached,
    i.kind IN ('call', 'visit', 'meeting', 'demo')
        AND coalesce(i.outcome, '') NOT IN ('refused', 'no_answer', 'cancelled') AS personal
FROM interaction AS i
WHERE i.kind NOT IN ('note', 'promise') AND coalesce(i.outcome, '') <> 'planned';
CREATE INDEX behaviour_record ON behaviour (record_id);
CREATE VIEW tag_event AS
SELECT
    b.id, r.customer_id, b.record_id, b.code, coalesce(i.day, b.day) AS day, b.until, b.basis,
    i.id AS interaction_id, b.ruleset, b.rule, b.why, b.note, b.author
FROM behaviour AS b
JOIN record AS r ON r.id = b.record_id
LEFT JOIN interaction AS i
    ON b.basis = 'event' AND i.source = b.evidence_source AND i.fact_key = b.evidence_key
WHERE b.standing = 'active' AND (b.basis <> 'event' OR i.id IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM behaviour AS o
        WHERE o.code = b.code AND o.evidence_key = b.evidence_key
            AND o.evidence_source = b.evidence_source
            AND (o.standing = 'removed' OR (o.standing = 'active' AND o.id < b.id))
    );
CREATE INDEX feedback_record ON feedback (record_id, day);
CREATE INDEX feedback_survey ON feedback (survey, question);
CREATE INDEX insight_kind ON insight (kind, day);
CREATE INDEX insight_record ON insight (record_id, day);
CREATE INDEX invitation_record ON invitation (record_id);
CREATE INDEX saved_health_customer ON saved_health (customer_id);
CREATE INDEX search_text_day ON search_text (day);
CREATE TRIGGER search_record_new AFTER INSERT ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_record_changed AFTER UPDATE ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_record_gone AFTER DELETE ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_contact_new AFTER INSERT ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_contact_changed AFTER UPDATE ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_contact_gone AFTER DELETE ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_item_new AFTER INSERT ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_item_changed AFTER UPDATE ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_item_gone AFTER DELETE ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_product_new AFTER INSERT ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_product_changed AFTER UPDATE ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_product_gone AFTER DELETE ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_contract_new AFTER INSERT ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_contract_changed AFTER UPDATE ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_contract_gone AFTER DELETE ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_opportunity_new AFTER INSERT ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_opportunity_changed AFTER UPDATE ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_opportunity_gone AFTER DELETE ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_interaction_new AFTER INSERT ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_interaction_changed AFTER UPDATE ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_interaction_gone AFTER DELETE ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = OLD.id
    );
END;
CREATE INDEX reference_step_record ON reference_step (record_id, day);
CREATE INDEX reference_request_record ON reference_request (record_id);
CREATE INDEX reference_attempt_record ON reference_attempt (record_id, day);
CREATE INDEX reference_attempt_request ON reference_attempt (request_id);
CREATE INDEX reference_use_record ON reference_use (record_id, day);
CREATE INDEX reference_use_request ON reference_use (request_id);
CREATE INDEX quote_record ON quote (record_id, day);
CREATE INDEX quote_use_quote ON quote_use (quote_id, day);
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
CREATE TRIGGER search_feedback_new AFTER INSERT ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_feedback_changed AFTER UPDATE ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_feedback_gone AFTER DELETE ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_insight_new AFTER INSERT ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_insight_changed AFTER UPDATE ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_insight_gone AFTER DELETE ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_action_new AFTER INSERT ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_action_changed AFTER UPDATE ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_action_gone AFTER DELETE ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = OLD.id
    );
END;
CREATE TRIGGER search_behaviour_new AFTER INSERT ON behaviour
WHEN NEW.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_behaviour_changed AFTER UPDATE ON behaviour
WHEN NEW.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = NEW.id
    );
END;
CREATE TRIGGER search_behaviour_gone AFTER DELETE ON behaviour
WHEN OLD.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = OLD.id
    );
END;
COMMIT;
DELETE FROM sqlite_sequence WHERE name = 'batch';
INSERT INTO sqlite_sequence VALUES ('batch', 7);
DELETE FROM sqlite_sequence WHERE name = 'record';
INSERT INTO sqlite_sequence VALUES ('record', 9);
