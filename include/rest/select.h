/* rest/select.h - "fields=" and "expand=": which members an answer shows. */
#ifndef REST_SELECT_H
#define REST_SELECT_H

#include <stdbool.h>

#include <platform/db.h>
#include <rest/request.h>

/*
 * Each GET whose answer is written by a resource table (reply_row, reply_rows,
 * reply_page) takes, as a comma list or repeated,
 *   fields=id,name,category.slug  these members and no other; of a nested one
 *                                 only what is named behind the dot
 *   expand=variants,media         also these, which are FIELD_EXPAND
 * A FIELD_EXPAND member named in fields= is shown too. An unknown name is 400,
 * keyed by the parameter, with the names there are. Other methods always
 * answer all but what is FIELD_EXPAND.
 *
 * SQL follows with sections, in a :page template or any other statement:
 *   SELECT p.id, p.name
 *          [[expand:variants]], (SELECT json_agg(...) ...) AS variants [[end]]
 * stays in the statement when the answer shows the member `variants` (any
 * member of route->answer, FIELD_EXPAND or not) and falls out otherwise.
 * Sections do not nest; one member may have several (a column, a join). Each
 * combination is a statement of its own, prepared once: keep them few. A
 * parameter must stand outside of sections too, with its type ($2::text).
 */

/*
 * db_query() of a statement that has sections. On false the fault may be 400
 * of fields= or expand=.
 */
async bool query_shown(struct request *req, const struct query *query,
		       struct params params, struct rows *rows);

#endif
