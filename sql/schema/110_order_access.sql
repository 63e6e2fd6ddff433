-- 110_order_access.sql - secrets of mailed links: each opens one order for a
-- while.

CREATE TABLE order_access (
    secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32), -- SHA-256
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT order_access_ends CHECK (expires_at > created_at)
);
CREATE INDEX order_access_order ON order_access (order_id, created_at);
CREATE INDEX order_access_expiry ON order_access (expires_at);
