/* reply_rows.h - parts of an answer that lists share. */
#ifndef REST_REPLY_ROWS_H
#define REST_REPLY_ROWS_H

#include <rest/request.h>

/* An empty JSON answer with room for that many bytes. */
void answer_begins(struct request *req, size_t room);
/* The first `count` rows as an array, by route->answer; or those, last one
 * first. */
struct selection;
void answer_rows(struct request *req, const struct rows *rows, int count,
		 bool is_reversed, const struct selection *selection);

#endif
