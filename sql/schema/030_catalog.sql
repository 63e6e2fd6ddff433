-- 030_catalog.sql - categories, products, their one variant and its price.
-- Variants, prices by currency and more attributes fit without rewriting.

CREATE TABLE category (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    parent_id uuid REFERENCES category (id) ON DELETE RESTRICT,
    slug text NOT NULL CONSTRAINT category_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    description text NOT NULL DEFAULT '',
    position int NOT NULL DEFAULT 0,
    -- from the root to itself, written by the store with each move
    lineage uuid[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT category_not_its_own_parent CHECK (parent_id <> id),
    CONSTRAINT category_lineage_ends_in_itself CHECK (lineage[cardinality(lineage)] = id),
    CONSTRAINT category_depth CHECK (cardinality(lineage) <= 16),
    CONSTRAINT category_name_among_siblings UNIQUE NULLS NOT DISTINCT (parent_id, name)
);
CREATE INDEX category_parent ON category (parent_id, position, name);
CREATE INDEX category_lineage ON category USING gin (lineage);

CREATE TABLE product (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    slug text NOT NULL CONSTRAINT product_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 500),
    description text NOT NULL DEFAULT '',
    brand text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    category_id uuid REFERENCES category (id) ON DELETE RESTRICT,
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    images jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(images) = 'array'),
    -- where an import found it: the same source and key is the same product
    source text,
    source_key text,
    source_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT product_source_key UNIQUE (source, source_key)
);
CREATE INDEX product_category ON product (category_id);
CREATE INDEX product_created ON product (created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX product_name_trgm ON product USING gin (name gin_trgm_ops);

CREATE TABLE variant (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    sku text NOT NULL CONSTRAINT variant_sku_key UNIQUE CHECK (sku <> '' AND length(sku) <= 100),
    weight_grams int NOT NULL DEFAULT 0 CHECK (weight_grams BETWEEN 0 AND 100000000),
    is_default boolean NOT NULL DEFAULT true,
    position int NOT NULL DEFAULT 0
);
CREATE INDEX variant_product ON variant (product_id, position);
CREATE UNIQUE INDEX variant_one_default ON variant (product_id) WHERE is_default;

CREATE TABLE price (
    variant_id uuid NOT NULL REFERENCES variant (id) ON DELETE CASCADE,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
    compare_at_amount bigint CHECK (compare_at_amount BETWEEN 0 AND 9007199254740991),
    PRIMARY KEY (variant_id, currency)
);

-- What a list page walks: one row for each published product in each
-- category of its lineage, so that a category lists its descendants too; and
-- one under the nil id, which stands for the whole catalogue. Kept by
-- listing_refresh() in the transaction of every change.
CREATE TABLE listing (
    category_id uuid NOT NULL,
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    currency text NOT NULL,
    price bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (product_id, category_id)
);
CREATE INDEX listing_price ON listing (category_id, price, product_id);
CREATE INDEX listing_created ON listing (category_id, created_at DESC, product_id);

-- How many a category lists: an exact count costs one row, not a walk.
CREATE TABLE listing_count (
    category_id uuid PRIMARY KEY,
    products bigint NOT NULL CHECK (products >= 0)
) WITH (fillfactor = 50);

-- Call it with the products locked, once a transaction if possible.
CREATE FUNCTION listing_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    gone uuid[];
    fresh uuid[];
BEGIN
    WITH d AS (DELETE FROM listing WHERE product_id = ANY (products) RETURNING category_id)
    SELECT array_agg(category_id) INTO gone FROM d;
    WITH i AS (
        INSERT INTO listing (category_id, product_id, currency, price, created_at)
        SELECT a.category_id, p.id, pr.currency, pr.amount, p.created_at
          FROM product p
          JOIN variant v ON v.product_id = p.id AND v.is_default
          JOIN LATERAL (SELECT currency, amount FROM price WHERE variant_id = v.id
                         ORDER BY currency LIMIT 1) pr ON true
          LEFT JOIN category c ON c.id = p.category_id
          CROSS JOIN LATERAL unnest('00000000-0000-0000-0000-000000000000'::uuid || c.lineage)
                  AS a (category_id)
         WHERE p.id = ANY (products) AND p.status = 'published' AND p.deleted_at IS NULL
        RETURNING category_id)
    SELECT array_agg(category_id) INTO fresh FROM i;
    INSERT INTO listing_count AS l (category_id, products)
    SELECT category_id, sum(n) FROM (
        SELECT unnest(gone) AS category_id, -1 AS n UNION ALL SELECT unnest(fresh), 1) AS change
     GROUP BY category_id HAVING sum(n) > 0 ORDER BY category_id
        ON CONFLICT (category_id) DO UPDATE SET products = l.products + EXCLUDED.products;
    UPDATE listing_count l SET products = l.products - less.n
      FROM (SELECT category_id, -sum(n) AS n FROM (
                SELECT unnest(gone) AS category_id, -1 AS n UNION ALL SELECT unnest(fresh), 1) AS change
             GROUP BY category_id HAVING sum(n) < 0 ORDER BY category_id) AS less
     WHERE l.category_id = less.category_id;
END
$$;
