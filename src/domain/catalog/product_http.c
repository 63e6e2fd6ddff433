/* product_http.c - products for the public. */
#include "catalog.h"
#include "products.h"

#include <string.h>

#include <platform/config.h>
#include <platform/money.h>
#include <rest/listing.h>
#include <rest/select.h>

#include <queries.h>

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
