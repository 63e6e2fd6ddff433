-- 195_staff.sql - roles as sets of permissions, invitations, notes on
-- customers; what an account may do follows from its roles by triggers.

-- The names that src/rest/access.c knows; a new one comes here, too.
CREATE TABLE permission (
    name text PRIMARY KEY CHECK (name ~ '^[a-z]+([.][a-z]+)*$')
);

CREATE TABLE role (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    permissions text[] NOT NULL DEFAULT '{}',
    is_owner boolean NOT NULL DEFAULT false, -- may everything, always
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version int NOT NULL DEFAULT 1,
    CONSTRAINT role_texts_are_short CHECK (length(name) BETWEEN 1 AND 64 AND length(description) <= 500)
);
CREATE UNIQUE INDEX role_name_unique ON role (lower(name));
CREATE UNIQUE INDEX role_one_owner ON role (is_owner) WHERE is_owner;

CREATE TABLE account_role (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role_id uuid NOT NULL CONSTRAINT account_role_role REFERENCES role (id) ON DELETE RESTRICT,
    granted_by uuid REFERENCES account (id) ON DELETE SET NULL, -- NULL: by a command
    granted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_role_once UNIQUE (account_id, role_id)
);
CREATE INDEX account_role_members ON account_role (role_id);
CREATE INDEX account_role_grants ON account_role (granted_by) WHERE granted_by IS NOT NULL;

-- What an account has beside its roles. account.permissions is what tokens
-- carry: both together.
ALTER TABLE account ADD COLUMN direct_permissions text[] NOT NULL DEFAULT '{}';
UPDATE account SET direct_permissions = permissions WHERE permissions <> '{}';

-- ---- roles ----

-- In order and once; only what there is.
CREATE FUNCTION role_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.permissions IS DISTINCT FROM OLD.permissions THEN
        SELECT coalesce(array_agg(DISTINCT p ORDER BY p), '{}') INTO NEW.permissions FROM unnest(NEW.permissions) p;
        IF NOT NEW.permissions <@ ARRAY(SELECT name FROM permission) THEN
            RAISE EXCEPTION 'no such permission' USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'role_permissions_known';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.is_owner
       AND ((NEW.name, NEW.description, NEW.is_owner) IS DISTINCT FROM (OLD.name, OLD.description, OLD.is_owner)
            OR NEW.permissions IS DISTINCT FROM ARRAY(SELECT name FROM permission ORDER BY name)) THEN
        RAISE EXCEPTION 'the role of owners stays' USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'role_owner_stays';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER role_checked BEFORE INSERT OR UPDATE ON role FOR EACH ROW EXECUTE FUNCTION role_checked();

CREATE FUNCTION role_owner_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the role of owners stays' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'role_owner_stays';
END
$$;
CREATE TRIGGER role_owner_stays BEFORE DELETE ON role FOR EACH ROW WHEN (OLD.is_owner)
    EXECUTE FUNCTION role_owner_stays();

-- Owners may what becomes possible.
CREATE FUNCTION permission_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE role SET permissions = ARRAY(SELECT name FROM permission ORDER BY name) WHERE is_owner;
    RETURN NULL;
END
$$;
CREATE TRIGGER permission_added AFTER INSERT ON permission FOR EACH STATEMENT EXECUTE FUNCTION permission_added();

-- ---- what an account may do ----

-- Who writes permissions alone means the direct ones. Before
-- account_epoch_raised by its name, which then sees what has become of it.
CREATE FUNCTION account_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.direct_permissions = '{}' THEN
            NEW.direct_permissions := NEW.permissions;
        END IF;
    ELSIF OLD.is_staff AND NOT NEW.is_staff THEN
        NEW.direct_permissions := '{}';
        NEW.permissions := '{}';
    ELSIF NEW.permissions IS DISTINCT FROM OLD.permissions
          AND NEW.direct_permissions IS NOT DISTINCT FROM OLD.direct_permissions THEN
        NEW.direct_permissions := NEW.permissions;
    END IF;
    IF NEW.is_staff THEN
        SELECT coalesce(array_agg(DISTINCT p ORDER BY p), '{}') INTO NEW.permissions
          FROM (SELECT unnest(NEW.direct_permissions)
                UNION SELECT unnest(r.permissions) FROM account_role g JOIN role r ON r.id = g.role_id
                       WHERE g.account_id = NEW.id) AS all_of (p);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.permissions IS DISTINCT FROM OLD.permissions AND NEW.version = OLD.version THEN
            NEW.version := OLD.version + 1;
            NEW.updated_at := now();
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_allowed BEFORE INSERT OR UPDATE OF permissions, direct_permissions, is_staff ON account
    FOR EACH ROW EXECUTE FUNCTION account_allowed();

-- Who is not of the staff any more has no roles.
CREATE FUNCTION account_left_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM account_role WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_left_staff AFTER UPDATE OF is_staff ON account FOR EACH ROW
    WHEN (OLD.is_staff AND NOT NEW.is_staff) EXECUTE FUNCTION account_left_staff();

-- A role that changes this very moment is waited for, and its new permissions
-- count; whoever changes it afterwards finds this member.
CREATE FUNCTION account_role_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM role WHERE id = NEW.role_id FOR SHARE;
    UPDATE account SET permissions = permissions WHERE id = NEW.account_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_role_given AFTER INSERT ON account_role FOR EACH ROW EXECUTE FUNCTION account_role_given();

CREATE FUNCTION role_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account a SET permissions = a.permissions FROM account_role g
     WHERE g.role_id = NEW.id AND a.id = g.account_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER role_changed AFTER UPDATE OF permissions ON role FOR EACH ROW
    WHEN (OLD.permissions IS DISTINCT FROM NEW.permissions) EXECUTE FUNCTION role_changed();

-- ---- the last owner ----

-- One at a time: of two who leave together the second one sees the first gone.
CREATE FUNCTION owner_remains() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM role WHERE is_owner FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM account a JOIN account_role g ON g.account_id = a.id JOIN role r ON r.id = g.role_id
                   WHERE r.is_owner AND a.is_active AND a.is_staff) THEN
        RAISE EXCEPTION 'the last active owner stays' USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'owner_remains';
    END IF;
END
$$;

CREATE FUNCTION account_role_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account SET permissions = permissions WHERE id = OLD.account_id AND is_staff;
    IF EXISTS (SELECT FROM role WHERE id = OLD.role_id AND is_owner)
       AND NOT EXISTS (SELECT FROM account WHERE id = OLD.account_id AND NOT is_active) THEN
        PERFORM owner_remains();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_role_taken AFTER DELETE ON account_role FOR EACH ROW EXECUTE FUNCTION account_role_taken();

-- A grant does not change hands: it is taken, and another one given.
CREATE FUNCTION account_role_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a grant is not changed' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'account_role_stays';
END
$$;
CREATE TRIGGER account_role_stays BEFORE UPDATE OF account_id, role_id ON account_role
    FOR EACH ROW EXECUTE FUNCTION account_role_stays();

-- Closed is closed at once, whoever closes it. Privacy ends sessions for its
-- own reason before.
CREATE FUNCTION account_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE session SET ended_at = now(), end_reason = 'staff' WHERE account_id = NEW.id AND ended_at IS NULL;
    IF EXISTS (SELECT FROM account_role g JOIN role r ON r.id = g.role_id WHERE g.account_id = NEW.id AND r.is_owner) THEN
        PERFORM owner_remains();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_closed AFTER UPDATE OF is_active ON account FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION account_closed();

-- ---- rows to begin with ----

INSERT INTO role (name, description, is_owner) VALUES ('owner', 'Everything, always. There is one at least.', true);
INSERT INTO permission (name)
SELECT unnest(ARRAY['catalog.read', 'catalog.write', 'stock.read', 'stock.write', 'orders.read', 'orders.write',
    'payments.capture', 'payments.refund', 'jobs.read', 'jobs.write', 'operations', 'reviews.read', 'reviews.write',
    'customers.read', 'customers.write', 'customers.privacy', 'staff.read', 'staff.write', 'keys.read', 'keys.write',
    'audit.read']);
INSERT INTO role (name, description, permissions) VALUES
('manager', 'Runs the shop: all but privacy, keys and the staff''s rights.', ARRAY['catalog.read', 'catalog.write',
    'stock.read', 'stock.write', 'orders.read', 'orders.write', 'payments.capture', 'payments.refund', 'jobs.read',
    'jobs.write', 'operations', 'reviews.read', 'reviews.write', 'customers.read', 'customers.write', 'staff.read',
    'audit.read']),
('support', 'Helps customers with their orders.', ARRAY['catalog.read', 'stock.read', 'orders.read', 'orders.write',
    'reviews.read', 'reviews.write', 'customers.read', 'customers.write']),
('warehouse', 'Keeps the stock and sends what was ordered.', ARRAY['catalog.read', 'stock.read', 'stock.write',
    'orders.read', 'orders.write']),
('content', 'Writes the catalogue.', ARRAY['catalog.read', 'catalog.write', 'reviews.read', 'reviews.write']);

-- Who could do all there was before goes on to do so.
INSERT INTO account_role (account_id, role_id)
SELECT a.id, r.id FROM account a, role r
WHERE r.is_owner AND a.is_staff AND a.permissions @> ARRAY['catalog.write', 'stock.write', 'orders.write',
    'payments.capture', 'payments.refund', 'jobs.write', 'operations'];

-- ---- invitations ----

-- One open invitation an address; of the secret in its mail only the SHA-256.
CREATE TABLE staff_invitation (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    email text NOT NULL,
    secret_hash bytea NOT NULL CONSTRAINT staff_invitation_secret_unique UNIQUE,
    invited_by uuid REFERENCES account (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '72 hours',
    accepted_at timestamptz,
    account_id uuid REFERENCES account (id) ON DELETE CASCADE, -- who accepted it
    CONSTRAINT staff_invitation_hash_is_sha256 CHECK (length(secret_hash) = 32),
    CONSTRAINT staff_invitation_email_plain CHECK (email = lower(email) AND length(email) <= 254)
);
CREATE UNIQUE INDEX staff_invitation_one_open ON staff_invitation (email) WHERE accepted_at IS NULL;
CREATE INDEX staff_invitation_by ON staff_invitation (invited_by);
CREATE INDEX staff_invitation_account ON staff_invitation (account_id) WHERE account_id IS NOT NULL;
COMMENT ON COLUMN staff_invitation.email IS 'personal: of who shall be staff';

CREATE TABLE staff_invitation_role (
    invitation_id uuid NOT NULL REFERENCES staff_invitation (id) ON DELETE CASCADE,
    role_id uuid NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (invitation_id, role_id)
);
CREATE INDEX staff_invitation_role_role ON staff_invitation_role (role_id);

-- ---- customers ----

CREATE TABLE customer_note (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    author_id uuid REFERENCES account (id) ON DELETE SET NULL, -- NULL: a key, or gone
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customer_note_length CHECK (length(body) BETWEEN 1 AND 4000)
);
CREATE INDEX customer_note_account ON customer_note (account_id, created_at DESC);
CREATE INDEX customer_note_author ON customer_note (author_id) WHERE author_id IS NOT NULL;
COMMENT ON COLUMN customer_note.body IS 'personal: what staff wrote of a customer';

CREATE FUNCTION account_search_text(email text, first_name text, last_name text, phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT email || ' ' || first_name || ' ' || last_name || ' ' || phone
$$;
CREATE INDEX account_search ON account USING gin (account_search_text(email, first_name, last_name, phone) gin_trgm_ops);
CREATE INDEX account_customers ON account (created_at, id) WHERE NOT is_staff;

SELECT audit_table('role');
SELECT audit_table('account_role');
SELECT audit_table('staff_invitation', 'secret_hash');
SELECT audit_table('customer_note');
