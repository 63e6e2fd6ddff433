-- 193_passkeys.sql - passkeys (WebAuthn credentials) and the challenges that
-- they answer.

-- By this name authenticators know an account: random, so that it tells
-- nothing, and for ever the same, so that a second passkey of one device takes
-- the place of the first.
CREATE TABLE passkey_user (
    account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    handle bytea NOT NULL,
    CONSTRAINT passkey_user_handle_unique UNIQUE (handle),
    CONSTRAINT passkey_user_handle_is_random CHECK (length(handle) = 32)
);
COMMENT ON COLUMN passkey_user.handle IS 'personal: name of the account in authenticators';

CREATE TABLE passkey (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES passkey_user (account_id) ON DELETE CASCADE,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL, -- COSE_Key
    algorithm int NOT NULL, -- of COSE: -7 ES256, -8 EdDSA, -257 RS256
    aaguid uuid NOT NULL, -- the authenticator's model; zero when it does not tell
    name text NOT NULL,
    transports text[] NOT NULL DEFAULT '{}',
    sign_count bigint NOT NULL, -- 0 of those that do not count
    is_backup_eligible boolean NOT NULL, -- may be copied to other devices
    is_backed_up boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    clone_suspected_at timestamptz, -- its count went back
    CONSTRAINT passkey_credential_unique UNIQUE (credential_id),
    CONSTRAINT passkey_credential_length CHECK (length(credential_id) BETWEEN 1 AND 1023),
    CONSTRAINT passkey_key_length CHECK (length(public_key) BETWEEN 1 AND 1024),
    CONSTRAINT passkey_algorithm_known CHECK (algorithm IN (-7, -8, -257)),
    CONSTRAINT passkey_name_is_short CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT passkey_transports_are_words CHECK (cardinality(transports) <= 8
        AND array_to_string(transports, ',', '?') ~ '^([a-z-]{1,32}(,[a-z-]{1,32})*)?$'),
    CONSTRAINT passkey_counts_in_32_bits CHECK (sign_count BETWEEN 0 AND 4294967295),
    CONSTRAINT passkey_backed_up_is_eligible CHECK (is_backup_eligible OR NOT is_backed_up)
);
SELECT audit_table('passkey', 'credential_id', 'public_key'); -- of staff
CREATE INDEX passkey_account ON passkey (account_id, created_at);
COMMENT ON COLUMN passkey.credential_id IS 'personal: names a key of the customer';
COMMENT ON COLUMN passkey.public_key IS 'personal: a key of the customer';
COMMENT ON COLUMN passkey.aaguid IS 'personal: model of the customer''s device';
COMMENT ON COLUMN passkey.name IS 'personal: what the customer calls the device';
COMMENT ON COLUMN passkey.transports IS 'personal: how the device is reached';
COMMENT ON COLUMN passkey.last_used_at IS 'personal: when the customer logged in with it';

-- Given out and not yet answered. Only the SHA-256 of its text is here. Of a
-- sign-in nobody knows yet whose it is.
CREATE TABLE passkey_challenge (
    challenge_hash bytea PRIMARY KEY,
    purpose text NOT NULL,
    account_id uuid REFERENCES account (id) ON DELETE CASCADE,
    session_id uuid REFERENCES session (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    CONSTRAINT passkey_challenge_hash_is_sha256 CHECK (length(challenge_hash) = 32),
    CONSTRAINT passkey_challenge_purpose_known CHECK (purpose IN ('login', 'add', 'step_up')),
    CONSTRAINT passkey_challenge_is_of_a_session CHECK ((purpose = 'login') = (session_id IS NULL)
        AND (account_id IS NULL) = (session_id IS NULL))
);
CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at);
CREATE INDEX passkey_challenge_account ON passkey_challenge (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX passkey_challenge_session ON passkey_challenge (session_id) WHERE session_id IS NOT NULL;

-- base64url without padding, as WebAuthn writes bytes in JSON.
CREATE FUNCTION base64url(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT translate(encode(bytes, 'base64'), E'+/=\n', '-_') $$;

-- PublicKeyCredentialDescriptorJSON of each passkey of an account.
CREATE FUNCTION passkey_descriptors(account uuid) RETURNS json LANGUAGE sql STABLE AS
$$ SELECT coalesce(json_agg(json_build_object('id', base64url(credential_id), 'type', 'public-key',
        'transports', to_json(transports)) ORDER BY created_at), '[]')
   FROM passkey WHERE account_id = account $$;

CREATE FUNCTION passkey_is_second_factor(account uuid, passkey uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT 1 FROM second_factor f
       WHERE f.account_id = account AND f.kind = 'passkey' AND f.object_id = passkey) $$;

-- How many ways an account has to log in. Whoever adds a way replaces it.
CREATE OR REPLACE FUNCTION account_login_ways(account uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM account a WHERE a.id = account AND a.password_hash IS NOT NULL)
         + (SELECT count(*) FROM social_identity i WHERE i.account_id = account)
         + (SELECT count(*) FROM passkey p WHERE p.account_id = account)
$$;
