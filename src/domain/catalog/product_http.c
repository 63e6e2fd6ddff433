/* product_http.c - products for the public. */
#include "catalog.h"
#include "products.h"

#include <string.h>

#include <platform/config.h>
#include <platform/money.h>
#include <rest/listing.h>
#include <rest/select.h>

#include <queries.h>

/* Whether the index alone answers: no filter, no search, and not by name. */
static bool is_plain(struct request *req)
{
	const struct filter *filter = product_search_listing.filters;
	const char *ordering = query_text(req, "ordering");
	const char *search = query_text(req, "search");

	for (; filter->name != NULL; filter++) {
		const char *value = query_text(req, filter->name);

		if (value != NULL && value[0] != '\0')
			return false;
	}
	if (search != NULL && search[0] != '\0')
		return false;
	return ordering == NULL || strstr(ordering, "name") == NULL;
}

bool read_currency(struct request *req, const char **currency)
{
	const char *given = query_text(req, "currency");

	*currency = config->currency;
	if (given == NULL || given[0] == '\0')
		return true;
	*currency = given;
	return currency_find(given) != NULL ||
	       refuse_parameter(&req->http.work, "currency",
				"\"%s\" is not an ISO 4217 currency.", given);
}

/* The value of a query parameter; NULL when it is absent or empty. */
static const char *slug_given(struct request *req, const char *name)
{
	const char *slug = query_text(req, name);

	return slug != NULL && slug[0] != '\0' ? slug : NULL;
}

async bool product_list(struct request *req)
{
	const char *currency;

	if (!read_currency(req, &currency))
		return false;
	return reply_page(req,
			  is_plain(req) ? &product_listing
					: &product_search_listing,
			  params(p_text(slug_given(req, "category")),
				 p_text(currency),
				 p_text(slug_given(req, "collection"))));
}

async bool product_show(struct request *req)
{
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	const char *currency;
	struct rows rows;

	if (!read_currency(req, &currency))
		return false;
	uuid_parse(name, &id);
	if (!query_shown(req, &q_product_show,
			 params(p_text(name), p_uuid(&id), p_text(currency)),
			 &rows))
		return false;
	if (rows.count == 0)
		return slug_moved(req, "product", "/api/v1/products/", "");
	if (uuid_parse(row_text(&rows, 0, 0), &id))
		answer_shows(req, &id);
	return reply_row(req, 200, &rows);
}

async bool product_variants(struct request *req)
{
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	const char *currency;
	struct rows rows;

	if (!read_currency(req, &currency))
		return false;
	uuid_parse(name, &id);
	if (!db_query(&req->http.work, &q_product_variants_show,
		      params(p_text(name), p_uuid(&id), p_text(currency)),
		      &rows))
		return false;
	if (rows.count == 0)
		return slug_moved(req, "product", "/api/v1/products/",
				  "variants/");
	id = row_uuid(&rows, 0, rows_column(&rows, "product"));
	answer_shows(req, &id);
	return reply_rows(req, 200, &rows);
}
