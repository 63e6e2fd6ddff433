-- 060_orders.sql - what was sold, paid and refunded (features 5.4, 5.5).

CREATE TABLE order_counter (
    name text PRIMARY KEY,
    next bigint NOT NULL
);
INSERT INTO order_counter VALUES ('order', 1001);

CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    number text CONSTRAINT orders_number_key UNIQUE,   -- given in FINALIZE
    cart_id uuid NOT NULL CONSTRAINT orders_cart_key UNIQUE,
    account_id uuid REFERENCES account (id) ON DELETE SET NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32), -- the cart's
    email text NOT NULL,
    note text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'pending_payment' CHECK (state IN ('pending_payment', 'placed',
        'completed', 'canceled', 'expired')),
    payment_status text NOT NULL DEFAULT 'none' CHECK (payment_status IN ('none', 'authorized',
        'partially_paid', 'paid', 'overpaid', 'partially_refunded', 'refunded', 'voided')),
    fulfilment_status text NOT NULL DEFAULT 'unfulfilled' CHECK (fulfilment_status IN ('unfulfilled',
        'partial', 'fulfilled', 'delivered', 'canceled')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    subtotal bigint NOT NULL,
    shipping_total bigint NOT NULL,
    tax_total bigint NOT NULL,
    total bigint NOT NULL CHECK (total BETWEEN 0 AND 9007199254740991),
    tax_is_inclusive boolean NOT NULL,
    tax_rate_millionths bigint NOT NULL,
    shipping_tax bigint NOT NULL DEFAULT 0,
    shipping_method text NOT NULL DEFAULT '',
    shipping_address jsonb NOT NULL,
    billing_address jsonb NOT NULL,
    placed_at timestamptz,
    pending_since timestamptz NOT NULL DEFAULT now(), -- its hold runs from here
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT orders_placed_has_number CHECK (state IN ('pending_payment', 'expired', 'canceled') OR number IS NOT NULL),
    CONSTRAINT orders_total_adds_up CHECK (
        total = subtotal + shipping_total + CASE WHEN tax_is_inclusive THEN 0 ELSE tax_total END)
) WITH (fillfactor = 80);
CREATE INDEX orders_account ON orders (account_id, created_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX orders_created ON orders (created_at DESC, id);
CREATE INDEX orders_pending ON orders (pending_since) WHERE state = 'pending_payment';
CREATE INDEX orders_email ON orders (lower(email));

CREATE TABLE order_line (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    position int NOT NULL,
    variant_id uuid REFERENCES variant (id) ON DELETE SET NULL,
    product_id uuid,
    location_id uuid,
    sku text NOT NULL,
    name text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    unit_price bigint NOT NULL CHECK (unit_price >= 0),
    total bigint NOT NULL CHECK (total >= 0),   -- the line's price, before exclusive tax
    tax bigint NOT NULL CHECK (tax >= 0),
    CONSTRAINT order_line_position UNIQUE (order_id, position)
);

-- The timeline; append-only, every legal or refused step with its actor.
CREATE TABLE order_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    kind text NOT NULL,         -- 'created', 'placed', 'payment.captured', ...
    actor text NOT NULL,        -- 'customer', 'staff', 'gateway', 'system'
    actor_id uuid,
    is_public boolean NOT NULL DEFAULT true,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_event_order ON order_event (order_id, id);
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One attempt to be paid: a payment intent at the gateway.
CREATE TABLE payment (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    cart_id uuid NOT NULL,
    gateway text NOT NULL CHECK (gateway ~ '^[a-z]+$'),
    state text NOT NULL DEFAULT 'created' CHECK (state IN ('created', 'requires_action', 'processing',
        'unknown', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'canceled',
        'voided', 'expired', 'disputed', 'charged_back')),
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
    authorized bigint NOT NULL DEFAULT 0 CHECK (authorized BETWEEN 0 AND amount),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    refunded bigint NOT NULL DEFAULT 0,
    refund_pending bigint NOT NULL DEFAULT 0, -- asked for, not yet decided
    attempt int NOT NULL DEFAULT 1,           -- of confirming; in its key
    payment_method text,                      -- as first asked for: the same
    return_url text,                          -- key needs the same words
    is_manual_capture boolean NOT NULL DEFAULT false,
    idempotency_key text NOT NULL CONSTRAINT payment_idempotency_key UNIQUE,
    gateway_reference text,      -- pi_...
    client_secret text,
    next_action jsonb,
    error_code text NOT NULL DEFAULT '',
    error_message text NOT NULL DEFAULT '',
    checked_at timestamptz,      -- last time the resolver asked the gateway
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT payment_refund_within_capture CHECK (refunded >= 0 AND refund_pending >= 0
        AND refunded + refund_pending <= captured),
    CONSTRAINT payment_reference_key UNIQUE (gateway, gateway_reference)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX payment_one_live ON payment (order_id)
    WHERE state NOT IN ('failed', 'canceled', 'voided', 'expired');
CREATE INDEX payment_cart ON payment (cart_id);
CREATE INDEX payment_unsettled ON payment (updated_at)
    WHERE state IN ('created', 'requires_action', 'processing', 'unknown');

-- What the gateway said, once each; amounts are recomputed from these.
CREATE TABLE payment_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind IN ('authorization', 'capture', 'void', 'refund', 'refund_failed', 'chargeback',
        'chargeback_won', 'failure', 'action_required', 'processing', 'canceled', 'unknown')),
    amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0),
    gateway_reference text NOT NULL,  -- charge, refund or intent it is about
    source text NOT NULL CHECK (source IN ('api', 'webhook', 'resolver', 'staff')),
    happened_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_event_once UNIQUE (payment_id, kind, gateway_reference)
);
CREATE TRIGGER payment_event_append_only BEFORE UPDATE OR DELETE ON payment_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE refund (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    payment_id uuid NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'pending', 'succeeded', 'failed', 'unknown')),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    reason text NOT NULL DEFAULT '',
    idempotency_key text NOT NULL CONSTRAINT refund_idempotency_key UNIQUE,
    gateway_reference text,
    requested_by uuid,
    error_message text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_unsettled ON refund (updated_at) WHERE state IN ('requested', 'pending', 'unknown');

-- Signed messages of gateways: verified, stored, acknowledged, then applied
-- by a job (providers section 11).
CREATE TABLE webhook_inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gateway text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    payment_id uuid,             -- as its metadata says
    gateway_reference text,      -- intent it is about
    refund_reference text,
    is_dispute boolean NOT NULL DEFAULT false,
    processed_at timestamptz,
    outcome text NOT NULL DEFAULT '',
    CONSTRAINT webhook_inbox_once UNIQUE (gateway, event_id)
);
