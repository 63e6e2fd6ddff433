/* address_http.c - the addresses that a customer keeps. */
#include "profile.h"

#include <domain/accounts.h>
#include <queries.h>

static const struct fault_kind no_address = {
	404, "not_found", "No SavedAddress matches the given query."};
static const struct fault_kind too_many = {
	409, "too_many_addresses", "No more than 100 addresses can be saved."};

static const struct filter filters[] = {
	{"country", FIELD_TEXT, 0, "a.country = $?", .help = "In that country."},
	{"is_default_shipping", FIELD_BOOLEAN, 0, "a.is_default_shipping = $?",
	 .help = "Where goods go."},
	{"is_default_billing", FIELD_BOOLEAN, 0, "a.is_default_billing = $?",
	 .help = "Where bills go."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "a.created_at"},
	{0},
};
const struct listing address_listing = {
	.query = &q_address_list,
	.filters = filters,
	.orderings = orderings,
	.order = "created_at",
	.tie_break = "a.id",
};

async bool address_list(struct request *req)
{
	return reply_page(req, &address_listing,
			  params(p_uuid(&req->who.account)));
}

async bool address_show(struct request *req)
{
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       db_query(&req->http.work, &q_address_show,
			params(p_uuid(&id), p_uuid(&req->who.account)), &rows) &&
	       reply_row(req, 200, &rows);
}

static const char *member(const struct rows *rows, const char *name)
{
	return row_text(rows, 0, rows_column(rows, name));
}

async bool saved_address_load(struct work *w, const struct uuid *account,
			      const struct uuid *id, struct address *address)
{
	char text[UUID_TEXT_LENGTH + 1];
	struct rows rows;

	if (!db_query(w, &q_address_show, params(p_uuid(id), p_uuid(account)),
		      &rows))
		return false;
	uuid_format(id, text);
	if (rows.count == 0)
		return refuse_field(w, "address_id",
				    "Invalid pk \"%s\" - object does not exist.",
				    text);
	*address = (struct address){
		.first_name = member(&rows, "first_name"),
		.last_name = member(&rows, "last_name"),
		.company = member(&rows, "company"),
		.line1 = member(&rows, "line1"),
		.line2 = member(&rows, "line2"),
		.city = member(&rows, "city"),
		.region = member(&rows, "region"),
		.postal_code = member(&rows, "postal_code"),
		.country = member(&rows, "country"),
		.phone = member(&rows, "phone"),
	};
	return true;
}

/* One change to the addresses of an account. */
struct change {
	struct request *req;
	struct uuid id; /* nil: of a new one */
	struct saved_address in;
	struct rows rows;
};

/* One change at a time, so that there is one default and an exact count; and
 * what shall be the default takes the place of what was. */
static async bool begin(struct work *w, const struct change *change)
{
	struct param account = p_uuid(&change->req->who.account);
	const struct saved_address *in = &change->in;
	struct rows rows;

	if (!db_query(w, &q_account_lock, params(account), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_user_inactive, NULL);
	return (!in->is_default_shipping && !in->is_default_billing) ||
	       db_query(w, &q_address_undefault,
			params(account, p_bool(in->is_default_shipping),
			       p_bool(in->is_default_billing),
			       p_uuid(&change->id)),
			NULL);
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static async bool create_step(struct work *w, void *argument)
{
	struct change *change = argument;
	const struct address *in = &change->in.address;

	return begin(w, change) &&
	       db_query(w, &q_address_insert,
			params(p_uuid(&change->req->who.account),
			       p_text(in->first_name), p_text(in->last_name),
			       p_text(or_empty(in->company)), p_text(in->line1),
			       p_text(or_empty(in->line2)), p_text(in->city),
			       p_text(or_empty(in->region)),
			       p_text(or_empty(in->postal_code)),
			       p_text(in->country), p_text(or_empty(in->phone)),
			       p_bool(change->in.is_default_shipping),
			       p_bool(change->in.is_default_billing),
			       p_int(ADDRESSES_MAX)),
			&change->rows) &&
	       (change->rows.count == 1 || refuse(w, &too_many, NULL));
}

async bool address_create(struct request *req)
{
	struct change change = {.req = req};

	return read_body(req, &change.in) &&
	       address_check(&req->http.work, &change.in.address) &&
	       db_transact(&req->http.work, create_step, &change) &&
	       reply_row(req, 201, &change.rows);
}

/* By the rules of its country, as a whole, whatever of it was sent. */
static bool check_whole(struct work *w, const struct rows *rows)
{
	const struct address whole = {
		.region = member(rows, "region"),
		.postal_code = member(rows, "postal_code"),
		.country = member(rows, "country"),
	};

	return address_check(w, &whole);
}

static struct param flag(bool was_given, bool value)
{
	return was_given ? p_bool(value) : p_null();
}

static async bool update(struct work *w, struct change *change)
{
	struct request *req = change->req;
	const struct saved_address *in = &change->in;
	const struct address *address = &in->address;

	return db_query(
		w, &q_address_update,
		params(p_uuid(&req->who.account), p_uuid(&change->id),
		       p_text(address->first_name), p_text(address->last_name),
		       p_text(address->company), p_text(address->line1),
		       p_text(address->line2), p_text(address->city),
		       p_text(address->region), p_text(address->postal_code),
		       p_text(address->country), p_text(address->phone),
		       flag(was_given(req, struct saved_address,
				      is_default_shipping),
			    in->is_default_shipping),
		       flag(was_given(req, struct saved_address,
				      is_default_billing),
			    in->is_default_billing)),
		&change->rows);
}

static async bool change_step(struct work *w, void *argument)
{
	struct change *change = argument;
	struct rows *rows = &change->rows;

	if (!begin(w, change) || !update(w, change))
		return false;
	if (rows->count == 0)
		return refuse(w, &no_address, NULL);
	/* What was before this update; else all of it is undone. */
	return check_version(change->req,
			     row_int(rows, 0, rows_column(rows, "version")) -
				     1) &&
	       check_whole(w, rows);
}

async bool address_change(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};
	const char **country = &change.in.address.country;

	return path_uuid(req, "id", &change.id) &&
	       read_body(req, &change.in) &&
	       (*country == NULL || country_check(w, *country)) &&
	       db_transact(w, change_step, &change) &&
	       reply_row(req, 200, &change.rows);
}

static async bool delete_step(struct work *w, void *argument)
{
	struct change *change = argument;

	return db_query(w, &q_address_delete,
			params(p_uuid(&change->req->who.account),
			       p_uuid(&change->id)),
			&change->rows) &&
	       (change->rows.count == 1 || refuse(w, &no_address, NULL)) &&
	       check_version(change->req, row_int(&change->rows, 0, 0));
}

async bool address_delete(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       db_transact(&req->http.work, delete_step, &change) &&
	       reply_nothing(req);
}
