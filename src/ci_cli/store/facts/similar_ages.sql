-- What each customer was :age days after its first purchase, and what it did in the :after days that
-- followed; in one currency, up to :as_of.
WITH per_order AS (
    SELECT
        r.customer_id, v.order_id, v.day, SUM(v.amount) AS net,
        MAX(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN 1 ELSE 0 END) AS bought
    FROM revenue_line AS v
    JOIN record AS r ON r.id = v.record_id
    WHERE v.currency = :currency AND v.day <= :as_of
    GROUP BY r.customer_id, v.order_id, v.day
),
firsts AS (
    SELECT customer_id, MIN(day) AS first_day FROM per_order WHERE bought = 1 GROUP BY customer_id
),
aged AS (
    SELECT
        p.customer_id, f.first_day, p.net, p.bought,
        CAST(JULIANDAY(p.day) - JULIANDAY(f.first_day) AS INTEGER) AS age
    FROM per_order AS p
    JOIN firsts AS f ON f.customer_id = p.customer_id
)
SELECT
    a.customer_id, COALESCE(g.label, '') AS name, g.industry, a.first_day,
    SUM(CASE WHEN a.age <= :age THEN a.bought ELSE 0 END) AS orders,
    SUM(CASE WHEN a.age <= :age THEN a.net ELSE 0 END) AS net,
    MAX(CASE WHEN a.bought = 1 AND a.age <= :age THEN a.age END) AS last_age,
    SUM(CASE WHEN a.age > :age AND a.age <= :age + :after THEN a.bought ELSE 0 END) AS later_orders,
    SUM(CASE WHEN a.age > :age AND a.age <= :age + :after THEN a.net ELSE 0 END) AS later_net
FROM aged AS a
JOIN golden AS g ON g.id = a.customer_id
GROUP BY a.customer_id, a.first_day
ORDER BY a.customer_id
