-- Where the order lines of the store are, seen from a report of :currency from :since to :until:
-- stored, counted, other currency, outside the days, undated, void, and of the counted the orders
-- that have a total and no lines.
WITH lines AS (
    SELECT
        COUNT(*) AS stored,
        SUM(CASE WHEN o.date IS NULL THEN 1 ELSE 0 END) AS undated,
        SUM(CASE WHEN o.date IS NOT NULL AND (
            o.state <> 'counted' OR l.kind = 'void' OR (l.amount IS NULL AND (
                o.total IS NULL OR EXISTS (
                    SELECT 1 FROM order_line AS k WHERE k.order_id = o.id AND k.id <> l.id
                        AND (k.kind <> 'void' OR k.amount IS NOT NULL)
                )
            ))
        ) THEN 1 ELSE 0 END) AS void
    FROM order_line AS l
    JOIN sales_order AS o ON o.id = l.order_id
),
revenue AS (
    SELECT
        SUM(CASE WHEN v.line_id IS NOT NULL AND v.currency = :currency
            AND v.day >= :since AND v.day <= :until THEN 1 ELSE 0 END) AS counted,
        SUM(CASE WHEN v.line_id IS NOT NULL AND v.currency <> :currency THEN 1 ELSE 0 END)
            AS other_currency,
        SUM(CASE WHEN v.line_id IS NOT NULL AND v.currency = :currency
            AND (v.day < :since OR v.day > :until) THEN 1 ELSE 0 END) AS outside,
        SUM(CASE WHEN v.line_id IS NULL AND v.currency = :currency
            AND v.day >= :since AND v.day <= :until THEN 1 ELSE 0 END) AS whole_orders
    FROM revenue_line AS v
)
SELECT stored, counted, other_currency, outside, undated, void, whole_orders
FROM lines, revenue
