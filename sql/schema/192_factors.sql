-- 192_factors.sql - second factors: authenticator apps, recovery codes, and
-- what follows for an account that gets its first or loses its last one.

-- What an account can show beside its password. Whoever adds a kind of factor
-- writes a row here in the same transaction; account.has_second_factor and
-- the rest follow by the triggers below.
CREATE TABLE second_factor (
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind text NOT NULL,
    object_id uuid NOT NULL, -- the passkey; of TOTP the account
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, kind, object_id),
    CONSTRAINT second_factor_kind_known CHECK (kind IN ('totp', 'passkey'))
);
SELECT audit_table('second_factor'); -- of staff

-- The secret of an authenticator app (RFC 6238), sealed by data_keys.
CREATE TABLE totp (
    account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz, -- NULL: no code was shown yet, it counts for nothing
    last_step bigint NOT NULL DEFAULT 0, -- of the last code that was used
    CONSTRAINT totp_is_sealed CHECK (sealed ~ '^v1[.][A-Za-z0-9_-]{1,32}[.][A-Za-z0-9_-]{80,}$'),
    CONSTRAINT totp_used_means_confirmed CHECK (last_step = 0 OR confirmed_at IS NOT NULL)
);
CREATE INDEX totp_begun ON totp (created_at) WHERE confirmed_at IS NULL;
COMMENT ON COLUMN totp.sealed IS 'personal: the secret of their authenticator app, sealed';

CREATE TABLE recovery_code (
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    PRIMARY KEY (account_id, code_hash),
    CONSTRAINT recovery_code_hash_is_sha256 CHECK (length(code_hash) = 32)
);
COMMENT ON COLUMN recovery_code.code_hash IS 'personal: what they log in with when the app is lost, as SHA-256';

-- Codes and passwords tried for one account, from wherever, until one is right.
CREATE TABLE factor_try (
    account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    started_at timestamptz NOT NULL DEFAULT now(),
    tries int NOT NULL DEFAULT 1,
    CONSTRAINT factor_try_counts CHECK (tries > 0)
);
CREATE INDEX factor_try_started ON factor_try (started_at);

CREATE FUNCTION second_factor_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account SET has_second_factor = true WHERE id = NEW.account_id AND NOT has_second_factor;
    RETURN NULL;
END
$$;
CREATE TRIGGER second_factor_added AFTER INSERT ON second_factor
    FOR EACH ROW EXECUTE FUNCTION second_factor_added();

-- The last one gone, nothing that rests on it stays: recovery codes, the
-- sessions' second_at, and (by the epoch) the access tokens that tell of it.
-- The account is locked first, so that of two that go at once one sees it.
CREATE FUNCTION second_factor_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM account WHERE id = OLD.account_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM second_factor WHERE account_id = OLD.account_id) THEN
        RETURN NULL;
    END IF;
    UPDATE account SET has_second_factor = false, token_epoch = token_epoch + 1
    WHERE id = OLD.account_id AND has_second_factor;
    DELETE FROM recovery_code WHERE account_id = OLD.account_id;
    DELETE FROM login_challenge WHERE account_id = OLD.account_id;
    UPDATE session SET second_at = NULL WHERE account_id = OLD.account_id AND second_at IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER second_factor_removed AFTER DELETE ON second_factor
    FOR EACH ROW EXECUTE FUNCTION second_factor_removed();

-- Sessions from before the first factor end with it.
ALTER TABLE session DROP CONSTRAINT session_end_reason_known;
ALTER TABLE session ADD CONSTRAINT session_end_reason_known CHECK (end_reason IN ('logout', 'logout_all', 'reuse',
    'password', 'email', 'staff', 'erasure', 'second_factor'));
