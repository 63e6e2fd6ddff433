/* priced.h - goods of which tests set the prices. */
#ifndef TESTS_API_PRICED_H
#define TESTS_API_PRICED_H

#include "shop.h"

struct goods {
	const char *product; /* id */
	const char *slug;
	const char *variant; /* id */
	const char *sku;
	const char *prices; /* path of its prices */
	const char *schedules;
	const char *history;
};
/* A new published product in pens, 50 in stock, at that price in EUR. */
struct goods goods_at(const char *price);

struct caller staff_who(void);
/* The same with If-Match of that answer's ETag. */
struct caller staff_holding(const struct answer *answer);

/* PUTs its prices, of the version there is: {"prices":[list]}. */
struct answer *put_prices(int status, const struct goods *goods,
			  const char *list);
/* What the public is asked; "" when there is none. */
const char *price_shown(const struct goods *goods, const char *currency);

#endif
