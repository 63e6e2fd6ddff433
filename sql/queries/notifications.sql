-- Mails that events ask for.

-- One more try at this mail; no row when it has been sent. $5: the topic by
-- which it can be switched off, NULL when it cannot: then it is skipped, and
-- the reason stands beside it.
-- name: notification_begin :maybe
INSERT INTO notification (event_id, template, recipient, subject, state, last_error)
SELECT $1::uuid, $2, $3, $4, CASE WHEN w.is_wanted THEN 'queued' ELSE 'skipped' END,
       CASE WHEN w.is_wanted THEN '' ELSE 'The recipient has switched off e-mail about ' || $5::text || '.' END
  FROM (SELECT $5::text IS NULL OR notification_wanted($3, 'email', $5) AS is_wanted) w
ON CONFLICT ON CONSTRAINT notification_once DO UPDATE
SET attempts = notification.attempts + 1,
    state = excluded.state, last_error = excluded.last_error
WHERE notification.state <> 'sent'
RETURNING id, state <> 'skipped' AS is_wanted;

-- What a mail to the author of a review says ($2 its topic); a reply that was
-- taken back says nothing.
-- name: notification_review :maybe readonly
SELECT json_build_object('email', a.email, 'first_name', a.first_name,
	'product', p.name, 'reason', r.reason, 'reply', r.reply) AS data
  FROM review r JOIN account a ON a.id = r.account_id AND a.is_active
  JOIN product p ON p.id = r.product_id
 WHERE r.id = $1::uuid AND ($2 <> 'review.replied' OR r.reply <> '');

-- To whom and of what a mail about the account $1 speaks: $2 when it was, $3
-- the passkey, $4 the provider, where it is about one.
-- name: notification_security :maybe readonly
SELECT json_build_object('email', a.email, 'first_name', a.first_name,
	'at', to_char($2::timestamptz, 'YYYY-MM-DD, HH24:MI'),
	'passkey', $3::text, 'provider', $4::text) AS data
  FROM account a WHERE a.id = $1::uuid AND a.is_active;

-- name: notification_end :exec
UPDATE notification
SET state = $2, last_error = $3,
    sent_at = CASE WHEN $2 = 'sent' THEN now() END
WHERE id = $1::uuid AND state <> 'sent';

-- name: notification_list :page readonly
SELECT n.id, n.template, n.recipient, n.subject, n.state, n.attempts,
       n.last_error, n.sent_at, n.created_at,
       (SELECT count(*) FROM notification n WHERE true [[filters]])
		AS total_count
FROM notification n WHERE true [[filters]]
ORDER BY [[order]] [[page]];
