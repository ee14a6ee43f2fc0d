-- What each record had done by its last day: read in one go instead of a look-up for each.

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

INSERT INTO purchase_total
SELECT
    d.currency, d.record_id, d.day, d.all_net, d.all_orders, d.purchase_days, d.first_day,
    d.last_day, d.double_gap
FROM (
    SELECT record_id, currency, MAX(day) AS day FROM purchase_day
    WHERE record_id > 0 GROUP BY record_id, currency
) AS e
JOIN purchase_day AS d
    ON d.record_id = e.record_id AND d.currency = e.currency AND d.day = e.day;
