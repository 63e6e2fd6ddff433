-- 190_sessions.sql - sessions as rows of their own, what ends them, and how
-- every worker hears of it within a second.

ALTER TABLE account ADD COLUMN has_second_factor boolean NOT NULL DEFAULT false;

-- One login, from wherever; its refresh tokens follow one another.
CREATE TABLE session (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    method text NOT NULL, -- how the first factor was shown: password, passkey, google ...
    address text NOT NULL DEFAULT '', -- of the last refresh
    user_agent text NOT NULL DEFAULT '',
    proved_at timestamptz NOT NULL DEFAULT now(), -- the first factor
    second_at timestamptz, -- the second one; NULL: never shown
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(), -- the last refresh
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT session_method_is_a_word CHECK (method ~ '^[a-z0-9_-]{1,32}$'),
    CONSTRAINT session_texts_are_short CHECK (length(address) <= 64 AND length(user_agent) <= 300),
    CONSTRAINT session_end_has_a_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT session_end_reason_known CHECK (end_reason IN ('logout', 'logout_all', 'reuse', 'password',
        'email', 'staff', 'erasure')),
    CONSTRAINT session_lives_forward CHECK (expires_at > created_at)
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

INSERT INTO session (id, account_id, method, proved_at, created_at, seen_at, expires_at, ended_at, end_reason)
SELECT family_id, (array_agg(account_id))[1], 'password', min(issued_at), min(issued_at), max(issued_at),
    max(expires_at), max(revoked_at), CASE WHEN max(revoked_at) IS NOT NULL THEN 'logout' END
FROM refresh_token GROUP BY family_id;
ALTER TABLE refresh_token ADD CONSTRAINT refresh_token_session
    FOREIGN KEY (family_id) REFERENCES session (id) ON DELETE CASCADE;

-- Right password, and a second factor is asked for. Only the SHA-256 of the
-- secret is here.
CREATE TABLE login_challenge (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    method text NOT NULL,
    expires_at timestamptz NOT NULL,
    tries int NOT NULL DEFAULT 0,
    CONSTRAINT login_challenge_hash_is_sha256 CHECK (length(token_hash) = 32),
    CONSTRAINT login_challenge_tries CHECK (tries BETWEEN 0 AND 10)
);
CREATE INDEX login_challenge_account ON login_challenge (account_id);
CREATE INDEX login_challenge_expires ON login_challenge (expires_at);

-- What makes access tokens that were already given out worthless. Each worker
-- reads what has become visible since its last look (src/rest/standing.c).
CREATE TABLE standing_change (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL CHECK (kind IN ('account', 'session', 'key')),
    object_id uuid NOT NULL,
    epoch int NOT NULL DEFAULT 0 -- of an account: tokens with a lower one are void
);
CREATE INDEX standing_change_xid ON standing_change (xid);
CREATE INDEX standing_change_at ON standing_change (at);

-- What an access token says of an account has changed.
CREATE FUNCTION account_epoch_raised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.is_active, NEW.is_staff, NEW.permissions) IS DISTINCT FROM (OLD.is_active, OLD.is_staff, OLD.permissions)
       AND NEW.token_epoch = OLD.token_epoch THEN
        NEW.token_epoch := OLD.token_epoch + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_epoch_raised BEFORE UPDATE OF is_active, is_staff, permissions, token_epoch ON account
    FOR EACH ROW EXECUTE FUNCTION account_epoch_raised();

CREATE FUNCTION account_standing_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_change (kind, object_id, epoch) VALUES ('account', NEW.id, NEW.token_epoch);
    RETURN NULL;
END
$$;
CREATE TRIGGER account_standing_changed AFTER UPDATE ON account FOR EACH ROW
    WHEN (OLD.token_epoch IS DISTINCT FROM NEW.token_epoch) EXECUTE FUNCTION account_standing_changed();

-- The end of a session is the end of its refresh tokens.
CREATE FUNCTION session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE refresh_token SET revoked_at = NEW.ended_at WHERE family_id = NEW.id AND revoked_at IS NULL;
    INSERT INTO standing_change (kind, object_id) VALUES ('session', NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER session_ended AFTER UPDATE ON session FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION session_ended();
CREATE FUNCTION session_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_change (kind, object_id) VALUES ('session', OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER session_removed AFTER DELETE ON session FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND OLD.expires_at > now()) EXECUTE FUNCTION session_removed();

CREATE FUNCTION account_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standing_change (kind, object_id, epoch) VALUES ('account', OLD.id, OLD.token_epoch + 1);
    RETURN NULL;
END
$$;
CREATE TRIGGER account_removed AFTER DELETE ON account FOR EACH ROW EXECUTE FUNCTION account_removed();
