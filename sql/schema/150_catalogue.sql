-- 150_catalogue.sql - the catalogue whole: options and variants, typed
-- attributes, media, collections, schedules, reviews' sums, redirects; what a
-- list shows in every currency; and the log of what the public may see anew.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- ---- product types and their attributes ----

CREATE TABLE attribute (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    code text NOT NULL CONSTRAINT attribute_code_key UNIQUE CHECK (code ~ '^[a-z][a-z0-9_]{0,49}$'),
    name text NOT NULL CHECK (name <> '' AND length(name) <= 100),
    kind text NOT NULL CHECK (kind IN ('text', 'number', 'boolean', 'choice', 'colour', 'date')),
    unit text NOT NULL DEFAULT '' CHECK (length(unit) <= 20),
    -- of choice and colour: [{"value": "navy", "label": "Navy", "colour": "#001f3f"}]
    choices jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(choices) = 'array'),
    is_filterable boolean NOT NULL DEFAULT false,
    position int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE product_type (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    code text NOT NULL CONSTRAINT product_type_code_key UNIQUE CHECK (code ~ '^[a-z][a-z0-9_]{0,49}$'),
    name text NOT NULL CHECK (name <> '' AND length(name) <= 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE product_type_attribute (
    product_type_id uuid NOT NULL REFERENCES product_type (id) ON DELETE CASCADE,
    attribute_id uuid NOT NULL REFERENCES attribute (id) ON DELETE RESTRICT,
    is_required boolean NOT NULL DEFAULT false, -- to be published
    position int NOT NULL DEFAULT 0,
    PRIMARY KEY (product_type_id, attribute_id)
);
CREATE INDEX product_type_attribute_attribute ON product_type_attribute (attribute_id);

-- ---- products and variants ----

ALTER TABLE product
    ADD product_type_id uuid REFERENCES product_type (id) ON DELETE RESTRICT,
    -- [{"name": "Size", "values": ["S", "M"]}], in the order of the page
    ADD options jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(options) = 'array'),
    ADD publish_at timestamptz,
    ADD unpublish_at timestamptz,
    ADD seo_title text NOT NULL DEFAULT '' CHECK (length(seo_title) <= 200),
    ADD seo_description text NOT NULL DEFAULT '' CHECK (length(seo_description) <= 500),
    ADD metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    ADD private_metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(private_metadata) = 'object'),
    -- units sold of late; orders lists and breaks ties of relevance
    ADD popularity bigint NOT NULL DEFAULT 0 CHECK (popularity >= 0),
    ADD CONSTRAINT product_schedule CHECK (publish_at < unpublish_at);
CREATE INDEX product_publish_at ON product (publish_at) WHERE publish_at IS NOT NULL;
CREATE INDEX product_unpublish_at ON product (unpublish_at) WHERE unpublish_at IS NOT NULL;
CREATE INDEX product_type_products ON product (product_type_id);

-- A variant is soft-deleted: stock and orders point to it.
ALTER TABLE variant
    ADD name text NOT NULL DEFAULT '' CHECK (length(name) <= 300), -- "Red / M"
    ADD options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'), -- {"Size": "M"}
    ADD attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    ADD barcode text NOT NULL DEFAULT '' CHECK (length(barcode) <= 50),
    ADD length_mm int CHECK (length_mm BETWEEN 0 AND 100000000),
    ADD width_mm int CHECK (width_mm BETWEEN 0 AND 100000000),
    ADD height_mm int CHECK (height_mm BETWEEN 0 AND 100000000),
    ADD is_active boolean NOT NULL DEFAULT true,
    ADD metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    ADD private_metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(private_metadata) = 'object'),
    ADD created_at timestamptz NOT NULL DEFAULT now(),
    ADD updated_at timestamptz NOT NULL DEFAULT now(),
    ADD deleted_at timestamptz,
    ADD version bigint NOT NULL DEFAULT 1,
    ADD CONSTRAINT variant_default_lives CHECK (deleted_at IS NULL OR NOT is_default);
CREATE UNIQUE INDEX variant_options_once ON variant (product_id, options) WHERE deleted_at IS NULL;
CREATE INDEX variant_barcode ON variant (barcode) WHERE barcode <> '';

CREATE FUNCTION product_is_visible(p product) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p.status = 'published' AND p.deleted_at IS NULL
           AND (p.publish_at IS NULL OR p.publish_at <= now())
           AND (p.unpublish_at IS NULL OR p.unpublish_at > now())
$$;

-- What an object was called before: its old URLs lead on.
CREATE TABLE slug_redirect (
    kind text NOT NULL CHECK (kind IN ('product', 'category', 'collection')),
    old_slug text NOT NULL,
    object_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, old_slug)
);
CREATE INDEX slug_redirect_object ON slug_redirect (object_id);

-- Other products a product's page leads to.
CREATE TABLE product_relation (
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    related_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('related', 'upsell', 'cross_sell', 'accessory', 'replacement')),
    position int NOT NULL DEFAULT 0,
    PRIMARY KEY (product_id, kind, related_id),
    CONSTRAINT product_relation_not_itself CHECK (product_id <> related_id)
);
CREATE INDEX product_relation_back ON product_relation (related_id);

-- ---- media ----

CREATE TABLE media (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    sha256 bytea NOT NULL CONSTRAINT media_sha256_key UNIQUE CHECK (length(sha256) = 32),
    content_type text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0),
    width int NOT NULL CHECK (width > 0),
    height int NOT NULL CHECK (height > 0),
    alt text NOT NULL DEFAULT '' CHECK (length(alt) <= 500),
    state text NOT NULL DEFAULT 'processing' CHECK (state IN ('processing', 'ready', 'refused')),
    refusal text NOT NULL DEFAULT '',
    -- [{"name": "480", "width": 480, "height": 320, "type": "image/webp", "key": "...", "bytes": 1}]
    renditions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(renditions) = 'array'),
    storage_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE product_media (
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    media_id uuid NOT NULL REFERENCES media (id) ON DELETE RESTRICT,
    variant_id uuid REFERENCES variant (id) ON DELETE CASCADE,
    position int NOT NULL DEFAULT 0,
    PRIMARY KEY (product_id, media_id)
);
CREATE INDEX product_media_media ON product_media (media_id);

-- ---- collections ----

CREATE TABLE collection (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    slug text NOT NULL CONSTRAINT collection_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    description text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'rule')),
    rules jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(rules) = 'array'),
    is_published boolean NOT NULL DEFAULT false,
    position int NOT NULL DEFAULT 0,
    seo_title text NOT NULL DEFAULT '' CHECK (length(seo_title) <= 200),
    seo_description text NOT NULL DEFAULT '' CHECK (length(seo_description) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);
ALTER TABLE category
    ADD seo_title text NOT NULL DEFAULT '' CHECK (length(seo_title) <= 200),
    ADD seo_description text NOT NULL DEFAULT '' CHECK (length(seo_description) <= 500);

-- Who is in it, chosen by hand or found by its rules.
CREATE TABLE collection_product (
    collection_id uuid NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    position int NOT NULL DEFAULT 0,
    PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_product_product ON collection_product (product_id);

-- ---- prices ----

-- price.amount is what is in force and what every cart reads; the regular one
-- comes back when a scheduled one ends.
ALTER TABLE price
    ADD regular_amount bigint CHECK (regular_amount BETWEEN 0 AND 9007199254740991),
    ADD regular_compare_at_amount bigint CHECK (regular_compare_at_amount BETWEEN 0 AND 9007199254740991);

CREATE TABLE price_schedule (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    variant_id uuid NOT NULL REFERENCES variant (id) ON DELETE CASCADE,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
    compare_at_amount bigint CHECK (compare_at_amount BETWEEN 0 AND 9007199254740991),
    during tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT lower_inf(during)),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT price_schedule_no_overlap EXCLUDE USING gist
        (variant_id WITH =, currency WITH =, during WITH &&)
);
CREATE INDEX price_schedule_start ON price_schedule (lower(during));
CREATE INDEX price_schedule_end ON price_schedule (upper(during));

-- ---- ratings: the sums; the reviews' room keeps them ----

CREATE TABLE product_rating (
    product_id uuid PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE,
    stars_1 bigint NOT NULL DEFAULT 0 CHECK (stars_1 >= 0),
    stars_2 bigint NOT NULL DEFAULT 0 CHECK (stars_2 >= 0),
    stars_3 bigint NOT NULL DEFAULT 0 CHECK (stars_3 >= 0),
    stars_4 bigint NOT NULL DEFAULT 0 CHECK (stars_4 >= 0),
    stars_5 bigint NOT NULL DEFAULT 0 CHECK (stars_5 >= 0),
    count bigint GENERATED ALWAYS AS (stars_1 + stars_2 + stars_3 + stars_4 + stars_5) STORED,
    average numeric(3, 2) GENERATED ALWAYS AS (round(
        (stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5)::numeric
        / nullif(stars_1 + stars_2 + stars_3 + stars_4 + stars_5, 0), 2)) STORED
);

-- ---- what the public may see anew ----

-- Every transaction that changes a public answer says so here; memory and the
-- delta feed read it. Kind 'product' has its id; any other kind may have
-- changed everything.
CREATE TABLE change_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    object_id uuid,
    is_gone boolean NOT NULL DEFAULT false
);
CREATE INDEX change_log_xid ON change_log (xid);
CREATE INDEX change_log_at ON change_log (at);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_log (kind) VALUES (TG_TABLE_NAME);
    RETURN NULL;
END
$$;
CREATE TRIGGER category_changed AFTER INSERT OR UPDATE OR DELETE ON category
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER collection_changed AFTER INSERT OR UPDATE OR DELETE ON collection
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER attribute_changed AFTER INSERT OR UPDATE OR DELETE ON attribute
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER product_type_changed AFTER INSERT OR UPDATE OR DELETE ON product_type
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER product_type_attribute_changed AFTER INSERT OR UPDATE OR DELETE ON product_type_attribute
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();

-- ---- listing: one row a place, product and currency ----

-- A place is a category of the product's lineage, a published collection that
-- holds it, or the nil id: the whole catalogue.
DROP FUNCTION listing_refresh(uuid[]);
DROP FUNCTION listing_rows_refresh(uuid[]);
DROP FUNCTION card_of(uuid[]);
DROP TABLE card;
DROP TABLE listing;
DROP TABLE listing_count;

CREATE TABLE listing (
    category_id uuid NOT NULL,
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    currency text NOT NULL,
    price bigint NOT NULL,      -- of its cheapest variant
    price_max bigint NOT NULL,  -- of its dearest
    compare_at_amount bigint,   -- of the cheapest
    rating int NOT NULL,        -- hundredths of a star; 0: none
    popularity bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (product_id, category_id, currency)
);
CREATE INDEX listing_price ON listing (category_id, currency, price, product_id);
CREATE INDEX listing_created ON listing (category_id, currency, created_at DESC, product_id);
CREATE INDEX listing_popular ON listing (category_id, currency, popularity DESC, product_id);
CREATE INDEX listing_rating ON listing (category_id, currency, rating DESC, product_id);

CREATE TABLE listing_count (
    category_id uuid NOT NULL,
    currency text NOT NULL,
    products bigint NOT NULL CHECK (products >= 0),
    PRIMARY KEY (category_id, currency)
) WITH (fillfactor = 50);

-- How many a place lists, in the currency in which it lists the most.
CREATE FUNCTION place_count(place uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT max(products) FROM listing_count WHERE category_id = place), 0)
$$;

-- What is to stand in listing for these products.
CREATE FUNCTION listing_of(products uuid[]) RETURNS SETOF listing LANGUAGE sql STABLE AS $$
    SELECT a.place, p.id, pr.currency, pr.price, pr.price_max, pr.compare_at,
           coalesce((r.average * 100)::int, 0), p.popularity, p.created_at
      FROM product p
      JOIN LATERAL (
            SELECT pr.currency, min(pr.amount) AS price, max(pr.amount) AS price_max,
                   (array_agg(pr.compare_at_amount ORDER BY pr.amount, v.position, v.id))[1] AS compare_at
              FROM variant v JOIN price pr ON pr.variant_id = v.id
             WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL
             GROUP BY pr.currency) pr ON true
      LEFT JOIN product_rating r ON r.product_id = p.id
      LEFT JOIN category c ON c.id = p.category_id
     CROSS JOIN LATERAL (
            SELECT '00000000-0000-0000-0000-000000000000'::uuid
            UNION ALL SELECT unnest(c.lineage)
            UNION ALL SELECT cp.collection_id FROM collection_product cp
                        JOIN collection k ON k.id = cp.collection_id AND k.is_published
                       WHERE cp.product_id = p.id) a (place)
     WHERE p.id = ANY (products) AND product_is_visible(p)
       AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.is_default)
$$;

CREATE FUNCTION listing_rows_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Rows that stay as they are are not written: an edit of a text touches none.
    WITH fresh AS MATERIALIZED (
        SELECT * FROM listing_of(products)
    ), gone AS (
        DELETE FROM listing l WHERE l.product_id = ANY (products)
           AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.product_id = l.product_id
                              AND f.category_id = l.category_id AND f.currency = l.currency)
        RETURNING l.category_id, l.currency
    ), put AS (
        INSERT INTO listing AS l SELECT * FROM fresh
            ON CONFLICT (product_id, category_id, currency) DO UPDATE
           SET price = EXCLUDED.price, price_max = EXCLUDED.price_max,
               compare_at_amount = EXCLUDED.compare_at_amount, rating = EXCLUDED.rating,
               popularity = EXCLUDED.popularity, created_at = EXCLUDED.created_at
         WHERE (l.price, l.price_max, l.compare_at_amount, l.rating, l.popularity, l.created_at)
               IS DISTINCT FROM (EXCLUDED.price, EXCLUDED.price_max, EXCLUDED.compare_at_amount,
                                 EXCLUDED.rating, EXCLUDED.popularity, EXCLUDED.created_at)
        RETURNING l.category_id, l.currency, xmax = 0 AS is_new
    ), change AS (
        SELECT category_id, currency, sum(n) AS n FROM (
            SELECT category_id, currency, -1 AS n FROM gone UNION ALL
            SELECT category_id, currency, 1 FROM put WHERE is_new) AS each
         GROUP BY 1, 2 HAVING sum(n) <> 0
    )
    INSERT INTO listing_count AS c (category_id, currency, products)
    SELECT category_id, currency, greatest(n, 0) FROM change ORDER BY 1, 2
        ON CONFLICT (category_id, currency) DO UPDATE SET products = c.products + (
           SELECT n FROM change WHERE change.category_id = c.category_id AND change.currency = c.currency);
END
$$;

-- ---- card: what a list shows of a product, whatever the currency ----

CREATE TABLE card (
    product_id uuid PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE,
    variant_id uuid NOT NULL, -- the default one
    slug text NOT NULL,
    name text NOT NULL,
    brand text NOT NULL,
    category text, -- its slug
    sku text NOT NULL,
    image text,
    variant_count int NOT NULL,
    rating_count bigint NOT NULL,
    rating_average numeric(3, 2),
    in_stock boolean NOT NULL -- any variant; kept by stock_turned()
) WITH (fillfactor = 85);

CREATE FUNCTION product_in_stock(product uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM variant v JOIN stock s ON s.variant_id = v.id
                    WHERE v.product_id = product AND v.is_active AND v.deleted_at IS NULL
                      AND s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit > 0)
$$;

CREATE FUNCTION card_of(products uuid[]) RETURNS SETOF card LANGUAGE sql STABLE AS $$
    SELECT p.id, v.id, p.slug, p.name, p.brand, c.slug, v.sku, p.images ->> 0,
           (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.is_active
               AND o.deleted_at IS NULL)::int,
           coalesce(r.count, 0), r.average, product_in_stock(p.id)
      FROM product p
      JOIN variant v ON v.product_id = p.id AND v.is_default
      LEFT JOIN product_rating r ON r.product_id = p.id
      LEFT JOIN category c ON c.id = p.category_id
     WHERE p.id = ANY (products) AND product_is_visible(p)
       AND EXISTS (SELECT 1 FROM variant o JOIN price ON price.variant_id = o.id
                    WHERE o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL)
$$;

-- The rooms of collections and of search put their own in their place.
CREATE FUNCTION collection_refresh(products uuid[]) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION search_refresh(products uuid[]) RETURNS void LANGUAGE sql AS '';

-- After any change of products, in its transaction, once if possible. It
-- locks them, in the order of their ids.
CREATE FUNCTION listing_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM product WHERE id = ANY (products) ORDER BY id FOR NO KEY UPDATE;
    PERFORM collection_refresh(products);
    DELETE FROM card k WHERE product_id = ANY (products)
       AND NOT EXISTS (SELECT 1 FROM card_of(products) f WHERE f.product_id = k.product_id);
    INSERT INTO card AS k SELECT * FROM card_of(products)
        ON CONFLICT (product_id) DO UPDATE
       SET (variant_id, slug, name, brand, category, sku, image, variant_count, rating_count,
            rating_average, in_stock)
         = (EXCLUDED.variant_id, EXCLUDED.slug, EXCLUDED.name, EXCLUDED.brand, EXCLUDED.category,
            EXCLUDED.sku, EXCLUDED.image, EXCLUDED.variant_count, EXCLUDED.rating_count,
            EXCLUDED.rating_average, EXCLUDED.in_stock)
     WHERE k IS DISTINCT FROM EXCLUDED;
    PERFORM listing_rows_refresh(products);
    PERFORM search_refresh(products);
    INSERT INTO change_log (kind, object_id, is_gone)
    SELECT 'product', p, NOT EXISTS (SELECT 1 FROM card WHERE product_id = p)
      FROM unnest(products) AS p;
END
$$;

-- The last unit went, or the first came: the card says so at once. The share
-- lock waits for a listing_refresh() under way, and makes the next one wait.
CREATE FUNCTION product_stock_turned(product_id uuid) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    turned uuid := product_stock_turned.product_id;
BEGIN
    PERFORM 1 FROM product WHERE id = turned FOR SHARE;
    PERFORM 1 FROM card WHERE product_id = turned FOR NO KEY UPDATE;
    UPDATE card SET in_stock = NOT in_stock
     WHERE product_id = turned AND in_stock <> product_in_stock(turned);
    IF FOUND THEN
        INSERT INTO change_log (kind, object_id) VALUES ('product', turned);
    END IF;
END
$$;
CREATE FUNCTION stock_turned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM product_stock_turned(v.product_id) FROM variant v WHERE v.id = NEW.variant_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER stock_turned AFTER UPDATE ON stock FOR EACH ROW
    WHEN ((OLD.on_hand - OLD.allocated - OLD.reserved - OLD.safety + OLD.backorder_limit > 0)
       <> (NEW.on_hand - NEW.allocated - NEW.reserved - NEW.safety + NEW.backorder_limit > 0))
    EXECUTE FUNCTION stock_turned();
CREATE TRIGGER stock_came AFTER INSERT ON stock FOR EACH ROW
    WHEN (NEW.on_hand - NEW.allocated - NEW.reserved - NEW.safety + NEW.backorder_limit > 0)
    EXECUTE FUNCTION stock_turned();

INSERT INTO card SELECT * FROM card_of(ARRAY(SELECT id FROM product));
INSERT INTO listing SELECT * FROM listing_of(ARRAY(SELECT id FROM product));
INSERT INTO listing_count SELECT category_id, currency, count(*) FROM listing GROUP BY 1, 2;
ANALYZE card;
ANALYZE listing;
