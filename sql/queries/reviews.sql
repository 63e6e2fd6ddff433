-- reviews.sql - what customers say of products, their votes, moderation.

-- name: review_product :maybe readonly
-- The product that is shown under a slug ($1) or an id ($2).
SELECT product_id FROM card WHERE product_id = coalesce($2::uuid, (SELECT id FROM product WHERE slug = $1));

-- name: review_list :page readonly
SELECT r.id, r.rating, r.title, r.body, r.author, r.is_verified, r.helpful_count, r.unhelpful_count,
       nullif(r.reply, '') AS reply, r.replied_at, r.created_at,
       (SELECT count(*) FROM review r
         WHERE r.product_id = $1 AND r.state = 'accepted' [[filters]]) AS total_count
  FROM review r
 WHERE r.product_id = $1 AND r.state = 'accepted' [[filters]]
 ORDER BY [[order]] [[page]];

-- name: review_list_own :page readonly
SELECT r.id, r.product_id AS product, p.name AS product_name, r.rating, r.title, r.body, r.author,
       r.state, r.is_verified, nullif(r.reason, '') AS reason, nullif(r.reply, '') AS reply,
       r.replied_at, r.helpful_count, r.unhelpful_count, r.created_at, r.updated_at, r.version,
       count(*) OVER () AS total_count
  FROM review r JOIN product p ON p.id = r.product_id
 WHERE r.account_id = $1 [[filters]]
 ORDER BY [[order]] [[page]];

-- name: review_show_own :maybe readonly
SELECT r.id, r.product_id AS product, p.name AS product_name, r.rating, r.title, r.body, r.author,
       r.state, r.is_verified, nullif(r.reason, '') AS reason, nullif(r.reply, '') AS reply,
       r.replied_at, r.helpful_count, r.unhelpful_count, r.created_at, r.updated_at, r.version
  FROM review r JOIN product p ON p.id = r.product_id
 WHERE r.id = $1 AND r.account_id = $2;

-- name: review_insert :maybe
-- Of a product that is shown. The author is shown as the account's first name
-- unless another is given.
INSERT INTO review (id, product_id, account_id, author, rating, title, body, state, is_verified)
SELECT $1::uuid, k.product_id, a.id, coalesce($4, nullif(left(a.first_name, 100), ''), ''), $5, $6, $7,
       $8, has_bought(a.id, k.product_id)
  FROM card k, account a WHERE k.product_id = $2 AND a.id = $3
RETURNING id;

-- name: review_lock_own :maybe
SELECT version FROM review WHERE id = $1 AND account_id = $2 FOR NO KEY UPDATE;

-- name: review_update_own :exec
-- What was said anew is looked at anew ($6 is the state it has until then).
UPDATE review r SET rating = coalesce($2, rating), title = coalesce($3, title),
       body = coalesce($4, body), author = coalesce($5, author), state = $6,
       is_verified = has_bought(r.account_id, r.product_id), reason = '',
       updated_at = now(), version = version + 1
 WHERE id = $1;

-- name: review_delete :exec
DELETE FROM review WHERE id = $1;

-- name: review_vote_target :maybe readonly
SELECT account_id = $2 FROM review WHERE id = $1 AND state = 'accepted';

-- name: review_vote_put :exec
INSERT INTO review_vote (review_id, account_id, is_helpful) VALUES ($1, $2, $3)
    ON CONFLICT (review_id, account_id) DO UPDATE SET is_helpful = EXCLUDED.is_helpful
 WHERE review_vote.is_helpful <> EXCLUDED.is_helpful;

-- name: review_vote_delete :exec
DELETE FROM review_vote WHERE review_id = $1 AND account_id = $2;

-- name: review_votes :maybe readonly
SELECT r.helpful_count, r.unhelpful_count, v.is_helpful
  FROM review r LEFT JOIN review_vote v ON v.review_id = r.id AND v.account_id = $2
 WHERE r.id = $1 AND r.state = 'accepted';

-- name: review_report_insert :maybe
-- Nothing when there is no such review; a second one of an account is as one.
WITH target AS (
    SELECT id FROM review WHERE id = $1 AND state = 'accepted'
), put AS (
    INSERT INTO review_report (review_id, account_id, reason, note)
    SELECT id, $2, $3, $4 FROM target
        ON CONFLICT ON CONSTRAINT review_report_once DO NOTHING
)
SELECT id FROM target;

-- name: review_list_staff :page readonly slow
SELECT r.id, r.product_id AS product, p.name AS product_name, r.account_id AS account, r.rating, r.title,
       r.body, r.author, r.state, r.is_verified, r.reason, r.reply, r.replied_at, r.moderated_at,
       r.helpful_count, r.unhelpful_count, r.report_count, r.created_at, r.updated_at, r.version,
       count(*) OVER () AS total_count
  FROM review r JOIN product p ON p.id = r.product_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: review_show_staff :maybe readonly
SELECT r.id, r.product_id AS product, p.name AS product_name, r.account_id AS account, r.rating, r.title,
       r.body, r.author, r.state, r.is_verified, r.reason, r.reply, r.replied_at, r.moderated_at,
       r.helpful_count, r.unhelpful_count, r.report_count, r.created_at, r.updated_at, r.version,
       coalesce((SELECT json_agg(json_build_object('reason', t.reason, 'note', t.note,
                                 'created_at', time_text(t.created_at)) ORDER BY t.created_at, t.id)
                   FROM review_report t WHERE t.review_id = r.id), '[]') AS reports
  FROM review r JOIN product p ON p.id = r.product_id
 WHERE r.id = $1;

-- name: review_lock :maybe
SELECT version, state FROM review WHERE id = $1 FOR NO KEY UPDATE;

-- name: review_judge :exec
UPDATE review r SET state = $2, reason = $3, moderated_at = now(), moderated_by = $4,
       is_verified = r.is_verified OR has_bought(r.account_id, r.product_id),
       updated_at = now(), version = version + 1
 WHERE id = $1;

-- name: review_reply :exec
-- An empty text takes the reply back.
UPDATE review SET reply = $2, replied_at = CASE WHEN $2 = '' THEN NULL ELSE now() END,
       updated_at = now(), version = version + 1
 WHERE id = $1;

-- name: review_wrong_ratings :many readonly slow
SELECT 'product ' || coalesce(r.product_id, t.product_id) || ' has sums that its reviews do not have'
  FROM product_rating r
  FULL JOIN (SELECT product_id, count(*) FILTER (WHERE rating = 1) AS one,
                    count(*) FILTER (WHERE rating = 2) AS two, count(*) FILTER (WHERE rating = 3) AS three,
                    count(*) FILTER (WHERE rating = 4) AS four, count(*) FILTER (WHERE rating = 5) AS five
               FROM review WHERE state = 'accepted' GROUP BY product_id) t USING (product_id)
 WHERE (coalesce(r.stars_1, 0), coalesce(r.stars_2, 0), coalesce(r.stars_3, 0), coalesce(r.stars_4, 0),
        coalesce(r.stars_5, 0))
    <> (coalesce(t.one, 0), coalesce(t.two, 0), coalesce(t.three, 0), coalesce(t.four, 0),
        coalesce(t.five, 0))
 LIMIT 100;

-- name: review_wrong_votes :many readonly slow
SELECT 'review ' || r.id || ' counts votes or reports that are not there'
  FROM review r
  LEFT JOIN (SELECT review_id, count(*) FILTER (WHERE is_helpful) AS helpful,
                    count(*) FILTER (WHERE NOT is_helpful) AS unhelpful
               FROM review_vote GROUP BY review_id) v ON v.review_id = r.id
  LEFT JOIN (SELECT review_id, count(*) AS reports FROM review_report GROUP BY review_id) t
       ON t.review_id = r.id
 WHERE (r.helpful_count, r.unhelpful_count, r.report_count)
    <> (coalesce(v.helpful, 0), coalesce(v.unhelpful, 0), coalesce(t.reports, 0))
 LIMIT 100;
