/* rest/service.h - the REST layer as the server's http_service. */
#ifndef REST_SERVICE_H
#define REST_SERVICE_H

#include <platform/http.h>
#include <rest/room.h>

/* Checks the tables (a route without access, a duplicate, a bad template):
 * false with a sentence on stderr for each. */
bool rest_start(const struct room *const *rooms);
extern const struct http_service rest_service;
/* /healthz/, /readyz/, /version/, /metrics, the API's root, its OpenAPI file
 * and its documentation; and the table of idempotency keys. */
extern const struct room rest_room;
/* The whole OpenAPI 3.1 document, pretty-printed, on stdout. */
bool openapi_print(const struct room *const *rooms);
void routes_print(const struct room *const *rooms);

#endif
