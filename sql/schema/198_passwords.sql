-- 198_passwords.sql - passwords that were forgotten, e-mail addresses that
-- change, and how a session's device is called.

-- The newest link to a new password; an older one is void. Of its secret only
-- the SHA-256 is here.
CREATE TABLE password_reset (
    account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    name_hash bytea NOT NULL, -- SHA-256 of the address that the mail went to
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(), -- of the hour in which
    asked int NOT NULL DEFAULT 1,                  -- so many mails were sent
    CONSTRAINT password_reset_token_unique UNIQUE (token_hash),
    CONSTRAINT password_reset_hashes_are_sha256 CHECK (length(token_hash) = 32 AND length(name_hash) = 32),
    CONSTRAINT password_reset_asked CHECK (asked > 0)
);
CREATE INDEX password_reset_expires ON password_reset (expires_at);
COMMENT ON COLUMN password_reset.name_hash IS 'personal: hash of the e-mail address';

-- An address that is to be another one. The new one confirms it; the old one
-- may call it off, for some days also afterwards.
CREATE TABLE email_change (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    old_email text NOT NULL,
    new_email text NOT NULL,
    confirm_hash bytea NOT NULL,
    cancel_hash bytea NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    CONSTRAINT email_change_confirm_unique UNIQUE (confirm_hash),
    CONSTRAINT email_change_cancel_unique UNIQUE (cancel_hash),
    CONSTRAINT email_change_hashes_are_sha256 CHECK (length(confirm_hash) = 32 AND length(cancel_hash) = 32),
    CONSTRAINT email_change_changes CHECK (old_email <> new_email AND new_email = lower(new_email)
        AND length(new_email) <= 254)
);
CREATE UNIQUE INDEX email_change_one_open ON email_change (account_id)
    WHERE confirmed_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX email_change_account ON email_change (account_id);
CREATE INDEX email_change_asked ON email_change (asked_at);
COMMENT ON COLUMN email_change.old_email IS 'personal: e-mail address';
COMMENT ON COLUMN email_change.new_email IS 'personal: e-mail address';

-- "Firefox on Linux": what a person recognises, of what browsers say.
CREATE FUNCTION device_name(agent text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(concat_ws(' on ',
        CASE WHEN agent ~ 'Edg(A|iOS)?/' THEN 'Edge'
             WHEN agent ~ 'OPR/|Opera' THEN 'Opera'
             WHEN agent ~ 'SamsungBrowser/' THEN 'Samsung Internet'
             WHEN agent ~ 'Firefox/|FxiOS/' THEN 'Firefox'
             WHEN agent ~ 'Chrome/|CriOS/|Chromium/' THEN 'Chrome'
             WHEN agent ~ 'Safari/' THEN 'Safari'
             WHEN agent ~ '^[A-Za-z][A-Za-z0-9._-]{0,39}/' AND agent !~ '^Mozilla/' THEN split_part(agent, '/', 1)
        END,
        CASE WHEN agent ~ 'iPhone' THEN 'iPhone'
             WHEN agent ~ 'iPad' THEN 'iPad'
             WHEN agent ~ 'Android' THEN 'Android'
             WHEN agent ~ 'Windows' THEN 'Windows'
             WHEN agent ~ 'CrOS' THEN 'ChromeOS'
             WHEN agent ~ 'Mac OS X|Macintosh' THEN 'macOS'
             WHEN agent ~ 'Linux' THEN 'Linux'
        END), ''), 'Unknown device')
$$;
