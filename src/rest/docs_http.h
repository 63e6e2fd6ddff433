/* docs_http.h - handlers of the documentation, for the table of the room. */
#ifndef REST_DOCS_HTTP_H
#define REST_DOCS_HTTP_H

#include <rest/request.h>

async bool docs_schema_show(struct request *req);
async bool docs_plain_show(struct request *req);
async bool docs_show(struct request *req);
async bool docs_asset_show(struct request *req);

#endif
