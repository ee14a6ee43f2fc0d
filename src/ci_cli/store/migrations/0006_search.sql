-- What was said, learnt, done and noted of behaviour is searched as well (see store/search_index).

INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', id FROM feedback;

INSERT INTO search_todo (table_name, row_id) SELECT 'insight', id FROM insight;

INSERT INTO search_todo (table_name, row_id) SELECT 'action', id FROM action;

INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', id FROM behaviour WHERE ruleset = '';

CREATE TRIGGER search_feedback_new AFTER INSERT ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_feedback_changed AFTER UPDATE ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_feedback_gone AFTER DELETE ON feedback
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'feedback', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'feedback' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_insight_new AFTER INSERT ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_insight_changed AFTER UPDATE ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_insight_gone AFTER DELETE ON insight
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'insight', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'insight' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_action_new AFTER INSERT ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_action_changed AFTER UPDATE ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_action_gone AFTER DELETE ON action
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'action', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'action' AND row_id = OLD.id
    );
END;

CREATE TRIGGER search_behaviour_new AFTER INSERT ON behaviour
WHEN NEW.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_behaviour_changed AFTER UPDATE ON behaviour
WHEN NEW.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', NEW.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = NEW.id
    );
END;

CREATE TRIGGER search_behaviour_gone AFTER DELETE ON behaviour
WHEN OLD.ruleset = ''
BEGIN
    INSERT INTO search_todo (table_name, row_id) SELECT 'behaviour', OLD.id
    WHERE NOT EXISTS (
        SELECT 1 FROM search_todo WHERE table_name = 'behaviour' AND row_id = OLD.id
    );
END;
