/* openapi.h - the parts of the OpenAPI document. */
#ifndef REST_OPENAPI_H
#define REST_OPENAPI_H

#include <stdbool.h>

#include <platform/text.h>
#include <rest/room.h>

struct error_response {
	int status; /* 0 ends the table */
	const char *name;
	const char *schema;
	const char *description;
};
extern const struct error_response error_responses[];

/* Every route that is not hidden, in the order of the rooms. */
void routes_each(const struct room *const *list,
		 void (*visit)(const struct route *route, void *argument),
		 void *argument);
/* The 403 of routes that need a step-up. */
bool response_is_of_step_up(const struct error_response *response);
/* Whether this route, or any of its kind, may answer so. */
bool route_may_answer(const struct route *route,
		      const struct error_response *response);
/* A header of components/headers, as a member. */
void openapi_header_use(struct out *out, const char *header, const char *name);
void openapi_text_member(struct out *out, const char *key, const char *value);
/* Members of an operation. */
void openapi_parameters_write(struct out *out, const struct route *route);
void openapi_body_write(struct out *out, const struct route *route);
void openapi_answers_write(struct out *out, const struct route *route);
void openapi_tags_write(struct out *out, const struct room *const *list);

#endif
