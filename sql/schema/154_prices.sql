-- 154_prices.sql - prices in force and regular ones, turned by schedules, and
-- the history of all that was asked.

-- While regular_amount is null the price in force is the regular one. turn_at
-- is when a schedule begins or ends next; '-infinity': look at it now.
ALTER TABLE price
    ADD turn_at timestamptz,
    ADD CONSTRAINT price_regular CHECK (regular_amount IS NOT NULL OR regular_compare_at_amount IS NULL);
CREATE INDEX price_turn_at ON price (turn_at) WHERE turn_at IS NOT NULL;

-- What staff edit, and what comes back when a scheduled price ends.
CREATE VIEW regular_price AS
    SELECT variant_id, currency, coalesce(regular_amount, amount) AS amount,
           CASE WHEN regular_amount IS NULL THEN compare_at_amount
                ELSE regular_compare_at_amount END AS compare_at_amount
      FROM price;

-- ---- history ----

-- Every price that was in force, from when; null: not sold any more. Kept for
-- good, also when the variant is gone: it is what the shop proves its "before"
-- prices with. `at` grows with each row of a price, whatever the clock does.
CREATE TABLE price_history (
    variant_id uuid NOT NULL,
    currency text NOT NULL,
    at timestamptz NOT NULL,
    amount bigint,
    compare_at_amount bigint,
    cause text NOT NULL, -- staff, bulk, import, schedule, migration, ...
    actor uuid,          -- the account
    PRIMARY KEY (variant_id, currency, at)
);
CREATE TRIGGER price_history_append_only BEFORE UPDATE OR DELETE ON price_history
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Who writes prices in this transaction, and why; for the history.
CREATE FUNCTION price_cause(cause text, actor uuid) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('shopd.price_cause', cause, true),
           set_config('shopd.price_actor', coalesce(actor::text, ''), true);
$$;

CREATE FUNCTION price_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cause text := coalesce(nullif(current_setting('shopd.price_cause', true), ''), 'system');
    actor uuid := nullif(current_setting('shopd.price_actor', true), '')::uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO price_history
        SELECT o.variant_id, o.currency, price_moment(o.variant_id, o.currency), NULL, NULL, cause, actor
          FROM was o;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO price_history
        SELECT n.variant_id, n.currency, price_moment(n.variant_id, n.currency), n.amount,
               n.compare_at_amount, cause, actor
          FROM fresh n;
    ELSE
        INSERT INTO price_history
        SELECT n.variant_id, n.currency, price_moment(n.variant_id, n.currency), n.amount,
               n.compare_at_amount, cause, actor
          FROM fresh n JOIN was o ON (o.variant_id, o.currency) = (n.variant_id, n.currency)
         WHERE (o.amount, o.compare_at_amount) IS DISTINCT FROM (n.amount, n.compare_at_amount);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION price_moment(variant uuid, currency_ text) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    last timestamptz;
BEGIN
    SELECT h.at INTO last FROM price_history h
     WHERE h.variant_id = variant AND h.currency = currency_ ORDER BY h.at DESC LIMIT 1;
    RETURN greatest(clock_timestamp(), last + interval '1 microsecond');
END
$$;

INSERT INTO price_history
SELECT variant_id, currency, now(), amount, compare_at_amount, 'migration', NULL FROM price;

CREATE TRIGGER price_came AFTER INSERT ON price REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION price_note();
CREATE TRIGGER price_changed AFTER UPDATE ON price REFERENCING OLD TABLE AS was NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION price_note();
CREATE TRIGGER price_went AFTER DELETE ON price REFERENCING OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION price_note();

-- The lowest price that was in force at any moment of the 30 days before
-- `moment`, one that was set earlier and still held then too; null: none was.
CREATE FUNCTION price_lowest_before(variant uuid, currency_ text, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    since timestamptz := moment - interval '30 days';
BEGIN
    RETURN least(
        (SELECT min(h.amount) FROM price_history h
          WHERE h.variant_id = variant AND h.currency = currency_ AND h.at > since AND h.at < moment),
        (SELECT h.amount FROM price_history h
          WHERE h.variant_id = variant AND h.currency = currency_ AND h.at <= since AND h.at < moment
          ORDER BY h.at DESC LIMIT 1));
END
$$;

-- The "prior price" of a reduction (Directive 98/6/EC, Article 6a(2)): the
-- lowest in the 30 days before the reduction in force began. It began when the
-- price of now, with a higher one to compare it with, came into force; a
-- further reduction is a reduction of its own (no use is made of 6a(5)). Null
-- when the price is not reduced, or nothing was asked before.
CREATE FUNCTION price_lowest_30(variant uuid, currency text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    code text := price_lowest_30.currency;
    now_asked bigint;
    began timestamptz;
    h record;
BEGIN
    FOR h IN SELECT at, amount, compare_at_amount FROM price_history
              WHERE variant_id = variant AND currency = code ORDER BY at DESC
    LOOP
        now_asked := coalesce(now_asked, h.amount);
        EXIT WHEN (h.compare_at_amount > h.amount AND h.amount = now_asked) IS NOT TRUE;
        began := h.at;
    END LOOP;
    IF began IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN price_lowest_before(variant, code, began);
END
$$;

-- ---- writing prices ----

-- Many at once; each variant and currency once. Gives how many changed.
CREATE FUNCTION prices_set(variants uuid[], currencies text[], amounts bigint[], compare_ats bigint[],
                           cause text DEFAULT 'staff', actor uuid DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM price_cause(cause, actor);
    INSERT INTO price AS p (variant_id, currency, amount, compare_at_amount)
    SELECT g.variant_id, g.currency, coalesce(g.amount, r.amount), g.compare_at
      FROM unnest(variants, currencies, amounts, compare_ats) AS g (variant_id, currency, amount, compare_at)
      LEFT JOIN regular_price r ON (r.variant_id, r.currency) = (g.variant_id, g.currency)
     ORDER BY g.variant_id, g.currency
        ON CONFLICT (variant_id, currency) DO UPDATE
       SET amount = CASE WHEN p.regular_amount IS NULL THEN EXCLUDED.amount ELSE p.amount END,
           compare_at_amount = CASE WHEN p.regular_amount IS NULL THEN EXCLUDED.compare_at_amount
                                    ELSE p.compare_at_amount END,
           regular_amount = CASE WHEN p.regular_amount IS NOT NULL THEN EXCLUDED.amount END,
           regular_compare_at_amount = CASE WHEN p.regular_amount IS NOT NULL
                                            THEN EXCLUDED.compare_at_amount END
     WHERE (EXCLUDED.amount, EXCLUDED.compare_at_amount) IS DISTINCT FROM
           (coalesce(p.regular_amount, p.amount),
            CASE WHEN p.regular_amount IS NULL THEN p.compare_at_amount ELSE p.regular_compare_at_amount END);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

-- EVERY writer of a price that a variant has already calls this (or
-- prices_set), in a transaction that has locked the product, and then
-- listing_refresh(). It sets the regular price; while a scheduled one is in
-- force that goes on and what carts read does not change. amount NULL keeps
-- the amount. What staff are shown to edit comes from regular_price; what the
-- public sees is price. A variant that is new may be INSERTed into price.
-- Gives whether anything changed. cause: for the history.
CREATE FUNCTION price_set(variant uuid, currency text, amount bigint, compare_at bigint,
                          cause text DEFAULT 'staff', actor uuid DEFAULT NULL)
RETURNS boolean LANGUAGE sql AS $$
    SELECT prices_set(ARRAY[variant], ARRAY[currency], ARRAY[amount], ARRAY[compare_at], cause, actor) > 0
$$;

-- What a variant asks, as a number: the same prices give the same.
CREATE FUNCTION price_version(variant uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT hashtextextended(coalesce(string_agg(currency || amount || '/' || coalesce(compare_at_amount::text, ''),
                                                ' ' ORDER BY currency), ''), 0) & 9007199254740991
      FROM regular_price WHERE variant_id = variant
$$;

-- ---- schedules ----

-- Whoever writes a schedule: the price is looked at, within a second if the
-- writer does not call price_turn() itself.
CREATE FUNCTION price_schedule_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE price SET turn_at = '-infinity' WHERE variant_id = OLD.variant_id AND currency = OLD.currency;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE price SET turn_at = '-infinity' WHERE variant_id = NEW.variant_id AND currency = NEW.currency;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER price_schedule_changed AFTER INSERT OR UPDATE OR DELETE ON price_schedule
    FOR EACH ROW EXECUTE FUNCTION price_schedule_note();

-- Puts into force what the schedules of these products say at this moment.
-- Doing it twice is like once. Locks the products in the order of their ids;
-- gives those whose price changed, for listing_refresh().
CREATE FUNCTION price_turn(products uuid[], actor uuid DEFAULT NULL) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    changed uuid[];
BEGIN
    PERFORM 1 FROM product WHERE id = ANY (products) ORDER BY id FOR NO KEY UPDATE;
    PERFORM price_cause('schedule', actor);
    moment := clock_timestamp();
    WITH due AS MATERIALIZED (
        SELECT v.product_id, r.variant_id, r.currency, s.id IS NOT NULL AS is_scheduled,
               r.amount AS regular, r.compare_at_amount AS regular_compare_at,
               coalesce(s.amount, r.amount) AS amount,
               CASE WHEN s.id IS NULL THEN r.compare_at_amount ELSE s.compare_at_amount END AS compare_at,
               p.amount AS amount_before, p.compare_at_amount AS compare_at_before,
               least(upper(s.during), (
                   SELECT min(lower(n.during)) FROM price_schedule n
                    WHERE n.variant_id = p.variant_id AND n.currency = p.currency
                      AND lower(n.during) > moment)) AS turn_at
          FROM variant v
          JOIN price p ON p.variant_id = v.id AND p.turn_at IS NOT NULL
          JOIN regular_price r ON (r.variant_id, r.currency) = (p.variant_id, p.currency)
          LEFT JOIN price_schedule s ON s.variant_id = p.variant_id AND s.currency = p.currency
           AND s.during @> moment
         WHERE v.product_id = ANY (products)
    ), turned AS (
        UPDATE price p SET amount = d.amount, compare_at_amount = d.compare_at, turn_at = d.turn_at,
               regular_amount = CASE WHEN d.is_scheduled THEN d.regular END,
               regular_compare_at_amount = CASE WHEN d.is_scheduled THEN d.regular_compare_at END
          FROM due d WHERE (p.variant_id, p.currency) = (d.variant_id, d.currency)
        RETURNING d.product_id,
              (d.amount, d.compare_at) IS DISTINCT FROM (d.amount_before, d.compare_at_before) AS is_changed
    )
    SELECT array_agg(DISTINCT product_id) INTO changed FROM turned WHERE is_changed;
    RETURN coalesce(changed, '{}');
END
$$;

-- The next `most` products that a schedule is due of; who is locked by others
-- comes later. Gives how many were looked at.
CREATE FUNCTION price_turn_due(most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    products uuid[];
    changed uuid[];
BEGIN
    products := ARRAY(
        SELECT id FROM product WHERE id IN (
            SELECT v.product_id FROM (SELECT variant_id FROM price WHERE turn_at <= moment
                                       ORDER BY turn_at LIMIT most * 10) p
              JOIN variant v ON v.id = p.variant_id)
         ORDER BY id LIMIT most FOR NO KEY UPDATE SKIP LOCKED);
    changed := price_turn(products);
    IF cardinality(changed) > 0 THEN
        PERFORM listing_refresh(changed);
    END IF;
    RETURN cardinality(products);
END
$$;
