-- 191_social.sql - who a login provider (OpenID Connect, Facebook) says that
-- an account is.

-- The key is what the provider never changes or gives to somebody else: its
-- issuer and the subject there. An address is neither.
CREATE TABLE social_identity (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    provider text NOT NULL, -- its name in the settings
    issuer text NOT NULL,
    subject text NOT NULL,
    email text, -- as the provider last said
    email_is_verified boolean NOT NULL DEFAULT false, -- so the provider says
    created_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz,
    CONSTRAINT social_identity_unique UNIQUE (issuer, subject),
    CONSTRAINT social_identity_provider_is_a_word CHECK (provider ~ '^[a-z0-9_-]{1,32}$'),
    CONSTRAINT social_identity_texts_are_short CHECK (length(issuer) BETWEEN 1 AND 512
        AND length(subject) BETWEEN 1 AND 255 AND length(email) <= 254),
    CONSTRAINT social_identity_verified_is_told CHECK (email IS NOT NULL OR NOT email_is_verified)
);
CREATE INDEX social_identity_account ON social_identity (account_id);
SELECT audit_table('social_identity'); -- of staff
COMMENT ON COLUMN social_identity.subject IS 'personal: who somebody is at a login provider';
COMMENT ON COLUMN social_identity.email IS 'personal: e-mail address at a login provider';

-- A login that was begun: the way to the provider and back. What was given out
-- is here as its SHA-256 only; verifier and nonce follow from the binding
-- secret by a key of the token ring.
CREATE TABLE social_attempt (
    state_hash bytea PRIMARY KEY,
    binding_hash bytea NOT NULL,
    provider text NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL, -- of the verifier: PKCE S256
    account_id uuid REFERENCES account (id) ON DELETE CASCADE, -- to be linked to; NULL: a login
    expires_at timestamptz NOT NULL,
    CONSTRAINT social_attempt_hashes_are_sha256 CHECK (length(state_hash) = 32 AND length(binding_hash) = 32),
    CONSTRAINT social_attempt_challenge_is_sha256 CHECK (length(challenge) = 43)
);
CREATE INDEX social_attempt_expires ON social_attempt (expires_at);
CREATE INDEX social_attempt_account ON social_attempt (account_id) WHERE account_id IS NOT NULL;

-- ID tokens that came without a login begun here (dj-rest-auth's form): each
-- logs in once. The SHA-256 of what was signed.
CREATE TABLE social_spent (
    token_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    CONSTRAINT social_spent_hash_is_sha256 CHECK (length(token_hash) = 32)
);
CREATE INDEX social_spent_expires ON social_spent (expires_at);

-- How many ways an account has to log in. Whoever adds a way replaces it.
CREATE FUNCTION account_login_ways(account uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM account a WHERE a.id = account AND a.password_hash IS NOT NULL)
         + (SELECT count(*) FROM social_identity i WHERE i.account_id = account)
$$;

-- Somebody may have made the account with an address that is not his, and be
-- linked to it. When its owner proves the address by a reset of the password,
-- what was linked before goes.
CREATE FUNCTION account_taken_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM social_identity WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_taken_over AFTER UPDATE OF password_hash, email_verified_at ON account FOR EACH ROW
    WHEN (OLD.email_verified_at IS NULL AND NEW.email_verified_at IS NOT NULL
        AND NEW.password_hash IS DISTINCT FROM OLD.password_hash)
    EXECUTE FUNCTION account_taken_over();
