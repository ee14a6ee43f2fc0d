-- Views that facts read. They are not models: nothing is ever written through them.

CREATE VIEW revenue_line AS
SELECT
    l.id AS line_id, o.id AS order_id, o.record_id, o.date AS day,
    coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')) AS currency,
    CASE WHEN o.kind = 'return' THEN 'return' ELSE l.kind END AS kind,
    l.item_id, l.quantity, l.unit_price,
    CASE WHEN o.kind = 'return' THEN -abs(l.amount) ELSE l.amount END AS amount,
    l.file_id, l.line
FROM sales_order AS o
JOIN order_line AS l ON l.order_id = o.id
WHERE o.state = 'counted' AND o.date IS NOT NULL AND l.kind <> 'void' AND l.amount IS NOT NULL
UNION ALL
SELECT
    NULL, o.id, o.record_id, o.date,
    coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')),
    CASE WHEN o.kind = 'return' OR o.total < 0 THEN 'return' ELSE 'sale' END,
    NULL, NULL, NULL,
    CASE WHEN o.kind = 'return' THEN -abs(o.total) ELSE o.total END,
    o.file_id, o.line
FROM sales_order AS o
WHERE o.state = 'counted' AND o.date IS NOT NULL AND o.total IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM order_line AS l WHERE l.order_id = o.id AND l.amount IS NOT NULL
    );

CREATE VIEW item_category AS
SELECT
    i.item_id, i.product, i.label,
    coalesce(
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'product' AND r.value = i.product),
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'category' AND r.value = i.own),
        i.own,
        (SELECT r.category FROM category_rule AS r
         WHERE r.match = 'pattern' AND lower(i.label) GLOB lower(r.value)
         ORDER BY length(r.value) DESC, r.value LIMIT 1),
        ''
    ) AS category
FROM (
    SELECT
        item.id AS item_id,
        coalesce(nullif(item.product_key, ''), item.name) AS product,
        coalesce(p.name, nullif(item.name, ''), item.product_key) AS label,
        coalesce(nullif(item.category, ''), p.category, c.name, p.category_key) AS own
    FROM item
    LEFT JOIN product AS p
        ON p.source = item.source
        AND p.product_key = coalesce(nullif(item.product_key, ''), item.name)
    LEFT JOIN category AS c ON c.source = p.source AND c.category_key = p.category_key
) AS i;

-- Survivorship: source priority, then a description before hearsay, then the most recent word.

CREATE VIEW golden AS
SELECT c.id,
    (SELECT r.name FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.name IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS name,
    (SELECT r.short_name FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.short_name IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS short_name,
    (SELECT r.tax_id FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.tax_id IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS tax_id,
    (SELECT r.industry FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.industry IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS industry,
    (SELECT r.country FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.country IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS country,
    (SELECT r.region FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.region IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS region,
    (SELECT r.city FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.city IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS city,
    (SELECT r.address FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.address IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS address,
    (SELECT r.postcode FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.postcode IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS postcode,
    (SELECT r.tier FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.tier IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS tier,
    (SELECT r.status FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.status IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS status,
    (SELECT r.owner FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.owner IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS owner,
    (SELECT r.channel FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.channel IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS channel,
    (SELECT r.since FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.since IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS since,
    (SELECT r.parent FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.parent IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS parent,
    (SELECT r.phone FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.phone IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS phone,
    (SELECT r.email FROM record AS r LEFT JOIN source AS s ON s.name = r.source
     WHERE r.customer_id = c.id AND r.email IS NOT NULL
     ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1)
     AS email,
    -- what to call a customer of whom only an id is known
    coalesce(
        (SELECT r.name FROM record AS r LEFT JOIN source AS s ON s.name = r.source
         WHERE r.customer_id = c.id AND r.name IS NOT NULL
         ORDER BY coalesce(s.priority, 0) DESC, r.described DESC, r.updated_at DESC, r.id LIMIT 1),
        (SELECT r.source_key FROM record AS r WHERE r.id = c.id)
    ) AS label
FROM customer AS c
WHERE c.merged_into IS NULL;
