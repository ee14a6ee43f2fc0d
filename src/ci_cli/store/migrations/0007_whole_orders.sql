-- Money that stands on the order alone belongs to what was ordered, where that is one thing: an
-- export of one row per order (商品类目, 实付金额) shows it by category, and a return among such rows
-- lowers it. Orders of several things keep their total without a product.

DROP VIEW revenue_line;

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
    (
        SELECT max(l.id) FROM order_line AS l
        WHERE l.order_id = o.id AND l.kind <> 'void' GROUP BY l.order_id HAVING count(*) = 1
    ),
    o.id, o.record_id, o.date,
    coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')),
    CASE
        WHEN o.kind = 'return' OR o.total < 0 OR (
            SELECT min(l.kind) = 'return' AND max(l.kind) = 'return' FROM order_line AS l
            WHERE l.order_id = o.id AND l.kind <> 'void'
        ) THEN 'return'
        ELSE 'sale'
    END,
    (
        SELECT max(l.item_id) FROM order_line AS l
        WHERE l.order_id = o.id AND l.kind <> 'void' GROUP BY l.order_id
        HAVING count(*) = count(l.item_id) AND min(l.item_id) = max(l.item_id)
    ),
    (
        SELECT max(l.quantity) FROM order_line AS l
        WHERE l.order_id = o.id AND l.kind <> 'void' GROUP BY l.order_id HAVING count(*) = 1
    ),
    NULL,
    CASE
        WHEN o.kind = 'return' OR (
            SELECT min(l.kind) = 'return' AND max(l.kind) = 'return' FROM order_line AS l
            WHERE l.order_id = o.id AND l.kind <> 'void'
        ) THEN -abs(o.total)
        ELSE o.total
    END,
    o.file_id, o.line
FROM sales_order AS o
WHERE o.state = 'counted' AND o.date IS NOT NULL AND o.total IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM order_line AS l WHERE l.order_id = o.id AND l.amount IS NOT NULL
    );

UPDATE kept_mark SET value = 0 WHERE name = 'made';
