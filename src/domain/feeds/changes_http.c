/* changes_http.c - what has changed since a cursor, for clients that keep a
 * copy of the catalogue. */
#include "feeds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <domain/catalog.h>
#include <platform/config.h>

#include <queries.h>

enum { CHANGES = 500, PRUNED = 10000, NUMBER_MAX = 18, DECIMAL = 10 };

static const struct fault_kind no_cursor = {404, "not_found", "Invalid cursor"};
static const struct fault_kind expired = {
	410, "cursor_expired",
	"Changes since this cursor are kept no longer. Begin without a cursor, "
	"then read the catalogue anew."};

static const struct field change_fields[] = {
	{"type", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "product; or what else has changed: category, collection, "
		 "attribute ..., without an id: read those anew."},
	{"id", FIELD_UUID, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The product's."},
	{"is_gone", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "It is not, or no longer, for the public, or not sold in the "
		 "currency: forget it."},
	{"changed_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it last changed."},
	{"product", FIELD_OBJECT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .resource = &product_card_resource,
	 .help = "As it is now, unless it is gone."},
	{0},
};
static const struct resource change_resource = {
	.name = "CatalogChange", .fields = change_fields,
	.help = "Something that is to be read, or forgotten."};

static const struct field changes_fields[] = {
	{"results", FIELD_LIST, FIELD_READ_ONLY, .resource = &change_resource,
	 .help = "Each object once, oldest change first."},
	{"next", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "What to send as after= next time."},
	{"has_more", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Whether there are more already."},
	{"begins", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "No cursor was given: now read the whole catalogue "
		 "(products/?cursor=&page_size=100, categories/), after that "
		 "what changed since this cursor."},
	{0},
};
const struct resource changes_resource = {
	.name = "CatalogChanges", .fields = changes_fields,
	.help = "What has changed in the public catalogue."};

/* Digits alone, up to `end`; moves behind it. */
static bool read_digits(const char **at, char end, int64_t *number)
{
	size_t length = strspn(*at, "0123456789");

	if (length == 0 || length > NUMBER_MAX || (*at)[length] != end)
		return false;
	*number = strtoll(*at, NULL, DECIMAL);
	*at += length + (end != '\0');
	return true;
}

/* "123.45": the transaction and the place in it. */
static bool read_after(struct request *req, const char *after, int64_t *xid,
		       int64_t *seq)
{
	return (read_digits(&after, '.', xid) &&
		read_digits(&after, '\0', seq)) ||
	       refuse(&req->http.work, &no_cursor, NULL);
}

async bool changes_list(struct request *req)
{
	const char *after = query_text(req, "after");
	struct work *w = &req->http.work;
	const char *currency;
	struct rows rows;
	int64_t xid;
	int64_t seq;

	if (!feed_currency(req, &currency))
		return false;
	if (after == NULL || *after == '\0')
		return db_query(w, &q_changes_now, no_params, &rows) &&
		       reply_row(req, 200, &rows);
	if (!read_after(req, after, &xid, &seq) ||
	    !db_query(w, &q_changes_since,
		      params(p_int(xid), p_int(seq), p_int(CHANGES),
			     p_text(currency)),
		      &rows))
		return false;
	if (row_bool(&rows, 0, rows_column(&rows, "has_expired")))
		return refuse(w, &expired, NULL);
	return reply_row(req, 200, &rows);
}

/* Some at a time, so that no statement is long. */
async bool changes_prune(struct work *w)
{
	int64_t pruned = PRUNED;
	struct work part;

	while (pruned == PRUNED) {
		struct rows rows;
		bool is_done;

		work_part(w, &part);
		is_done = db_query(&part, &q_changes_prune,
				   params(p_int(config->changes_days),
					  p_int(PRUNED)),
				   &rows);
		if (is_done)
			pruned = row_int(&rows, 0, 0);
		if (!work_part_end(w, &part, is_done))
			return false;
	}
	return true;
}
