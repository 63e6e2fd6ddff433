-- 175_feeds.sql - the delta feed reads change_log in the order in which its
-- transactions can be told apart, and remembers how far back it still goes.

CREATE INDEX change_log_order ON change_log (xid, seq);

-- The last change that was pruned: whoever has read less must begin anew.
CREATE TABLE change_horizon (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX slug_redirect_created ON slug_redirect (created_at, (kind || '/' || old_slug));
