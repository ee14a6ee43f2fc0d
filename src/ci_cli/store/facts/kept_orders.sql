-- The orders with ids {ids} that count, for the kept figures: who, when, in what currency.
SELECT
    o.id, COALESCE(o.record_id, 0), o.date,
    COALESCE(o.currency, (SELECT value FROM meta WHERE key = 'currency'))
FROM sales_order AS o
WHERE o.state = 'counted' AND o.date IS NOT NULL AND o.id {ids}
ORDER BY o.id
