-- What the rows of each table and file add up to (see store/seals.py). The rows that are there are
-- sealed by store/upgrade.py, after it has checked and copied the store.

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
