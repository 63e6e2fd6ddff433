/* priced.c - goods of which tests set the prices. */
#include "priced.h"

#include <unistd.h>

struct caller staff_who(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

struct caller staff_holding(const struct answer *answer)
{
	struct caller staff = staff_who();

	staff.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return staff;
}

struct goods goods_at(const char *price)
{
	static unsigned number;
	const struct caller staff = staff_who();
	struct goods goods = {
		.sku = fmt("PRICED-%d-%u", (int)getpid(), number++)};
	struct answer *made = askf(
		201, "POST", "/api/v1/admin/products/", &staff,
		"{\"name\":\"Thing %s\",\"sku\":\"%s\",\"price\":\"%s\","
		"\"status\":\"published\",\"category\":\"pens\","
		"\"weight_grams\":5,\"stock_on_hand\":50}",
		goods.sku, goods.sku, price);

	goods.product = text_at(made, "id");
	goods.slug = text_at(made, "slug");
	goods.variant = sql("SELECT id FROM variant WHERE product_id = '%s'",
			    goods.product);
	goods.prices = fmt("/api/v1/admin/variants/%s/prices/", goods.variant);
	goods.schedules = fmt("/api/v1/admin/variants/%s/price-schedules/",
			      goods.variant);
	goods.history = fmt("/api/v1/admin/variants/%s/price-history/",
			    goods.variant);
	return goods;
}

struct answer *put_prices(int status, const struct goods *goods,
			  const char *list)
{
	struct caller staff = staff_who();

	staff = staff_holding(ask(200, "GET", goods->prices, &staff, NULL));
	return askf(status, "PUT", goods->prices, &staff, "{\"prices\":%s}",
		    list);
}

const char *price_shown(const struct goods *goods, const char *currency)
{
	struct answer *shown = ask(200, "GET",
				   fmt("/api/v1/products/%s/?currency=%s",
				       goods->slug, currency),
				   &nobody, NULL);

	return json_is_null(node_at(shown, "price")) ? ""
						     : text_at(shown, "price");
}
