/* stock_store.c - goods are taken, held, given back: a statement each. */
#include <domain/inventory.h>

#include <platform/config.h>
#include <queries.h>
#include <rest/request.h>

const struct fault_kind stock_short = {
	409, "insufficient_stock", "There is not enough in stock."};

/* Columns of stock_reserve and stock_allocate. */
enum { COLUMN_OK, COLUMN_EXPIRES, COLUMN_SHORT };

static bool demand_taken(struct work *w, const struct rows *rows)
{
	if (row_bool(rows, 0, COLUMN_OK))
		return true;
	return refuse_with(w, &stock_short, "lines",
			   row_text(rows, 0, COLUMN_SHORT), "%s",
			   stock_short.detail);
}

async bool stock_reserve(struct work *w, const struct uuid *cart,
			 int64_t *expires_at)
{
	struct rows rows;

	if (!db_query(w, &q_stock_reserve,
		      params(p_uuid(cart), p_int(config->reservation_minutes)),
		      &rows) ||
	    !demand_taken(w, &rows))
		return false;
	if (expires_at != NULL)
		*expires_at = row_is_null(&rows, 0, COLUMN_EXPIRES)
				      ? 0
				      : row_time(&rows, 0, COLUMN_EXPIRES);
	return true;
}

async bool stock_allocate(struct work *w, const struct uuid *order,
			  const struct uuid *cart)
{
	struct rows rows;

	return db_query(w, &q_stock_allocate,
			params(p_uuid(order), p_uuid(cart)), &rows) &&
	       demand_taken(w, &rows);
}

async bool stock_release(struct work *w, const struct uuid *cart)
{
	return db_query(w, &q_stock_release, params(p_uuid(cart)), NULL);
}

async bool stock_pin(struct work *w, const struct uuid *cart)
{
	struct rows rows;

	return db_query(w, &q_stock_pin,
			params(p_uuid(cart),
			       p_int(config->reservation_minutes)),
			&rows) &&
	       (rows.affected > 0 || refuse(w, &stock_short, NULL));
}

async bool stock_unallocate(struct work *w, const struct uuid *order)
{
	return db_query(w, &q_stock_unallocate, params(p_uuid(order)), NULL);
}

async bool stock_receive(struct work *w, const struct uuid *variants,
			 const int64_t *quantities, size_t count,
			 const char *cause, const struct uuid *cause_id)
{
	return db_query(w, &q_stock_receive,
			params(p_uuids(&w->arena, variants, count),
			       p_ints(&w->arena, quantities, count),
			       p_text(cause), p_uuid(cause_id)),
			NULL);
}

struct counting {
	struct param variants;
	struct param quantities;
	const char *cause;
	const struct uuid *cause_id;
};

static async bool count_step(struct work *w, void *argument)
{
	const struct counting *it = argument;

	return db_query(w, &q_stock_make, params(it->variants), NULL) &&
	       db_query(w, &q_stock_count,
			params(it->variants, it->quantities, p_text(it->cause),
			       p_uuid(it->cause_id)),
			NULL);
}

async bool stock_count(struct work *w, const struct uuid *variants,
		       const int64_t *quantities, size_t count,
		       const char *cause, const struct uuid *cause_id)
{
	struct counting it = {
		p_uuids(&w->arena, variants, count),
		p_ints(&w->arena, quantities, count), cause, cause_id};

	return db_transact(w, count_step, &it);
}
