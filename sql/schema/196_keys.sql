-- 196_keys.sql - API keys of integrators.

CREATE TABLE api_key (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    public_id text NOT NULL,        -- stands in the key itself, and in logs
    mode text NOT NULL,             -- of the server that takes it
    name text NOT NULL,
    scopes text[] NOT NULL,         -- permissions
    networks inet[] NOT NULL DEFAULT '{}', -- empty: from anywhere
    rate text NOT NULL DEFAULT '',  -- '': the setting throttle_key
    secret_hash bytea NOT NULL,     -- SHA-256 of the whole key
    previous_hash bytea,            -- before it was rotated,
    previous_until timestamptz,     -- and until when that is good
    expires_at timestamptz,
    created_by uuid REFERENCES account (id) ON DELETE SET NULL, -- NULL: by a command
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    rotated_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,       -- some minute of late
    version int NOT NULL DEFAULT 1,
    CONSTRAINT api_key_public_id_unique UNIQUE (public_id),
    CONSTRAINT api_key_public_id_plain CHECK (public_id ~ '^[0-9A-Za-z]{12}$'),
    CONSTRAINT api_key_mode_known CHECK (mode IN ('live', 'test')),
    CONSTRAINT api_key_name_is_short CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT api_key_scopes_are_names CHECK (
        array_to_string(scopes, ',', '?') ~ '^[a-z]+([.][a-z]+)*(,[a-z]+([.][a-z]+)*)*$'),
    CONSTRAINT api_key_networks_are_few CHECK (cardinality(networks) <= 20),
    CONSTRAINT api_key_rate_sound CHECK (rate ~ '^([1-9][0-9]{0,6}/(second|minute|hour|day))?$'),
    CONSTRAINT api_key_hash_unique UNIQUE (secret_hash),
    CONSTRAINT api_key_previous_hash_unique UNIQUE (previous_hash),
    CONSTRAINT api_key_hash_is_sha256 CHECK (length(secret_hash) = 32 AND length(previous_hash) = 32),
    CONSTRAINT api_key_previous_has_an_end CHECK ((previous_hash IS NULL) = (previous_until IS NULL)),
    CONSTRAINT api_key_lives_forward CHECK (expires_at > created_at),
    CONSTRAINT api_key_version_positive CHECK (version > 0)
);
CREATE INDEX api_key_created_by ON api_key (created_by);

-- Every worker forgets what it knows of the key, and learns what there is
-- (src/rest/standing.c).
CREATE FUNCTION api_key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_change (kind, object_id) VALUES ('key', coalesce(NEW.id, OLD.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER api_key_changed AFTER UPDATE ON api_key FOR EACH ROW
    WHEN ((OLD.scopes, OLD.networks, OLD.rate, OLD.secret_hash, OLD.previous_hash, OLD.previous_until, OLD.expires_at,
           OLD.revoked_at, OLD.mode) IS DISTINCT FROM (NEW.scopes, NEW.networks, NEW.rate, NEW.secret_hash,
           NEW.previous_hash, NEW.previous_until, NEW.expires_at, NEW.revoked_at, NEW.mode))
    EXECUTE FUNCTION api_key_changed();
CREATE TRIGGER api_key_came_or_went AFTER INSERT OR DELETE ON api_key FOR EACH ROW EXECUTE FUNCTION api_key_changed();

SELECT audit_table('api_key', 'secret_hash', 'previous_hash');
