-- 152_products.sql - the rules of products and variants: old slugs lead on,
-- options fit, a schedule's turns come due, what keeps a product from being
-- published.

-- ---- slugs: whoever changes one leaves its old URLs leading to it ----

-- TG_ARGV[0]: the kind. A slug that is in use again is found before any
-- redirect is asked for, so that making one need not look here.
CREATE FUNCTION keep_old_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM slug_redirect WHERE kind = TG_ARGV[0] AND old_slug = NEW.slug;
    INSERT INTO slug_redirect (kind, old_slug, object_id) VALUES (TG_ARGV[0], OLD.slug, NEW.id)
        ON CONFLICT (kind, old_slug) DO UPDATE SET object_id = EXCLUDED.object_id, created_at = now();
    RETURN NULL;
END
$$;
CREATE FUNCTION drop_old_slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM slug_redirect WHERE kind = TG_ARGV[0] AND object_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER product_slug_changed AFTER UPDATE OF slug ON product FOR EACH ROW
    WHEN (NEW.slug <> OLD.slug AND NEW.deleted_at IS NULL) EXECUTE FUNCTION keep_old_slug('product');
CREATE TRIGGER product_slug_ended AFTER UPDATE OF deleted_at ON product FOR EACH ROW
    WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION drop_old_slugs('product');
CREATE TRIGGER category_slug_changed AFTER UPDATE OF slug ON category FOR EACH ROW
    WHEN (NEW.slug <> OLD.slug) EXECUTE FUNCTION keep_old_slug('category');
CREATE TRIGGER category_slug_ended AFTER DELETE ON category FOR EACH ROW
    EXECUTE FUNCTION drop_old_slugs('category');
CREATE TRIGGER collection_slug_changed AFTER UPDATE OF slug ON collection FOR EACH ROW
    WHEN (NEW.slug <> OLD.slug) EXECUTE FUNCTION keep_old_slug('collection');
CREATE TRIGGER collection_slug_ended AFTER DELETE ON collection FOR EACH ROW
    EXECUTE FUNCTION drop_old_slugs('collection');

-- What an object of that kind that was once called so is called now; NULL when
-- there is none that the public may see.
CREATE FUNCTION slug_now(kind text, old_slug text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE r.kind
        WHEN 'product' THEN (SELECT p.slug FROM product p WHERE p.id = r.object_id AND product_is_visible(p))
        WHEN 'category' THEN (SELECT c.slug FROM category c WHERE c.id = r.object_id)
        ELSE (SELECT k.slug FROM collection k WHERE k.id = r.object_id AND k.is_published) END
      FROM slug_redirect r
     WHERE r.kind = slug_now.kind AND r.old_slug = slug_now.old_slug
$$;

-- ---- options: [{"name": "Size", "values": ["S", "M"]}] and {"Size": "M"} ----

-- Whether a variant names each option of its product, and one of its values.
CREATE FUNCTION options_fit(of_product jsonb, of_variant jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (SELECT count(*) FROM jsonb_object_keys(of_variant)) = jsonb_array_length(of_product)
       AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(of_product) AS o
                        WHERE NOT coalesce(o -> 'values' ? (of_variant ->> (o ->> 'name')), false))
$$;

-- A variant's options after its product's have changed: what is new takes its
-- first value, what is gone goes.
CREATE FUNCTION options_filled(of_product jsonb, of_variant jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(o ->> 'name',
                    coalesce(of_variant -> (o ->> 'name'), o -> 'values' -> 0)), '{}')
      FROM jsonb_array_elements(of_product) AS o
$$;

-- "Red / M".
CREATE FUNCTION options_name(of_product jsonb, of_variant jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(coalesce(string_agg(of_variant ->> (o ->> 'name'), ' / ' ORDER BY place), ''), 300)
      FROM jsonb_array_elements(of_product) WITH ORDINALITY AS e (o, place)
$$;

-- Both sides hold it at the end of each statement.
CREATE FUNCTION refuse_options() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a variant''s options do not fit those of its product'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'variant_options_fit';
END
$$;
CREATE FUNCTION variant_options_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT options_fit((SELECT options FROM product WHERE id = NEW.product_id), NEW.options) THEN
        PERFORM refuse_options();
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION product_options_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM variant v WHERE v.product_id = NEW.id AND v.deleted_at IS NULL
                  AND NOT options_fit((SELECT options FROM product WHERE id = NEW.id), v.options)) THEN
        PERFORM refuse_options();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER variant_options_made AFTER INSERT ON variant FOR EACH ROW
    EXECUTE FUNCTION variant_options_checked();
CREATE TRIGGER variant_options_changed AFTER UPDATE OF options, deleted_at ON variant FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND (NEW.options <> OLD.options OR OLD.deleted_at IS NOT NULL))
    EXECUTE FUNCTION variant_options_checked();
CREATE TRIGGER product_options_changed AFTER UPDATE OF options ON product FOR EACH ROW
    WHEN (NEW.options <> OLD.options) EXECUTE FUNCTION product_options_checked();

-- ---- schedule ----

-- A boundary that lies ahead, written with the product. Who finds it past
-- refreshes the product and removes it: late, or twice, is no harm, and a
-- transaction that commits after its time is still found.
CREATE TABLE product_turn (
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (product_id, at)
);
CREATE INDEX product_turn_at ON product_turn (at);
CREATE FUNCTION product_turns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM product_turn WHERE product_id = NEW.id;
    INSERT INTO product_turn (product_id, at)
    SELECT NEW.id, at FROM (VALUES (NEW.publish_at), (NEW.unpublish_at)) AS t (at) WHERE at > now();
    RETURN NULL;
END
$$;
CREATE TRIGGER product_turns_made AFTER INSERT ON product FOR EACH ROW
    WHEN (NEW.publish_at IS NOT NULL OR NEW.unpublish_at IS NOT NULL) EXECUTE FUNCTION product_turns();
CREATE TRIGGER product_turns_changed AFTER UPDATE OF publish_at, unpublish_at ON product FOR EACH ROW
    WHEN (NEW.publish_at IS DISTINCT FROM OLD.publish_at
       OR NEW.unpublish_at IS DISTINCT FROM OLD.unpublish_at) EXECUTE FUNCTION product_turns();
INSERT INTO product_turn (product_id, at)
SELECT id, at FROM product CROSS JOIN LATERAL (VALUES (publish_at), (unpublish_at)) AS t (at)
 WHERE at > now();

-- ---- what publishing demands ----

-- What is missing, in sentences; none for who may be published. An attribute
-- may stand at the product or at each of its variants.
CREATE FUNCTION product_lacks(product uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT 'It has no price.'
         WHERE NOT EXISTS (SELECT 1 FROM variant v JOIN price ON price.variant_id = v.id
                            WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL)
        UNION ALL
        SELECT count(*) || CASE count(*) WHEN 1 THEN ' image has' ELSE ' images have' END
               || ' no alternative text.'
          FROM product_media m JOIN media d ON d.id = m.media_id
         WHERE m.product_id = p.id AND d.alt = '' HAVING count(*) > 0
        UNION ALL
        SELECT * FROM (
            SELECT 'Attribute ' || a.code || ' is required.'
              FROM product_type_attribute t JOIN attribute a ON a.id = t.attribute_id
             WHERE t.product_type_id = p.product_type_id AND t.is_required
               AND EXISTS (SELECT 1 FROM variant v
                            WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL
                              AND coalesce(v.attributes -> a.code, p.attributes -> a.code, 'null')
                                  IN ('null', '""'))
             ORDER BY t.position, a.code) AS missing)
      FROM product p WHERE p.id = product_lacks.product
$$;
