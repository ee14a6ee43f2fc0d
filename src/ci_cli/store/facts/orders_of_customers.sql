-- The orders of :customers (0: nobody) that count, months :first to :last, up to :as_of.
SELECT o.id
FROM record AS r
JOIN sales_order AS o ON o.record_id = r.id
WHERE r.customer_id IN (SELECT value FROM JSON_EACH(:customers))
    AND o.state = 'counted' AND o.date >= :first AND o.date <= :as_of
    AND SUBSTR(o.date, 1, 7) <= :last
UNION ALL
SELECT o.id
FROM sales_order AS o
WHERE o.record_id IS NULL AND 0 IN (SELECT value FROM JSON_EACH(:customers))
    AND o.state = 'counted' AND o.date >= :first AND o.date <= :as_of
    AND SUBSTR(o.date, 1, 7) <= :last
