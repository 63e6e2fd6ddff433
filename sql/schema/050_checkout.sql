-- 050_checkout.sql - tax, shipping tables, carts.

-- Rates are end-dated, never overwritten.
CREATE TABLE tax_rate (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    name text NOT NULL,
    countries text[] NOT NULL DEFAULT '{}',  -- empty: everywhere else
    rate_millionths bigint NOT NULL CHECK (rate_millionths BETWEEN 0 AND 1000000),
    is_inclusive boolean NOT NULL,           -- prices contain it
    is_default boolean NOT NULL DEFAULT false, -- while no address is known
    valid_from timestamptz NOT NULL DEFAULT '-infinity',
    valid_to timestamptz NOT NULL DEFAULT 'infinity',
    CHECK (valid_from < valid_to)
);

CREATE TABLE shipping_zone (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    name text NOT NULL CONSTRAINT shipping_zone_name_key UNIQUE,
    countries text[] NOT NULL DEFAULT '{}'   -- empty: rest of the world
);

CREATE TABLE shipping_method (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    code text NOT NULL CONSTRAINT shipping_method_code_key UNIQUE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    position int NOT NULL DEFAULT 0
);

-- One row a zone and band of weight and goods value; the first that fits.
CREATE TABLE shipping_rate (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    method_id uuid NOT NULL REFERENCES shipping_method (id) ON DELETE CASCADE,
    zone_id uuid NOT NULL REFERENCES shipping_zone (id) ON DELETE CASCADE,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
    weight_from bigint NOT NULL DEFAULT 0,
    weight_to bigint NOT NULL DEFAULT 9007199254740991,  -- grams, exclusive
    value_from bigint NOT NULL DEFAULT 0,
    value_to bigint NOT NULL DEFAULT 9007199254740991,   -- minor units, exclusive
    CHECK (weight_from < weight_to AND value_from < value_to)
);
CREATE INDEX shipping_rate_zone ON shipping_rate (zone_id);

CREATE TABLE cart (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    account_id uuid REFERENCES account (id) ON DELETE SET NULL,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen', 'ordered', 'abandoned')),
    email text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    shipping_address jsonb CHECK (jsonb_typeof(shipping_address) = 'object'),
    billing_address jsonb CHECK (jsonb_typeof(billing_address) = 'object'),
    billing_same_as_shipping boolean NOT NULL DEFAULT true,
    shipping_rate_id uuid REFERENCES shipping_rate (id) ON DELETE SET NULL,
    shipping_amount bigint CHECK (shipping_amount BETWEEN 0 AND 9007199254740991),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 80);
CREATE INDEX cart_account ON cart (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX cart_expiry ON cart (expires_at) WHERE state IN ('active', 'abandoned');

CREATE TABLE cart_item (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    cart_id uuid NOT NULL REFERENCES cart (id) ON DELETE CASCADE,
    variant_id uuid NOT NULL REFERENCES variant (id) ON DELETE RESTRICT,
    quantity bigint NOT NULL CONSTRAINT cart_item_quantity CHECK (quantity BETWEEN 1 AND 9999),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cart_item_once UNIQUE (cart_id, variant_id)
);

-- What a buyer pays in tax now: the rate of the country, else the one
-- for everywhere else; the default one while no country is known. At most one
-- row; SETOF so that the planner inlines it.
CREATE FUNCTION tax_rate_for(country text) RETURNS SETOF tax_rate
LANGUAGE sql STABLE AS $$
    SELECT t.* FROM tax_rate t
     WHERE t.valid_from <= now() AND now() < t.valid_to
       AND (t.countries = '{}' OR country = ANY (t.countries) OR (country IS NULL AND t.is_default))
     ORDER BY country IS NULL AND t.is_default DESC, t.countries = '{}', t.valid_from DESC, t.id
     LIMIT 1
$$;

-- The zone that names the country in the shortest list, else the rest of the
-- world.
CREATE FUNCTION shipping_zone_for(country text) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT z.id FROM shipping_zone z
     WHERE z.countries = '{}' OR country = ANY (z.countries)
     ORDER BY z.countries = '{}', cardinality(z.countries), z.id
     LIMIT 1
$$;
