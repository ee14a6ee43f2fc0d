-- What customers answered and said of us: a rating on its scale, worst -1 to best +1 (a scale whose
-- lower end is not known begins at 1); an option of a question on renewal, +1 for the one that
-- counts, -1 for the one farthest from it in the list; praise +1, a complaint -1; a return that a
-- customer named +1, one without any change 0.
WITH options AS MATERIALIZED (
    SELECT
        s.name AS survey, JSON_EXTRACT(q.value, '$.id') AS question,
        JSON_EXTRACT(o.value, '$[0]') AS answer, JSON_EXTRACT(q.value, '$.counts') AS counts,
        o.key AS place
    FROM survey AS s
    JOIN JSON_EACH(s.wording, '$.questions') AS q
    JOIN JSON_EACH(q.value, '$.options') AS o
    WHERE JSON_EXTRACT(q.value, '$.measure') = 'renewal'
),
away AS MATERIALIZED (
    SELECT
        a.survey, a.question, a.answer, ABS(a.place - b.place) AS steps,
        MAX(ABS(a.place - b.place)) OVER (PARTITION BY a.survey, a.question) AS most
    FROM options AS a
    JOIN options AS b
        ON b.survey = a.survey AND b.question = a.question AND b.answer = b.counts
),
said AS (
    SELECT
        x.record_id, x.day, 'feedback' AS tbl, x.id,
        CASE
            WHEN x.rating IS NOT NULL AND x.high > COALESCE(x.low, 1) THEN
                2.0 * (x.rating / 1000000.0 - COALESCE(x.low, 1)) / (x.high - COALESCE(x.low, 1))
                - 1.0
            WHEN x.kind = 'answer' THEN (
                SELECT 1.0 - 2.0 * o.steps / o.most FROM away AS o
                WHERE o.survey = x.survey AND o.question = x.question AND o.answer = x.answer
            )
            WHEN x.kind = 'praise' THEN 1.0
            WHEN x.kind = 'complaint' THEN -1.0
        END AS value,
        COALESCE(x.question, x.kind) || COALESCE(
            ' ' || x.answer,
            CASE WHEN x.rating IS NOT NULL
                THEN PRINTF(' %g', x.rating / 1000000.0) || COALESCE('/' || x.high, '') END,
            ''
        ) AS word
    FROM feedback AS x
    WHERE x.day > :start AND x.day <= :as_of
    UNION ALL
    SELECT
        x.record_id, x.day, 'insight', x.id,
        CASE WHEN x.before IS x.after THEN 0.0 ELSE 1.0 END, 'roi ' || x.value
    FROM insight AS x
    WHERE x.kind = 'roi' AND x.day > :start AND x.day <= :as_of
)
SELECT
    r.customer_id, 'answers' AS kind, MAX(MIN(s.value, 1.0), -1.0) AS value, s.day, s.tbl, s.id,
    s.word
FROM said AS s
JOIN record AS r ON r.id = s.record_id
WHERE s.value IS NOT NULL AND (:customer_id IS NULL OR r.customer_id = :customer_id)
