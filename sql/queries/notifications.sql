-- Mails that events ask for.

-- One more try at this mail; no row when it has been sent.
-- name: notification_begin :maybe
INSERT INTO notification (event_id, template, recipient, subject)
VALUES ($1::uuid, $2, $3, $4)
ON CONFLICT ON CONSTRAINT notification_once DO UPDATE
SET attempts = notification.attempts + 1
WHERE notification.state <> 'sent'
RETURNING id;

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
