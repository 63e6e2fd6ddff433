-- 040_inventory.sql - stock by location, holds, and the ledger of movements
-- (features 5.3). available = on_hand - allocated - reserved - safety.

CREATE TABLE location (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    code text NOT NULL CONSTRAINT location_code_key UNIQUE,
    name text NOT NULL,
    is_default boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX location_one_default ON location (is_default) WHERE is_default;
INSERT INTO location (code, name, is_default) VALUES ('main', 'Main warehouse', true);

CREATE TABLE stock (
    variant_id uuid NOT NULL REFERENCES variant (id) ON DELETE RESTRICT,
    location_id uuid NOT NULL REFERENCES location (id) ON DELETE RESTRICT,
    on_hand bigint NOT NULL DEFAULT 0 CHECK (on_hand BETWEEN 0 AND 2000000000),
    allocated bigint NOT NULL DEFAULT 0 CHECK (allocated >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    safety bigint NOT NULL DEFAULT 0 CHECK (safety >= 0),
    backorder_limit bigint NOT NULL DEFAULT 0 CHECK (backorder_limit >= 0),
    deficit bigint NOT NULL DEFAULT 0 CHECK (deficit >= 0),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (variant_id, location_id),
    CONSTRAINT stock_not_oversold CHECK (allocated + reserved <= on_hand + backorder_limit + deficit)
) WITH (fillfactor = 80);

-- A hold for a cart; row goes when released, expired or turned into an
-- allocation.
CREATE TABLE reservation (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    cart_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    expires_at timestamptz NOT NULL,
    -- never reclaimed while a payment is unknown
    is_pinned boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (variant_id, location_id) REFERENCES stock,
    CONSTRAINT reservation_once UNIQUE (cart_id, variant_id, location_id)
);
CREATE INDEX reservation_expiry ON reservation (expires_at) WHERE NOT is_pinned;
CREATE INDEX reservation_variant ON reservation (variant_id, expires_at);

-- Append-only: who changed which number, by how much, and why.
CREATE TABLE stock_movement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('received', 'reserved', 'released', 'allocated', 'unallocated',
        'shipped', 'returned', 'written_off', 'adjusted')),
    on_hand_change bigint NOT NULL DEFAULT 0,
    allocated_change bigint NOT NULL DEFAULT 0,
    reserved_change bigint NOT NULL DEFAULT 0,
    cause text NOT NULL,   -- 'import', 'cart', 'order', 'staff', 'sweeper'
    cause_id uuid,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (variant_id, location_id) REFERENCES stock
);
CREATE INDEX stock_movement_variant ON stock_movement (variant_id, id);
-- what is still allocated for an order is asked of the ledger
CREATE INDEX stock_movement_order ON stock_movement (cause_id) WHERE cause = 'order';
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
