-- Mails that events ask for: each once.

CREATE TABLE notification (
	id uuid PRIMARY KEY DEFAULT uuid_v7(),
	event_id uuid NOT NULL,
	template text NOT NULL,
	recipient text NOT NULL,
	subject text NOT NULL,
	state text NOT NULL DEFAULT 'queued'
		CHECK (state IN ('queued', 'sent', 'failed', 'skipped')),
	attempts integer NOT NULL DEFAULT 1 CHECK (attempts >= 0),
	last_error text NOT NULL DEFAULT '',
	sent_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT notification_once UNIQUE (event_id, template),
	CONSTRAINT notification_sent_has_its_time
		CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
COMMENT ON COLUMN notification.id IS 'left part of the Message-ID';
CREATE INDEX notification_created ON notification (created_at DESC, id);
CREATE INDEX notification_recipient ON notification (lower(recipient));
