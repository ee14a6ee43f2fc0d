-- The rows of purchase_total that {records} of purchase_day amount to: each record's last day.
SELECT
    d.currency, d.record_id, d.day, d.all_net, d.all_orders, d.purchase_days, d.first_day,
    d.last_day, d.double_gap
FROM (
    SELECT record_id, currency, MAX(day) AS day FROM purchase_day
    WHERE record_id > 0 AND {records} GROUP BY record_id, currency
) AS e
JOIN purchase_day AS d
    ON d.record_id = e.record_id AND d.currency = e.currency AND d.day = e.day
