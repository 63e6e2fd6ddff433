-- 157_variants.sql - a product's variants as staff see them; an order's lines
-- remember what was chosen.

CREATE FUNCTION variants_of_staff(product uuid, shop text) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_object(
                   'id', v.id, 'product', v.product_id, 'name', v.name, 'sku', v.sku, 'barcode', v.barcode,
                   'options', v.options, 'attributes', v.attributes,
                   'price', money_text(pr.amount, pr.currency),
                   'compare_at_price', money_text(pr.compare_at_amount, pr.currency), 'currency', pr.currency,
                   'weight_grams', v.weight_grams, 'length_mm', v.length_mm, 'width_mm', v.width_mm,
                   'height_mm', v.height_mm, 'is_default', v.is_default, 'is_active', v.is_active,
                   'position', v.position,
                   'stock_on_hand', coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant_id = v.id), 0),
                   'metadata', v.metadata, 'private_metadata', v.private_metadata,
                   'created_at', time_text(v.created_at), 'updated_at', time_text(v.updated_at),
                   'version', v.version) ORDER BY v.position, v.id)
          FROM variant v
          LEFT JOIN LATERAL (SELECT * FROM regular_price WHERE variant_id = v.id
                              ORDER BY currency <> shop, currency LIMIT 1) pr ON true
         WHERE v.product_id = variants_of_staff.product AND v.deleted_at IS NULL);
END
$$;

-- As sold: the catalogue may change later.
ALTER TABLE order_line
    ADD variant_name text NOT NULL DEFAULT '',
    ADD options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object');

-- A page shows of each variant whether there is one, so that any turn of a
-- variant is a change of the product, and not only the first and last of all.
CREATE OR REPLACE FUNCTION product_stock_turned(product_id uuid) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    turned uuid := product_stock_turned.product_id;
BEGIN
    PERFORM 1 FROM product WHERE id = turned FOR SHARE;
    PERFORM 1 FROM card WHERE product_id = turned FOR NO KEY UPDATE;
    IF FOUND THEN
        UPDATE card SET in_stock = NOT in_stock
         WHERE product_id = turned AND in_stock <> product_in_stock(turned);
        INSERT INTO change_log (kind, object_id) VALUES ('product', turned);
    END IF;
END
$$;

-- Whether a cart may have it.
CREATE FUNCTION variant_is_sold(v variant, p product) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT v.is_active AND v.deleted_at IS NULL AND product_is_visible(p)
$$;
