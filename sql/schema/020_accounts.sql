-- 020_accounts.sql - who may log in, and the secrets that keep them so.

CREATE TABLE account (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    email text NOT NULL,
    password_hash text, -- NULL: cannot log in by password
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    is_staff boolean NOT NULL DEFAULT false,
    permissions text[] NOT NULL DEFAULT '{}',
    email_verified_at timestamptz,
    last_login_at timestamptz,
    token_epoch int NOT NULL DEFAULT 0, -- raised to end every session
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version int NOT NULL DEFAULT 1,
    CONSTRAINT account_email_unique UNIQUE (email),
    CONSTRAINT account_email_plain CHECK (email = lower(email) AND email LIKE '_%@_%'
        AND length(email) <= 254),
    CONSTRAINT account_password_is_hashed CHECK (password_hash ~ '^([$]argon2id[$]|argon2[$]|pbkdf2_sha256[$])'),
    CONSTRAINT account_names_are_short CHECK (length(first_name) <= 150 AND length(last_name) <= 150
        AND length(phone) <= 32),
    CONSTRAINT account_permissions_are_names CHECK (
        array_to_string(permissions, ',', '?') ~ '^([a-z]+([.][a-z]+)*(,[a-z]+([.][a-z]+)*)*)?$'),
    CONSTRAINT account_permissions_are_of_staff CHECK (is_staff OR permissions = '{}'),
    CONSTRAINT account_epoch_not_negative CHECK (token_epoch >= 0),
    CONSTRAINT account_version_positive CHECK (version > 0)
);

-- Of a secret only its SHA-256 is here. A family is one login: each refresh
-- uses one token up and adds its successor.
CREATE TABLE refresh_token (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    family_id uuid NOT NULL,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    successor_id uuid REFERENCES refresh_token (id) ON DELETE SET NULL
        DEFERRABLE INITIALLY DEFERRED,
    revoked_at timestamptz,
    CONSTRAINT refresh_token_hash_unique UNIQUE (token_hash),
    CONSTRAINT refresh_token_hash_is_sha256 CHECK (length(token_hash) = 32),
    CONSTRAINT refresh_token_lives_forward CHECK (expires_at > issued_at),
    CONSTRAINT refresh_token_successor_means_used CHECK (successor_id IS NULL OR used_at IS NOT NULL)
);
-- One living token a family: two refreshes cannot both win.
CREATE UNIQUE INDEX refresh_token_one_alive ON refresh_token (family_id)
    WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX refresh_token_family ON refresh_token (family_id);
CREATE INDEX refresh_token_account ON refresh_token (account_id);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at);
CREATE INDEX refresh_token_successor ON refresh_token (successor_id) WHERE successor_id IS NOT NULL;

CREATE TABLE email_verification (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT email_verification_hash_is_sha256 CHECK (length(token_hash) = 32)
);
CREATE INDEX email_verification_account ON email_verification (account_id);
CREATE INDEX email_verification_expires ON email_verification (expires_at);
