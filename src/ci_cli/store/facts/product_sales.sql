-- What some products (:products, a list in JSON) brought in one currency in the days
-- after :start up to :as_of.
WITH chosen AS MATERIALIZED (
    SELECT item_id FROM item_category
    WHERE product IN (SELECT value FROM JSON_EACH(:products))
)
SELECT COALESCE(SUM(amount), 0) AS net
FROM revenue_line
WHERE currency = :currency AND day <= :as_of AND day > :start
    AND item_id IN (SELECT item_id FROM chosen)
