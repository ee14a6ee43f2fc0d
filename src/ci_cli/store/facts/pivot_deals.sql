-- Opportunities as they stood on :until: what was decided later was open then. The day that one
-- counts on is :dated, the day it was closed or opened; "" where it has none.
SELECT
    x.id, x.record_id, x.source, COALESCE(x.name, x.fact_key) AS name, x.stage, x.why, x.competitor, x.product, x.value,
    x.opened, x.closed, x.owner, x.file_id, x.line,
    COALESCE(x.currency, (SELECT value FROM meta WHERE key = 'currency')) AS currency,
    CASE WHEN COALESCE(x.closed, '') <= :until THEN x.outcome ELSE 'open' END AS outcome,
    CASE
        WHEN :dated = 'opened' THEN COALESCE(x.opened, '')
        WHEN x.outcome <> 'open' AND x.closed <= :until THEN x.closed
        ELSE ''
    END AS day
FROM opportunity AS x
