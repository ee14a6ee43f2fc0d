-- What interactions amount to by customer up to :as_of. Promises count that were due inside the
-- window, whose day before is :start; requests are recent after :recent, and before it from :base on.
WITH told AS (
    SELECT
        r.customer_id,
        MIN(i.day) AS first_day,
        SUM(CASE WHEN i.kind = 'promise' AND i.due > :start AND i.due <= :as_of THEN 1 ELSE 0 END)
            AS due,
        SUM(
            CASE
                WHEN i.kind = 'promise' AND i.due > :start AND i.due <= :as_of
                    AND i.closed <= i.due AND i.closed <= :as_of THEN 1
                ELSE 0
            END
        ) AS kept,
        SUM(
            CASE
                WHEN i.kind = 'promise' AND i.due > :start AND i.due <= :as_of
                    AND i.closed > i.due AND i.closed <= :as_of THEN 1
                ELSE 0
            END
        ) AS late,
        SUM(CASE WHEN i.kind IN ('request', 'ticket') THEN 1 ELSE 0 END) AS asked,
        SUM(CASE WHEN i.kind IN ('request', 'ticket') AND i.day > :recent THEN 1 ELSE 0 END)
            AS asked_recent,
        SUM(
            CASE
                WHEN i.kind IN ('request', 'ticket') AND i.day <= :recent AND i.day > :base THEN 1
                ELSE 0
            END
        ) AS asked_before
    FROM interaction AS i
    JOIN record AS r ON r.id = i.record_id
    WHERE i.day <= :as_of
    GROUP BY r.customer_id
),
met AS (
    SELECT r.customer_id, MAX(t.day) AS reached
    FROM touch AS t
    JOIN record AS r ON r.id = t.record_id
    WHERE t.day <= :as_of AND t.reached
    GROUP BY r.customer_id
)
SELECT
    t.customer_id, t.first_day, m.reached, t.due, t.kept, t.late, t.asked, t.asked_recent,
    t.asked_before
FROM told AS t
LEFT JOIN met AS m ON m.customer_id = t.customer_id
