-- The part of kept_purchases for records with days after :as_of: their last day up to it tells.
    UNION ALL
    SELECT
        d.record_id, d.all_net, d.all_orders, d.purchase_days, d.first_day, d.last_day,
        d.double_gap
    FROM purchase_total AS t
    JOIN purchase_day AS d ON d.record_id = t.record_id AND d.currency = t.currency
        AND d.day = (
            SELECT MAX(u.day) FROM purchase_day AS u
            WHERE u.record_id = t.record_id AND u.currency = t.currency AND u.day <= :as_of
        )
    WHERE t.currency = :currency AND t.day > :as_of
