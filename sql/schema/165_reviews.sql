-- 165_reviews.sql - what customers say of products. The sums (product_rating)
-- are kept by triggers, so that no writer can forget them.

CREATE TABLE review (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    product_id uuid NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    account_id uuid REFERENCES account (id) ON DELETE SET NULL,
    author text NOT NULL DEFAULT '' CHECK (length(author) <= 100), -- as it is shown
    rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title text NOT NULL DEFAULT '' CHECK (length(title) <= 200),
    body text NOT NULL DEFAULT '' CHECK (length(body) <= 5000),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'rejected')),
    is_verified boolean NOT NULL DEFAULT false, -- of a paid order of the account
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500), -- of the rejection
    reply text NOT NULL DEFAULT '' CHECK (length(reply) <= 5000),
    replied_at timestamptz,
    moderated_at timestamptz,
    moderated_by uuid REFERENCES account (id) ON DELETE SET NULL,
    helpful_count bigint NOT NULL DEFAULT 0 CHECK (helpful_count >= 0),
    unhelpful_count bigint NOT NULL DEFAULT 0 CHECK (unhelpful_count >= 0),
    report_count bigint NOT NULL DEFAULT 0 CHECK (report_count >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT review_once UNIQUE (product_id, account_id),
    CONSTRAINT review_reply_has_time CHECK ((reply = '') = (replied_at IS NULL))
);
-- What a product's page walks, in each of its orders.
CREATE INDEX review_new ON review (product_id, created_at DESC, id) WHERE state = 'accepted';
CREATE INDEX review_helpful ON review (product_id, helpful_count DESC, id) WHERE state = 'accepted';
CREATE INDEX review_rating ON review (product_id, rating, id) WHERE state = 'accepted';
CREATE INDEX review_account ON review (account_id, created_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX review_queue ON review (created_at, id) WHERE state = 'pending';
CREATE INDEX review_created ON review (created_at DESC, id);
CREATE INDEX order_line_product ON order_line (product_id);

CREATE TABLE review_vote (
    review_id uuid NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    is_helpful boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (review_id, account_id)
);
CREATE INDEX review_vote_account ON review_vote (account_id);

CREATE TABLE review_report (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    review_id uuid NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    account_id uuid REFERENCES account (id) ON DELETE SET NULL,
    reason text NOT NULL CHECK (reason IN ('spam', 'offensive', 'wrong_product', 'personal_data', 'other')),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    created_at timestamptz NOT NULL DEFAULT now(),
    -- nobody reports twice; of guests it cannot be known
    CONSTRAINT review_report_once UNIQUE (review_id, account_id)
);

-- ---- sums ----

-- Adds n to the count of these stars. The row is locked until the end of the
-- transaction, so that sums of many at once are exact.
CREATE FUNCTION rating_shift(rated uuid, stars int, n int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO product_rating AS r (product_id, stars_1, stars_2, stars_3, stars_4, stars_5)
    SELECT rated, greatest(n * (stars = 1)::int, 0), greatest(n * (stars = 2)::int, 0),
           greatest(n * (stars = 3)::int, 0), greatest(n * (stars = 4)::int, 0),
           greatest(n * (stars = 5)::int, 0)
     -- of a product that is going its sums go, too
     WHERE EXISTS (SELECT 1 FROM product WHERE id = rated)
        ON CONFLICT (product_id) DO UPDATE
       SET stars_1 = r.stars_1 + n * (stars = 1)::int, stars_2 = r.stars_2 + n * (stars = 2)::int,
           stars_3 = r.stars_3 + n * (stars = 3)::int, stars_4 = r.stars_4 + n * (stars = 4)::int,
           stars_5 = r.stars_5 + n * (stars = 5)::int
$$;

-- What is public of a review changed: its sums, then lists and cards.
CREATE FUNCTION review_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted boolean := TG_OP <> 'INSERT' AND OLD.state = 'accepted';
    counts boolean := TG_OP <> 'DELETE' AND NEW.state = 'accepted';
    reviewed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END;
BEGIN
    IF NOT counted AND NOT counts THEN
        RETURN NULL;
    END IF;
    IF counted IS DISTINCT FROM counts OR OLD.rating <> NEW.rating THEN
        IF counted THEN
            PERFORM rating_shift(reviewed, OLD.rating, -1);
        END IF;
        IF counts THEN
            PERFORM rating_shift(reviewed, NEW.rating, 1);
        END IF;
        PERFORM listing_refresh(ARRAY[reviewed]);
    ELSE
        INSERT INTO change_log (kind, object_id) VALUES ('product', reviewed);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER review_changed AFTER INSERT OR UPDATE OR DELETE ON review
    FOR EACH ROW EXECUTE FUNCTION review_changed();

CREATE FUNCTION review_voted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_review uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.review_id ELSE NEW.review_id END;
    helpful int := 0;
    unhelpful int := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        helpful := helpful - OLD.is_helpful::int;
        unhelpful := unhelpful - (NOT OLD.is_helpful)::int;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        helpful := helpful + NEW.is_helpful::int;
        unhelpful := unhelpful + (NOT NEW.is_helpful)::int;
    END IF;
    IF helpful <> 0 OR unhelpful <> 0 THEN
        UPDATE review SET helpful_count = helpful_count + helpful,
               unhelpful_count = unhelpful_count + unhelpful
         WHERE id = of_review;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER review_voted AFTER INSERT OR UPDATE OR DELETE ON review_vote
    FOR EACH ROW EXECUTE FUNCTION review_voted();

CREATE FUNCTION review_reported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE review SET report_count = report_count + 1 WHERE id = NEW.review_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER review_reported AFTER INSERT ON review_report
    FOR EACH ROW EXECUTE FUNCTION review_reported();

-- A purchase of the account, or of its verified address as a guest.
CREATE FUNCTION has_bought(buyer uuid, bought uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM order_line l JOIN orders o ON o.id = l.order_id
         WHERE l.product_id = bought AND o.payment_status IN ('paid', 'overpaid', 'partially_refunded')
           AND (o.account_id = buyer
                OR lower(o.email) = (SELECT email FROM account a
                                      WHERE a.id = buyer AND a.email_verified_at IS NOT NULL)))
$$;
