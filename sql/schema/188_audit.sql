-- 188_audit.sql - who of the staff, or which key, did what, with what was
-- there before and after; each row bound to the one before it by a hash.

CREATE TABLE audit_log (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,         -- action: was asked for; change: a row changed; read: personal data was shown
    actor_kind text NOT NULL,   -- staff, key, command
    actor_id uuid,              -- the account or the key
    actor_name text NOT NULL DEFAULT '', -- of a command: who ran it
    request_id text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    action text NOT NULL,       -- the route's name, or the command
    object_type text NOT NULL DEFAULT '', -- of a change: the table; else the method
    object_id text NOT NULL DEFAULT '',   -- of a change: its key; else the path and query
    change jsonb,               -- {"before": {...}, "after": {...}}, only what differs; NULL: none, or erased
    change_hash bytea,          -- SHA-256 of change; stays when it is erased
    seq bigint,                 -- its place in the chain, given within seconds
    hash bytea,                 -- SHA-256 of the hash before and of this row
    CONSTRAINT audit_log_kind_known CHECK (kind IN ('action', 'change', 'read')),
    CONSTRAINT audit_log_actor_known CHECK (actor_kind IN ('staff', 'key', 'command')),
    CONSTRAINT audit_log_seq_unique UNIQUE (seq),
    CONSTRAINT audit_log_sealed_whole CHECK ((seq IS NULL) = (hash IS NULL)),
    CONSTRAINT audit_log_hashes CHECK (length(hash) = 32 AND length(change_hash) = 32)
);
CREATE INDEX audit_log_unsealed ON audit_log (id) WHERE seq IS NULL;
CREATE INDEX audit_log_actor ON audit_log (actor_id, id);
CREATE INDEX audit_log_object ON audit_log (object_type, object_id, id);
CREATE INDEX audit_log_request ON audit_log (request_id) WHERE request_id <> '';
CREATE INDEX audit_log_action ON audit_log (action, id);
COMMENT ON COLUMN audit_log.address IS 'personal: of staff';
COMMENT ON COLUMN audit_log.change IS 'personal: may hold a customer''s data, erased with it';

-- The last of the chain: rows cut off its end are missed.
CREATE TABLE audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT sha256('shopd audit log'),
    CONSTRAINT audit_head_hash CHECK (length(hash) = 32)
);
INSERT INTO audit_head DEFAULT VALUES;

-- What a row's hash says of it. Numbers and texts only, so that it is the same
-- under every setting of a session.
CREATE FUNCTION audit_hash(previous bytea, r audit_log) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(r.seq, r.id, (extract(epoch FROM r.at) * 1000000)::bigint,
        r.kind, r.actor_kind, r.actor_id, r.actor_name, r.request_id, r.address, r.action, r.object_type,
        r.object_id, encode(r.change_hash, 'hex'))::text, 'UTF8'))
$$;

CREATE FUNCTION audit_change_hashed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.change_hash := sha256(convert_to(NEW.change::text, 'UTF8'));
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_change_hashed BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.change IS NOT NULL) EXECUTE FUNCTION audit_change_hashed();

-- Rows are added, sealed once, and their change may be erased; nothing else.
CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.seq IS NULL OR (NEW.seq, NEW.hash) IS NOT DISTINCT FROM (OLD.seq, OLD.hash))
           AND (NEW.change IS NULL OR NEW.change IS NOT DISTINCT FROM OLD.change)
           AND (to_jsonb(NEW) - 'seq' - 'hash' - 'change') = (to_jsonb(OLD) - 'seq' - 'hash' - 'change') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'audit_log_stays';
END
$$;
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_stays();

-- Puts rows that have none into the chain. How many.
CREATE FUNCTION audit_seal(most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    head audit_head;
    r audit_log;
    count int := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_log WHERE seq IS NULL) THEN
        RETURN 0;
    END IF;
    SELECT * INTO head FROM audit_head FOR UPDATE;
    FOR r IN SELECT * FROM audit_log WHERE seq IS NULL ORDER BY id LIMIT most LOOP
        head.seq := head.seq + 1;
        r.seq := head.seq;
        head.hash := audit_hash(head.hash, r);
        UPDATE audit_log SET seq = head.seq, hash = head.hash WHERE id = r.id;
        count := count + 1;
    END LOOP;
    UPDATE audit_head SET seq = head.seq, hash = head.hash;
    RETURN count;
END
$$;

-- The chain from row after_seq on, whose hash was `previous`, `most` rows of
-- it. flaw says what is wrong with row flaw_seq, the first one; else NULL.
CREATE FUNCTION audit_verify(after_seq bigint, previous bytea, most int,
    OUT checked int, OUT last_seq bigint, OUT last_hash bytea, OUT erased int, OUT flaw_seq bigint, OUT flaw text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    r audit_log;
BEGIN
    checked := 0;
    erased := 0;
    last_seq := after_seq;
    last_hash := coalesce(previous, sha256('shopd audit log'));
    FOR r IN SELECT * FROM audit_log WHERE seq > after_seq ORDER BY seq LIMIT most LOOP
        IF r.seq <> last_seq + 1 THEN
            flaw := 'missing';
        ELSIF r.change IS NOT NULL AND sha256(convert_to(r.change::text, 'UTF8')) IS DISTINCT FROM r.change_hash THEN
            flaw := 'altered';
        ELSIF audit_hash(last_hash, r) <> r.hash THEN
            flaw := 'altered';
        END IF;
        IF flaw IS NOT NULL THEN
            flaw_seq := last_seq + 1;
            RETURN;
        END IF;
        checked := checked + 1;
        erased := erased + (r.change IS NULL AND r.change_hash IS NOT NULL)::int;
        last_seq := r.seq;
        last_hash := r.hash;
    END LOOP;
    IF checked < most THEN
        SELECT last_seq + 1, CASE WHEN h.seq > last_seq THEN 'missing' ELSE 'altered' END INTO flaw_seq, flaw
          FROM audit_head h WHERE h.seq <> last_seq OR h.hash <> last_hash;
    END IF;
END
$$;

-- ---- what changes ----

-- Who acts, for the rest of this transaction: the members kind, id, name,
-- request, address and action.
CREATE FUNCTION audit_begin(actor text) RETURNS text LANGUAGE sql AS $$
    SELECT set_config('shopd.actor', actor, true)
$$;

-- Of a table whose changes are audited. Its arguments are columns whose values
-- are secret: only that they changed is told.
CREATE FUNCTION audit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor jsonb := current_setting('shopd.actor')::jsonb;
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(is_now, was);
    before jsonb;
    after jsonb;
BEGIN
    SELECT jsonb_object_agg(k.key, CASE WHEN k.key = ANY (TG_ARGV) THEN '"(hidden)"' ELSE was -> k.key END)
               FILTER (WHERE was IS NOT NULL),
           jsonb_object_agg(k.key, CASE WHEN k.key = ANY (TG_ARGV) THEN '"(hidden)"' ELSE is_now -> k.key END)
               FILTER (WHERE is_now IS NOT NULL)
      INTO before, after
      FROM jsonb_object_keys(whole) AS k (key)
     WHERE was IS NULL OR is_now IS NULL OR was -> k.key IS DISTINCT FROM is_now -> k.key;
    IF TG_OP = 'UPDATE' AND coalesce(after, '{}') - '{updated_at,version,popularity}'::text[] = '{}' THEN
        RETURN NULL; -- nothing, or what is counted
    END IF;
    INSERT INTO audit_log (kind, actor_kind, actor_id, actor_name, request_id, address, action, object_type,
        object_id, change)
    VALUES ('change', actor ->> 'kind', (actor ->> 'id')::uuid, coalesce(actor ->> 'name', ''),
        coalesce(actor ->> 'request', ''), coalesce(actor ->> 'address', ''), actor ->> 'action', TG_TABLE_NAME,
        coalesce(whole ->> 'id', whole ->> 'code', whole ->> 'variant_id', whole ->> 'product_id', ''),
        jsonb_build_object('before', before, 'after', after));
    RETURN NULL;
END
$$;

-- Whatever somebody who is audited changes in that table is logged.
CREATE FUNCTION audit_table(name text, VARIADIC hidden text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER audit_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
        'WHEN (current_setting(''shopd.actor'', true) <> '''') EXECUTE FUNCTION audit_changed(%s)', name,
        (SELECT string_agg(quote_literal(h), ', ') FROM unnest(hidden) h));
END
$$;

SELECT audit_table('account', 'password_hash');
SELECT audit_table(name) FROM unnest(ARRAY['attribute', 'cart', 'category', 'collection', 'collection_product',
    'export', 'import', 'job', 'location', 'media', 'orders', 'order_line', 'payment', 'price', 'price_schedule',
    'product', 'product_media', 'product_relation', 'product_type', 'product_type_attribute', 'refund', 'review',
    'review_report', 'search_synonym', 'shipping_method', 'shipping_rate', 'shipping_zone', 'stock_movement',
    'tax_rate', 'variant']) AS name;
