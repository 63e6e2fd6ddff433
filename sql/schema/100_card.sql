-- 100_card.sql - what a list shows of a product, ready to be read: one row by
-- key where a page of 20 took three look-ups for each of its products.

CREATE TABLE card (
    product_id uuid PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE,
    variant_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    brand text NOT NULL,
    category text, -- its slug
    sku text NOT NULL,
    compare_at_amount bigint,
    image text
);

-- What the cards of these products are to say; none for who is not listed.
CREATE FUNCTION card_of(products uuid[]) RETURNS SETOF card LANGUAGE sql STABLE AS $$
    SELECT p.id, v.id, p.slug, p.name, p.brand, c.slug, v.sku, pr.compare_at_amount,
           p.images ->> 0
      FROM product p
      JOIN variant v ON v.product_id = p.id AND v.is_default
      JOIN LATERAL (SELECT compare_at_amount FROM price WHERE variant_id = v.id
                     ORDER BY currency LIMIT 1) pr ON true
      LEFT JOIN category c ON c.id = p.category_id
     WHERE p.id = ANY (products) AND p.status = 'published' AND p.deleted_at IS NULL
$$;

ALTER FUNCTION listing_refresh(uuid[]) RENAME TO listing_rows_refresh;
CREATE FUNCTION listing_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM card WHERE product_id = ANY (products);
    INSERT INTO card SELECT * FROM card_of(products);
    PERFORM listing_rows_refresh(products);
END
$$;

INSERT INTO card SELECT * FROM card_of(ARRAY(SELECT id FROM product));
