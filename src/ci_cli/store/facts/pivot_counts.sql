-- How many different things each row and column of a pivot has. A thing may stand in several rows
-- and columns, so totals are counted, not added up; NULL stands for all rows or all columns.
{tables_and}
seen AS MATERIALIZED (
    SELECT DISTINCT {row} AS row_key, {column} AS column_key, {thing} AS thing
    FROM {facts} AS v
    LEFT JOIN record AS r ON r.id = v.record_id
    {joins}
    WHERE {conditions} AND {thing} IS NOT NULL
)
SELECT row_key, column_key, COUNT(*) FROM seen GROUP BY 1, 2
UNION ALL
SELECT row_key, NULL, COUNT(DISTINCT thing) FROM seen GROUP BY 1
UNION ALL
SELECT NULL, column_key, COUNT(DISTINCT thing) FROM seen GROUP BY 2
UNION ALL
SELECT NULL, NULL, COUNT(DISTINCT thing) FROM seen
