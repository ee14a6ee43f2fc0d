-- How many customers began with which category and came back after how many days, in one currency,
-- up to :as_of. The category is that with most sales on the first purchase day. The gap is for the
-- query of the days on which each customer bought.
WITH ranked AS (
    SELECT
        customer_id, day, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY day) AS position
    FROM (
        {days}
    ) AS days
),
firsts AS MATERIALIZED (
    SELECT
        customer_id, MIN(CASE WHEN position = 1 THEN day END) AS day,
        MIN(CASE WHEN position = 2 THEN day END) AS second_day
    FROM ranked
    WHERE position <= 2
    GROUP BY customer_id
),
first_orders AS MATERIALIZED (
    SELECT o.id, f.customer_id, f.day, f.second_day
    FROM firsts AS f
    JOIN record AS r ON r.customer_id = f.customer_id
    JOIN sales_order AS o ON o.record_id = r.id AND o.date = f.day
),
kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category
),
baskets AS (
    SELECT
        f.customer_id, f.day, f.second_day, COALESCE(k.category, '') AS category,
        SUM(v.amount) AS amount
    FROM (
        -- the lines of other orders are set aside before anything is joined
        SELECT order_id, item_id, amount
        FROM revenue_line
        WHERE order_id IN (SELECT id FROM first_orders)
            AND currency = :currency AND kind = 'sale' AND amount > 0
    ) AS v
    JOIN first_orders AS f ON f.id = v.order_id
    LEFT JOIN kinds AS k ON k.item_id = v.item_id
    GROUP BY 1, 2, 3, 4
),
main AS (
    SELECT
        day, second_day, category,
        ROW_NUMBER() OVER (
            PARTITION BY customer_id ORDER BY amount DESC, category
        ) AS position
    FROM baskets
)
SELECT
    category, CAST(JULIANDAY(second_day) - JULIANDAY(day) AS INTEGER) AS days_to_second,
    CAST(JULIANDAY(:as_of) - JULIANDAY(day) AS INTEGER) AS watched, COUNT(*) AS customers
FROM main
WHERE position = 1
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
