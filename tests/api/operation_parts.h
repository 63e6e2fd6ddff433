/* operation_parts.h - what the files behind operations.h know of one
 * another. */
#ifndef TESTS_API_OPERATION_PARTS_H
#define TESTS_API_OPERATION_PARTS_H

#include "operations.h"

/* The right requests, and what their things are made of. */
extern struct operation operation_rows[];
extern const size_t operation_count;

#define ADDRESS                                                            \
	"{\"first_name\":\"Ada\",\"last_name\":\"Lovelace\",\"company\":\"\"," \
	"\"line1\":\"Unter den Linden 1\",\"line2\":\"\",\"city\":\"Berlin\"," \
	"\"region\":\"\",\"postal_code\":\"10117\",\"country\":\"DE\","        \
	"\"phone\":\"+49301234567\"}"
#define PRODUCT                                                           \
	"{\"name\":\"Thing $n\",\"slug\":\"thing-$n\",\"sku\":\"HOS-$n\","    \
	"\"price\":\"12.30\",\"compare_at_price\":\"15.00\",\"brand\":\"b\"," \
	"\"description\":\"d\",\"status\":\"draft\",\"category\":\"pens\","   \
	"\"weight_grams\":5,\"stock_on_hand\":3,"                            \
	"\"attributes\":{\"Colour\":\"red\"},\"images\":[]}"
#define CHOSEN                                                            \
	"{\"name\":\"Shirt $n\",\"slug\":\"shirt-$n\",\"status\":\"draft\"," \
	"\"options\":[{\"name\":\"Size\",\"values\":[\"S\",\"M\",\"L\"]}]," \
	"\"variants\":[{\"sku\":\"SHS-$n\",\"options\":{\"Size\":\"S\"},"   \
	"\"price\":\"9.00\"},{\"sku\":\"SHM-$n\",\"options\":{\"Size\":\"M\"}," \
	"\"price\":\"9.50\"}]}"
#define CATEGORY                                                          \
	"{\"name\":\"Kind $n\",\"slug\":\"kind-$n\",\"description\":\"d\","   \
	"\"parent\":\"kitchen\",\"position\":1}"

#define ATTRIBUTE                                                         \
	"{\"code\":\"$code\",\"name\":\"Colour\",\"kind\":\"colour\","       \
	"\"unit\":\"\",\"choices\":[{\"value\":\"navy\",\"label\":\"Navy\","   \
	"\"colour\":\"#001f3f\"}],\"is_filterable\":true,\"position\":1}"
#define TYPE                                                              \
	"{\"code\":\"$code\",\"name\":\"Mug $n\",\"attributes\":[]}"
#define PRICE_SCHEDULE                                                     \
	"{\"currency\":\"EUR\",\"amount\":\"8.00\","                       \
	"\"compare_at_amount\":\"12.30\","                                 \
	"\"starts_at\":\"2031-01-01T00:00:00Z\","                          \
	"\"ends_at\":\"2031-02-01T00:00:00Z\"}"

#define COLLECTION                                                        \
	"{\"slug\":\"set-$n\",\"name\":\"Set $n\",\"description\":\"d\","     \
	"\"kind\":\"manual\",\"rules\":{},\"is_published\":true,"             \
	"\"position\":1,\"seo_title\":\"t\",\"seo_description\":\"d\"}"
#define SYNONYM "{\"kind\":\"both\",\"terms\":[\"pot$n\",\"jug$n\"]}"

#define ROLE                                                              \
	"{\"name\":\"Role $n\",\"description\":\"d\","                       \
	"\"permissions\":[\"staff.write\"]}"

/* A text that nothing else here has. */
const char *fresh_number(void);

#endif
