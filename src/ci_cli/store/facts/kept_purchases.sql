-- customer_purchases, read off the kept days, of customers with one record: :several have more. The
-- total of a record tells all of its history; "later" are those who did something after :as_of, and
-- "before" knows what happened before the window. The gap is twice the median. Whoever
-- reads this puts customers with the same money in order, in which they mostly stand: a second
-- thing to sort by would cost more.
WITH ends AS (
    SELECT
        record_id, all_net, all_orders, purchase_days, first_day, last_day, double_gap
    FROM purchase_total
    WHERE currency = :currency AND day <= :as_of
    {later}
)
SELECT
    r.customer_id,
    COALESCE(
        r.name, (SELECT k.source_key FROM record AS k WHERE k.id = r.customer_id), ''
    ) AS name,
    r.industry, r.owner, e.first_day AS first, e.last_day AS last, e.purchase_days,
    e.double_gap AS median_gap, e.all_orders - {orders} AS orders, e.all_net - {net} AS net,
    e.all_net AS net_all
FROM ends AS e
JOIN record AS r ON r.id = e.record_id
{before}
WHERE r.customer_id NOT IN (SELECT value FROM JSON_EACH(:several))
ORDER BY net DESC
