/* media.h - what the parts of this room know of each other. */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include <domain/media.h>
#include <platform/jobs.h>
#include <rest/listing.h>
#include <rest/request.h>

enum { ALT_MAX = 500 };

/* media_wire.c */
struct media_input {
	const char *alt;
};
struct attached_input {
	struct uuid media;
	struct uuid variant;
};
struct product_media_input {
	struct field_list items; /* struct attached_input */
};
extern const struct resource media_resource;
extern const struct resource product_media_resource;
extern const struct listing media_listing;

/* upload_read.c: what was uploaded, taken out of the request. */
struct upload {
	const char *bytes;
	size_t length;
	const char *type; /* as declared; "" when it was not */
	const char *alt;
};
/* 400 or 415 else. */
bool upload_read(struct request *req, struct upload *upload);

/* upload_http.c */
async bool media_upload(struct request *req);

/* media_http.c */
async bool media_list(struct request *req);
async bool media_show(struct request *req);
async bool media_update(struct request *req);
async bool media_delete(struct request *req);
/* Answers the picture as it stands. */
async bool media_answer(struct request *req, int status, const struct uuid *id);
extern const struct fault_kind alt_required;

/* attach_http.c */
async bool product_media_show(struct request *req);
async bool product_media_put(struct request *req);

/* serve_http.c */
async bool media_serve(struct request *req);

/* render_job.c */
async enum job_verdict render_run(struct work *w, const struct json_t *payload);
async bool render_add(struct work *w, const struct uuid *id);

/* sweep.c: what nobody needs any more. */
async enum job_verdict remove_run(struct work *w, const struct json_t *payload);
async bool remove_add(struct work *w, const char *json_names);
async bool sweep_files(struct work *w);
async bool sweep_unused(struct work *w);
async bool sweep_waiting(struct work *w);
async bool place_follow(struct work *w);

#endif
