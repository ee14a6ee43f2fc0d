-- The texts that the search reads, and what of them is out of date (see store/search_index).

CREATE TABLE search_text (
    id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    sort TEXT NOT NULL,
    day TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (table_name, row_id)
)
 STRICT;

CREATE INDEX search_text_day ON search_text (day);

CREATE TABLE search_todo (
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    PRIMARY KEY (table_name, row_id)
)
 WITHOUT ROWID, STRICT;

INSERT INTO search_todo (table_name, row_id) SELECT 'record', id FROM record;

INSERT INTO search_todo (table_name, row_id) SELECT 'contact', id FROM contact;

INSERT INTO search_todo (table_name, row_id) SELECT 'item', id FROM item;

INSERT INTO search_todo (table_name, row_id) SELECT 'product', id FROM product;

INSERT INTO search_todo (table_name, row_id) SELECT 'contract', id FROM contract;

INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', id FROM opportunity;

INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', id FROM interaction;

CREATE TRIGGER search_record_new AFTER INSERT ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_record_changed AFTER UPDATE ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_record_gone AFTER DELETE ON record
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'record', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'record' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_contact_new AFTER INSERT ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_contact_changed AFTER UPDATE ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_contact_gone AFTER DELETE ON contact
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contact', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contact' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_item_new AFTER INSERT ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_item_changed AFTER UPDATE ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_item_gone AFTER DELETE ON item
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'item', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'item' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_product_new AFTER INSERT ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_product_changed AFTER UPDATE ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_product_gone AFTER DELETE ON product
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'product', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'product' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_contract_new AFTER INSERT ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_contract_changed AFTER UPDATE ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_contract_gone AFTER DELETE ON contract
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'contract', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'contract' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_opportunity_new AFTER INSERT ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_opportunity_changed AFTER UPDATE ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_opportunity_gone AFTER DELETE ON opportunity
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'opportunity', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'opportunity' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_interaction_new AFTER INSERT ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_interaction_changed AFTER UPDATE ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_interaction_gone AFTER DELETE ON interaction
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'interaction', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'interaction' AND row_id = OLD.id
    );
END;
