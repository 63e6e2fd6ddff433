-- 203_erasure.sql - archives of what is known of somebody, and the wish to be
-- forgotten.

CREATE TABLE data_export (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    asked_by uuid REFERENCES account (id) ON DELETE SET NULL, -- of the staff; NULL: the customer
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'ready', 'failed')),
    bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    archive text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    expires_at timestamptz, -- then it is deleted
    CONSTRAINT data_export_ready_is_whole CHECK ((state = 'ready') = (archive IS NOT NULL)
        AND (archive IS NULL) = (ready_at IS NULL) AND (archive IS NULL) = (expires_at IS NULL))
);
CREATE UNIQUE INDEX data_export_one_running ON data_export (account_id) WHERE state = 'queued';
CREATE INDEX data_export_account ON data_export (account_id, created_at);
CREATE INDEX data_export_created ON data_export (created_at);
CREATE INDEX data_export_asked_by ON data_export (asked_by) WHERE asked_by IS NOT NULL;

CREATE TABLE erasure_request (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    by_staff boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL,
    try_at timestamptz NOT NULL, -- due_at, or later while orders are open
    CONSTRAINT erasure_request_once UNIQUE (account_id)
);
CREATE INDEX erasure_request_try ON erasure_request (try_at);

-- Who was erased: after a backup was restored, they are erased again.
CREATE TABLE erasure_journal (
    account_id uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Orders that somebody still owes something of: goods, money, an answer of
-- the payment provider. Not those that were placed longer ago than that.
CREATE FUNCTION privacy_open_orders(account uuid, days bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM orders o
     WHERE o.account_id = account
       AND (o.state = 'pending_payment'
            OR EXISTS (SELECT FROM payment p WHERE p.order_id = o.id
                        AND (p.state IN ('created', 'requires_action', 'processing', 'unknown', 'disputed')
                             OR p.refund_pending > 0 OR p.is_returning AND p.captured > p.refunded))
            OR EXISTS (SELECT FROM refund r WHERE r.order_id = o.id AND r.state IN ('requested', 'pending', 'unknown'))
            OR o.state = 'placed' AND o.fulfilment_status IN ('unfulfilled', 'partial')
               AND o.placed_at > now() - days * interval '1 day')
$$;

-- Whether a job that is about somebody runs at this moment: a mail, perhaps.
CREATE FUNCTION privacy_is_busy(account uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM job j WHERE j.state = 'running' AND j.kind <> 'privacy.erase'
        AND (lower(j.payload::text) LIKE ANY ((SELECT privacy_needles(account))::text[])
             OR j.payload ->> 'aggregate_id' = ANY ((SELECT privacy_aggregates(account))::text[])))
$$;

-- One table of the plan, for one account. How many rows.
CREATE FUNCTION privacy_erase_table(account uuid, plan privacy_table) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    assignments text;
    count bigint := 0;
BEGIN
    IF plan.on_erase = 'delete' THEN
        EXECUTE format('DELETE FROM %I t WHERE %s', plan.name, plan.whose) USING account;
    ELSIF plan.on_erase = 'empty' THEN
        SELECT concat_ws(', ', string_agg(format('%I = %s', c.column_name, c.value), ', '), nullif(plan.also, ''))
          INTO assignments FROM privacy_column c WHERE c.table_name = plan.name AND c.on_erase = 'empty';
        EXECUTE format('UPDATE %I t SET %s WHERE %s', plan.name, assignments, plan.whose) USING account;
    ELSE
        RETURN 0;
    END IF;
    GET DIAGNOSTICS count = ROW_COUNT;
    RETURN count;
END
$$;

-- The rows of one table about an account, as a JSON list.
CREATE FUNCTION privacy_export_table(account uuid, plan privacy_table) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(t) - $2 %s), ''[]'')::text FROM %I t WHERE %s',
        CASE WHEN plan.extra <> '' THEN '|| ' || plan.extra ELSE '' END, plan.name, plan.whose)
        INTO found USING account, plan.hidden;
    RETURN found;
END
$$;

-- What is tagged before by others keeps its words.
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT p.table_name, p.column_name, p.why FROM privacy_column p
              WHERE coalesce(col_description(p.table_name::regclass, (SELECT a.attnum FROM pg_attribute a
                        WHERE a.attrelid = p.table_name::regclass AND a.attname = p.column_name)), '') NOT LIKE 'personal:%' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', c.table_name, c.column_name,
            'personal: ' || coalesce(nullif(c.why, ''), 'see privacy_column'));
    END LOOP;
END
$$;

SELECT audit_table('data_export', 'archive');
SELECT audit_table('erasure_request');

-- What the retention round looks for.
CREATE INDEX webhook_inbox_bodies ON webhook_inbox (processed_at) WHERE body <> '{}';
CREATE INDEX cart_ordered_contact ON cart (updated_at) WHERE state = 'ordered' AND (email <> '' OR shipping_address IS NOT NULL);
CREATE INDEX cart_left_contact ON cart (expires_at) WHERE state IN ('active', 'abandoned', 'merged')
    AND (email <> '' OR shipping_address IS NOT NULL);
CREATE INDEX orders_expired_contact ON orders (updated_at) WHERE state = 'expired' AND email <> 'erased@erased.invalid';
CREATE INDEX account_unverified ON account (created_at) WHERE email_verified_at IS NULL AND NOT is_staff;
