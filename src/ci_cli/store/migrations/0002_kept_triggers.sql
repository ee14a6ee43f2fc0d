-- Whoever writes, the kept figures know what of them is out of date (see store/kept).
-- New orders and lines need no trigger: their ids are above the marks. Ids are given out as the
-- highest one and one more, so a mark never stays above the highest id there is.

INSERT INTO kept_mark (name, value) VALUES ('made', 0), ('order', 0), ('line', 0), ('groups', 1);

CREATE TRIGGER kept_order_changed
AFTER UPDATE OF record_id, date, kind, state, currency, total ON sales_order
WHEN OLD.id <= (SELECT value FROM kept_mark WHERE name = 'order')
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT OLD.id, coalesce(OLD.record_id, 0), coalesce(OLD.date, '')
    WHERE NOT EXISTS (SELECT 1 FROM stale_order WHERE order_id = OLD.id);
END;

CREATE TRIGGER kept_order_gone AFTER DELETE ON sales_order
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT OLD.id, coalesce(OLD.record_id, 0), coalesce(OLD.date, '')
    WHERE OLD.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order WHERE order_id = OLD.id);
    UPDATE kept_mark SET value = (SELECT coalesce(max(id), 0) FROM sales_order)
    WHERE name = 'order' AND value > (SELECT coalesce(max(id), 0) FROM sales_order);
END;

CREATE TRIGGER kept_line_changed
AFTER UPDATE OF order_id, item_id, kind, quantity, amount ON order_line
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT o.id, coalesce(o.record_id, 0), coalesce(o.date, '') FROM sales_order AS o
    WHERE o.id IN (OLD.order_id, NEW.order_id)
        AND o.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order AS s WHERE s.order_id = o.id);
END;

CREATE TRIGGER kept_line_gone AFTER DELETE ON order_line
BEGIN
    INSERT INTO stale_order (order_id, record_id, day)
    SELECT o.id, coalesce(o.record_id, 0), coalesce(o.date, '') FROM sales_order AS o
    WHERE o.id = OLD.order_id
        AND o.id <= (SELECT value FROM kept_mark WHERE name = 'order')
        AND NOT EXISTS (SELECT 1 FROM stale_order AS s WHERE s.order_id = o.id);
    UPDATE kept_mark SET value = (SELECT coalesce(max(id), 0) FROM order_line)
    WHERE name = 'line' AND value > (SELECT coalesce(max(id), 0) FROM order_line);
END;

CREATE TRIGGER kept_record_moved AFTER UPDATE OF customer_id ON record
WHEN OLD.customer_id <> NEW.customer_id
BEGIN
    INSERT INTO moved_record (record_id, customer_id)
    SELECT OLD.id, OLD.customer_id
    WHERE NOT EXISTS (SELECT 1 FROM moved_record WHERE record_id = OLD.id);
END;

CREATE TRIGGER kept_currency_changed AFTER UPDATE ON meta
WHEN NEW.key = 'currency' AND OLD.value <> NEW.value
BEGIN
    UPDATE kept_mark SET value = 0 WHERE name = 'made';
END;

-- what decides the category of an item
CREATE TRIGGER kept_item_new AFTER INSERT ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_item_changed AFTER UPDATE ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_item_gone AFTER DELETE ON item
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_rule_new AFTER INSERT ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_rule_changed AFTER UPDATE ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_rule_gone AFTER DELETE ON category_rule
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_product_new AFTER INSERT ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_product_changed AFTER UPDATE ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_product_gone AFTER DELETE ON product
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_category_new AFTER INSERT ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_category_changed AFTER UPDATE ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;

CREATE TRIGGER kept_category_gone AFTER DELETE ON category
BEGIN UPDATE kept_mark SET value = 1 WHERE name = 'groups' AND value = 0; END;
