/* reviews.h - what the files of this room know of one another. */
#ifndef REVIEWS_H
#define REVIEWS_H

#include <domain/reviews.h>
#include <rest/listing.h>
#include <rest/request.h>

/* A review as its author sends it; NULL or 0 where PATCH leaves it out. */
struct review_input {
	int64_t rating; /* stars, 1 to 5 */
	const char *title;
	const char *body;
	const char *author;
};

struct vote_input {
	bool is_helpful;
};

struct report_input {
	const char *reason;
	const char *note;
};

struct judgement_input {
	const char *reason;
};

struct reply_input {
	const char *reply;
};

extern const struct choice review_states[];
extern const struct resource review_resource;	    /* for the public */
extern const struct resource own_review_resource;   /* for its author */
extern const struct resource staff_review_resource;
extern const struct resource staff_review_card_resource;
extern const struct resource vote_resource;
extern const struct resource report_resource;
extern const struct resource judgement_resource;
extern const struct resource reply_resource;

extern const struct fault_kind fault_no_review;

/* Handlers, by file. */
extern const struct listing review_listing;
extern const struct listing own_review_listing;
async bool review_list(struct request *req);
async bool review_create(struct request *req);
async bool review_list_own(struct request *req);
async bool review_show_own(struct request *req);
async bool review_update_own(struct request *req);
async bool review_delete_own(struct request *req);

async bool review_vote(struct request *req);
async bool review_vote_delete(struct request *req);
async bool review_report(struct request *req);

extern const struct listing staff_review_listing;
async bool review_list_staff(struct request *req);
async bool review_show_staff(struct request *req);
async bool review_accept(struct request *req);
async bool review_reject(struct request *req);
async bool review_reply(struct request *req);
async bool review_delete_staff(struct request *req);

#endif
