-- The part of kept_purchases that looks up what each record had done before the window.
LEFT JOIN purchase_day AS b ON b.record_id = e.record_id AND b.currency = :currency
    AND b.day = (
        SELECT MAX(v.day) FROM purchase_day AS v
        WHERE v.record_id = e.record_id AND v.currency = :currency
            AND v.day <= :start AND v.day <= :as_of
    )
