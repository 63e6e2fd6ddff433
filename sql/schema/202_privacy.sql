-- 202_privacy.sql - which columns hold personal data, and what becomes of each
-- when somebody is erased or asks what is known of him. The jobs of the room
-- privacy do what these two tables say; tests/sql/test_privacy.c fails on a
-- column of any table that is neither here nor in tests/sql/not_personal.txt.

-- How the rows that are about an account are found, and treated.
CREATE TABLE privacy_table (
    name text PRIMARY KEY,
    place int NOT NULL UNIQUE,          -- the order in which an erasure goes
    whose text,                         -- condition on t; $1 is the account. NULL: nobody can tell whose rows are
    on_erase text NOT NULL CHECK (on_erase IN ('delete', 'empty', 'stay')),
    also text NOT NULL DEFAULT '',      -- more assignments of 'empty'
    is_exported boolean NOT NULL,
    hidden text[] NOT NULL DEFAULT '{}',-- columns that the archive leaves out
    extra text NOT NULL DEFAULT '',     -- jsonb: more members of a row in the archive
    CONSTRAINT privacy_table_rows_are_found CHECK (whose IS NOT NULL OR on_erase = 'stay' AND NOT is_exported)
);

CREATE TABLE privacy_column (
    table_name text NOT NULL REFERENCES privacy_table (name),
    column_name text NOT NULL,
    on_erase text NOT NULL CHECK (on_erase IN ('delete', 'empty', 'keep', 'age')), -- with its row; by value; never; by retention
    value text,                         -- SQL: what takes its place
    is_exported boolean NOT NULL,
    why text NOT NULL DEFAULT '',       -- it is kept, or left out of the archive
    PRIMARY KEY (table_name, column_name),
    CONSTRAINT privacy_column_value CHECK ((on_erase = 'empty') = (value IS NOT NULL)),
    CONSTRAINT privacy_column_reason CHECK (why <> '' OR (is_exported AND on_erase IN ('delete', 'empty')))
);

-- What is left of a postal address: what tax and statistics ask for.
CREATE FUNCTION address_erased(address jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(m.key, CASE m.key WHEN 'country' THEN m.value WHEN 'region' THEN m.value
               WHEN 'postal_code' THEN to_jsonb(left(m.value #>> '{}', 2)) ELSE '""' END)
      FROM jsonb_each(address) m
$$;

-- The addresses by which mails about an account may have gone out.
CREATE FUNCTION privacy_emails(account uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT lower(e)), '{}') FROM (
        SELECT a.email FROM account a WHERE a.id = account
        UNION ALL SELECT c.old_email FROM email_change c WHERE c.account_id = account
        UNION ALL SELECT c.new_email FROM email_change c WHERE c.account_id = account
        UNION ALL SELECT o.email FROM orders o WHERE o.account_id = account
        UNION ALL SELECT c.email FROM cart c WHERE c.account_id = account
    ) AS of_all (e) WHERE e <> ''
$$;

-- The rows about an account, as the audit log and the outbox name them.
CREATE FUNCTION privacy_objects(account uuid) RETURNS TABLE (kind text, id text) LANGUAGE sql STABLE AS $$
    SELECT 'account', account::text
    UNION ALL SELECT 'session', s.id::text FROM session s WHERE s.account_id = account
    UNION ALL SELECT 'order', o.id::text FROM orders o WHERE o.account_id = account
    UNION ALL SELECT 'orders', o.id::text FROM orders o WHERE o.account_id = account
    UNION ALL SELECT 'cart', o.cart_id::text FROM orders o WHERE o.account_id = account
    UNION ALL SELECT 'cart', c.id::text FROM cart c WHERE c.account_id = account
    UNION ALL SELECT 'payment', p.id::text FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.account_id = account
    UNION ALL SELECT 'refund', r.id::text FROM refund r JOIN orders o ON o.id = r.order_id WHERE o.account_id = account
    UNION ALL SELECT 'review', r.id::text FROM review r WHERE r.account_id = account
    UNION ALL SELECT 'review_report', r.id::text FROM review_report r WHERE r.account_id = account
    UNION ALL SELECT 'customer_note', n.id::text FROM customer_note n WHERE n.account_id = account
    UNION ALL SELECT 'social_identity', i.id::text FROM social_identity i WHERE i.account_id = account
    UNION ALL SELECT 'passkey', p.id::text FROM passkey p WHERE p.account_id = account
    UNION ALL SELECT 'account_role', r.id::text FROM account_role r WHERE r.account_id = account
    UNION ALL SELECT 'staff_invitation', i.id::text FROM staff_invitation i
               WHERE i.account_id = account OR i.email = (SELECT a.email FROM account a WHERE a.id = account)
$$;

-- Patterns of what names an account in a lower-cased text; and the ids of what
-- events of it are about.
CREATE FUNCTION privacy_needles(account uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY['%' || account || '%'] || coalesce((SELECT ARRAY['%' || regexp_replace(a.email, '([\\%_])', '\\\1', 'g') || '%']
        FROM account a WHERE a.id = account), '{}')
$$;
CREATE FUNCTION privacy_aggregates(account uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(o.id) FROM privacy_objects(account) o WHERE o.kind IN ('account', 'order', 'review')
$$;

-- What staff did to rows that are gone by now is found by whose they were.
CREATE INDEX audit_log_about ON audit_log ((coalesce(change -> 'before' ->> 'account_id', change -> 'after' ->> 'account_id')))
    WHERE change IS NOT NULL;
CREATE INDEX audit_log_asked ON audit_log (object_id text_pattern_ops) WHERE kind <> 'change';

-- The timeline of an order is only added to; what somebody wrote in it may go.
CREATE FUNCTION order_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.data = '{}' AND (to_jsonb(NEW) - 'data') = (to_jsonb(OLD) - 'data') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'order_event is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER order_event_append_only ON order_event;
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION order_event_stays();

INSERT INTO privacy_table (place, name, on_erase, is_exported, whose, also, hidden, extra) VALUES
-- what is under way: mails first
(10, 'job', 'delete', false, 't.state <> ''running'' AND (lower(t.payload::text) LIKE ANY ((SELECT privacy_needles($1))::text[]) '
    'OR t.payload ->> ''aggregate_id'' = ANY ((SELECT privacy_aggregates($1))::text[]))', '', '{}', ''),
(20, 'outbox', 'delete', false, 'lower(t.data::text) LIKE ANY ((SELECT privacy_needles($1))::text[]) '
    'OR t.aggregate_id::text = ANY ((SELECT privacy_aggregates($1))::text[])', '', '{}', ''),
(30, 'notification', 'delete', true, 'lower(t.recipient) = ANY ((SELECT privacy_emails($1))::text[]) AND (t.state = ''sent'' '
    'OR lower(t.recipient) = (SELECT email FROM account WHERE id = $1))', '', '{event_id}', ''),
(40, 'idempotency_key', 'delete', false, 't.principal IN (SELECT ''account '' || $1 UNION ALL '
    'SELECT ''secret '' || encode(o.secret_hash, ''hex'') FROM orders o WHERE o.account_id = $1)', '', '{}', ''),
(50, 'webhook_inbox', 'empty', false, 't.processed_at IS NOT NULL AND (t.payment_id IN (SELECT p.id FROM payment p '
    'JOIN orders o ON o.id = p.order_id WHERE o.account_id = $1) OR (t.gateway, t.gateway_reference) IN (SELECT p.gateway, '
    'p.gateway_reference FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.account_id = $1))', '', '{}', ''),
(60, 'login_try', 'delete', false, 't.name_hash = (SELECT sha256(convert_to(a.email, ''UTF8'')) FROM account a WHERE a.id = $1)',
    '', '{}', ''),
-- what was bought: without a name
(100, 'audit_log', 'empty', true, 't.id IN (SELECT a.id FROM privacy_objects($1) o JOIN audit_log a ON (a.object_type, a.object_id) '
    '= (o.kind, o.id) UNION ALL SELECT a.id FROM audit_log a WHERE a.change IS NOT NULL AND coalesce(a.change -> ''before'' '
    '->> ''account_id'', a.change -> ''after'' ->> ''account_id'') = $1::text UNION ALL SELECT a.id FROM audit_log a '
    'WHERE a.kind <> ''change'' AND a.object_id LIKE ''/api/v1/admin/customers/'' || $1 || ''/%'')', '',
    '{actor_id,actor_name,address,request_id,change_hash,seq,hash}', ''),
(110, 'cart', 'empty', true, 't.id IN (SELECT c.id FROM cart c WHERE c.account_id = $1 UNION ALL '
    'SELECT o.cart_id FROM orders o WHERE o.account_id = $1 UNION ALL SELECT m.id FROM cart m JOIN cart c ON c.id = m.merged_into '
    'WHERE c.account_id = $1)', 'account_id = NULL, expires_at = least(t.expires_at, now()), version = t.version + 1',
    '{secret_hash}', 'jsonb_build_object(''items'', (SELECT coalesce(jsonb_agg(jsonb_build_object(''sku'', v.sku, ''quantity'', i.quantity)), ''[]'') '
    'FROM cart_item i JOIN variant v ON v.id = i.variant_id WHERE i.cart_id = t.id))'),
(120, 'order_event', 'empty', true, 't.order_id IN (SELECT id FROM orders WHERE account_id = $1)', '', '{actor_id}', ''),
(130, 'refund', 'empty', true, 't.order_id IN (SELECT id FROM orders WHERE account_id = $1)', '',
    '{idempotency_key,request_key,requested_by,gateway_reference}',
    'jsonb_build_object(''amount'', money_text(t.amount, t.currency))'),
(140, 'payment', 'empty', true, 't.order_id IN (SELECT id FROM orders WHERE account_id = $1)', '',
    '{idempotency_key,client_secret,next_action,gateway_reference,version}',
    'jsonb_build_object(''amount'', money_text(t.amount, t.currency), ''authorized'', money_text(t.authorized, t.currency), '
    '''captured'', money_text(t.captured, t.currency), ''refunded'', money_text(t.refunded, t.currency), '
    '''refund_pending'', money_text(t.refund_pending, t.currency))'),
(150, 'orders', 'empty', true, 't.account_id = $1', 'account_id = NULL, updated_at = now(), version = t.version + 1', '{secret_hash}',
    'jsonb_build_object(''subtotal'', money_text(t.subtotal, t.currency), ''shipping_total'', money_text(t.shipping_total, t.currency), '
    '''tax_total'', money_text(t.tax_total, t.currency), ''shipping_tax'', money_text(t.shipping_tax, t.currency), ''total'', '
    'money_text(t.total, t.currency), ''lines'', (SELECT coalesce(jsonb_agg(jsonb_build_object(''sku'', l.sku, ''name'', l.name, '
    '''variant_name'', l.variant_name, ''quantity'', l.quantity, ''unit_price'', money_text(l.unit_price, t.currency), '
    '''total'', money_text(l.total, t.currency)) ORDER BY l.position), ''[]'') FROM order_line l WHERE l.order_id = t.id))'),
-- what was said: the stars stay
(200, 'review_report', 'empty', true, 't.account_id = $1', 'account_id = NULL', '{}', ''),
(210, 'review_vote', 'delete', true, 't.account_id = $1', '', '{}', ''),
(220, 'review', 'empty', true, 't.account_id = $1', 'account_id = NULL, replied_at = NULL, updated_at = now(), version = t.version + 1',
    '{moderated_by}', ''),
-- the account
(300, 'data_export', 'delete', true, 't.account_id = $1', '', '{archive,asked_by}', ''),
(310, 'account_address', 'delete', true, 't.account_id = $1', '', '{}', ''),
(320, 'notification_preference', 'delete', true, 't.account_id = $1', '', '{}', ''),
(330, 'consent_change', 'delete', true, 't.account_id = $1', '', '{}', ''),
(340, 'customer_note', 'delete', true, 't.account_id = $1', '', '{author_id}', ''),
(350, 'email_change', 'delete', true, 't.account_id = $1', '', '{confirm_hash,cancel_hash}', ''),
(360, 'password_reset', 'delete', true, 't.account_id = $1', '', '{token_hash,name_hash}', ''),
(370, 'staff_invitation', 'delete', true, 't.account_id = $1 OR t.email = (SELECT email FROM account WHERE id = $1)', '',
    '{secret_hash,invited_by}', ''),
(380, 'social_identity', 'delete', true, 't.account_id = $1', '', '{}', ''),
(390, 'second_factor', 'delete', true, 't.account_id = $1', '', '{}', ''),
(400, 'totp', 'delete', true, 't.account_id = $1', '', '{sealed,last_step}', ''),
(410, 'recovery_code', 'delete', true, 't.account_id = $1', '', '{code_hash}', ''),
(420, 'passkey', 'delete', true, 't.account_id = $1', '', '{}', ''),
(430, 'passkey_user', 'delete', true, 't.account_id = $1', '', '{}', ''),
(440, 'session', 'delete', true, 't.account_id = $1', '', '{}', ''),
(900, 'account', 'delete', true, 't.id = $1', '', '{password_hash}', ''),
-- what nobody can be found in, and what stays
(910, 'search_miss', 'stay', false, NULL, '', '{}', ''),
(920, 'api_key', 'stay', false, NULL, '', '{}', ''),
(930, 'erasure_journal', 'stay', false, NULL, '', '{}', '');

INSERT INTO privacy_column (table_name, column_name, on_erase, value, is_exported, why)
SELECT split_part(c, '.', 1), split_part(c, '.', 2), 'delete', NULL, true, '' FROM unnest(ARRAY[
    'notification.recipient', 'notification.subject', 'notification.last_error', 'review_vote.is_helpful',
    'account_address.first_name', 'account_address.last_name', 'account_address.company', 'account_address.line1',
    'account_address.line2', 'account_address.city', 'account_address.region', 'account_address.postal_code',
    'account_address.country', 'account_address.phone', 'notification_preference.is_enabled',
    'notification_preference.text_version', 'notification_preference.changed_at', 'consent_change.is_enabled',
    'consent_change.text_version', 'consent_change.at', 'customer_note.body', 'email_change.old_email',
    'email_change.new_email', 'staff_invitation.email', 'social_identity.subject', 'social_identity.email',
    'passkey.credential_id', 'passkey.public_key', 'passkey.aaguid', 'passkey.name', 'passkey.transports',
    'passkey.last_used_at', 'passkey_user.handle', 'session.method', 'session.address', 'session.user_agent',
    'session.seen_at', 'second_factor.kind', 'account.email', 'account.first_name', 'account.last_name', 'account.phone',
    'account.language', 'account.currency', 'account.time_zone', 'account.last_login_at', 'account.email_verified_at',
    'account.created_at']) c;
INSERT INTO privacy_column (table_name, column_name, on_erase, value, is_exported, why) VALUES
('job', 'payload', 'delete', NULL, false, 'on its way; what it is about is in the archive'),
('job', 'last_error', 'delete', NULL, false, 'of the machine'),
('job', 'unique_key', 'delete', NULL, false, 'a copy of what is in the payload'),
('outbox', 'data', 'delete', NULL, false, 'on its way for seven days; what it is about is in the archive'),
('idempotency_key', 'principal', 'delete', NULL, false, 'a copy of the id or network address, for a day'),
('idempotency_key', 'headers', 'delete', NULL, false, 'a copy of an answer, for a day'),
('idempotency_key', 'body', 'delete', NULL, false, 'a copy of an answer, for a day'),
('webhook_inbox', 'body', 'empty', '''{}''', false, 'what the payment provider said, as it came; the payment is in the archive'),
('login_try', 'name_hash', 'delete', NULL, false, 'hash of the e-mail address, for an hour'),
('audit_log', 'change', 'empty', 'NULL', true, ''),
('audit_log', 'address', 'keep', NULL, false, 'of staff: who did what must stay provable'),
('audit_log', 'actor_name', 'keep', NULL, false, 'of staff: who did what must stay provable'),
('cart', 'email', 'empty', '''''', true, ''),
('cart', 'note', 'empty', '''''', true, ''),
('cart', 'shipping_address', 'empty', 'NULL', true, ''),
('cart', 'billing_address', 'empty', 'NULL', true, ''),
('order_event', 'data', 'empty', '''{}''', true, ''),
('refund', 'reason', 'empty', '''''', true, ''),
('refund', 'error_message', 'empty', '''''', true, ''),
('payment', 'payment_method', 'empty', 'NULL', true, ''),
('payment', 'return_url', 'empty', 'NULL', true, ''),
('payment', 'error_message', 'empty', '''''', true, ''),
('payment', 'client_secret', 'empty', 'NULL', false, 'a secret'),
('payment', 'next_action', 'empty', 'NULL', false, 'may hold secrets'),
('orders', 'email', 'empty', '''erased@erased.invalid''', true, ''),
('orders', 'note', 'empty', '''''', true, ''),
('orders', 'shipping_address', 'empty', 'address_erased(t.shipping_address)', true, ''),
('orders', 'billing_address', 'empty', 'address_erased(t.billing_address)', true, ''),
('review_report', 'note', 'empty', '''''', true, ''),
('review', 'author', 'empty', '''''', true, ''),
('review', 'title', 'empty', '''''', true, ''),
('review', 'body', 'empty', '''''', true, ''),
('review', 'reason', 'empty', '''''', true, ''),
('review', 'reply', 'empty', '''''', true, ''),
('data_export', 'archive', 'delete', NULL, false, 'an archive in an archive'),
('password_reset', 'name_hash', 'delete', NULL, false, 'hash of the e-mail address, for an hour'),
('totp', 'sealed', 'delete', NULL, false, 'a secret'),
('recovery_code', 'code_hash', 'delete', NULL, false, 'a secret'),
('account', 'password_hash', 'delete', NULL, false, 'a secret'),
('search_miss', 'query', 'age', NULL, false, 'nobody can tell who searched; 90 days'),
('api_key', 'networks', 'keep', NULL, false, 'of an integrator; goes with the key'),
('erasure_journal', 'account_id', 'keep', NULL, false, 'an id that leads nowhere, to erase again after a restore');
