-- How many customers began with which category and came back after how many days, in one currency,
-- up to :as_of. The category is that with most sales on the first purchase day.
WITH days AS MATERIALIZED (
    {days}
),
firsts AS MATERIALIZED (
    SELECT customer_id, MIN(day) AS day FROM days GROUP BY customer_id
),
seconds AS (
    SELECT d.customer_id, MIN(d.day) AS day
    FROM days AS d
    JOIN firsts AS f ON f.customer_id = d.customer_id
    WHERE d.day > f.day
    GROUP BY d.customer_id
),
kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category
),
baskets AS (
    SELECT f.customer_id, COALESCE(k.category, '') AS category, SUM(v.amount) AS amount
    FROM firsts AS f
    JOIN record AS r ON r.customer_id = f.customer_id
    JOIN revenue_line AS v ON v.record_id = r.id AND v.day = f.day
    LEFT JOIN kinds AS k ON k.item_id = v.item_id
    WHERE v.currency = :currency AND v.kind = 'sale' AND v.amount > 0
    GROUP BY 1, 2
),
main AS (
    SELECT
        customer_id, category,
        ROW_NUMBER() OVER (
            PARTITION BY customer_id ORDER BY amount DESC, category
        ) AS position
    FROM baskets
)
SELECT
    m.category,
    CAST(JULIANDAY(s.day) - JULIANDAY(f.day) AS INTEGER) AS days_to_second,
    CAST(JULIANDAY(:as_of) - JULIANDAY(f.day) AS INTEGER) AS watched,
    COUNT(*) AS customers
FROM firsts AS f
JOIN main AS m ON m.customer_id = f.customer_id AND m.position = 1
LEFT JOIN seconds AS s ON s.customer_id = f.customer_id
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
