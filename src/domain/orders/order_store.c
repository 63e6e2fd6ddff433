/* order_store.c - the timeline of an order. */
#include <domain/orders.h>

#include <platform/db.h>
#include <queries.h>

async bool order_note(struct work *w, const struct order_note *note)
{
	return db_query(w, &q_order_event_insert,
			params(p_uuid(note->order), p_text(note->kind),
			       p_text(note->actor), p_uuid(note->actor_id),
			       p_bool(note->is_public),
			       p_text(note->data != NULL ? note->data : "{}")),
			NULL);
}
