-- 151_cache.sql - changes of what the public sees of a product that no
-- listing_refresh() follows are said to memory and the delta feed, too.
CREATE FUNCTION product_relation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_log (kind, object_id)
    VALUES ('product', CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END);
    RETURN NULL;
END
$$;
CREATE TRIGGER product_relation_changed AFTER INSERT OR UPDATE OR DELETE ON product_relation
    FOR EACH ROW EXECUTE FUNCTION product_relation_changed();

-- The last unit of a variant went, or the first came: a product's page shows
-- each variant's stock, though the product's own may not have turned.
CREATE FUNCTION variant_stock_turned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_log (kind, object_id)
    SELECT 'product', k.product_id FROM variant v JOIN card k ON k.product_id = v.product_id
     WHERE v.id = NEW.variant_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER variant_stock_turned AFTER UPDATE ON stock FOR EACH ROW
    WHEN ((OLD.on_hand - OLD.allocated - OLD.reserved - OLD.safety + OLD.backorder_limit > 0)
       <> (NEW.on_hand - NEW.allocated - NEW.reserved - NEW.safety + NEW.backorder_limit > 0))
    EXECUTE FUNCTION variant_stock_turned();
CREATE TRIGGER variant_stock_came AFTER INSERT ON stock FOR EACH ROW
    WHEN (NEW.on_hand - NEW.allocated - NEW.reserved - NEW.safety + NEW.backorder_limit > 0)
    EXECUTE FUNCTION variant_stock_turned();
