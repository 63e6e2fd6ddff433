/* link_http.c - which providers an account is linked to. */
#include "social.h"

#include <queries.h>

async bool social_identity_index(struct request *req)
{
	struct rows rows;

	return db_query(&req->http.work, &q_social_identity_list,
			params(p_uuid(&req->who.account)), &rows) &&
	       reply_rows(req, 200, &rows);
}

async bool social_link_begin(struct request *req)
{
	return social_begin(req, "key", &req->who.account);
}

/* Only the account that began it, from where it was begun. */
async bool social_link_finish(struct request *req)
{
	struct social_provider provider;
	struct social_person person;
	struct social_return in;
	struct social_link link = {
		.account = req->who.account,
		.provider = &provider,
		.person = &person,
	};

	if (!social_provider_of(req, "key", &provider) || !read_body(req, &in))
		return false;
	if (in.error)
		return social_refusal(req, &provider, &in, &link.account);
	return social_person_of(req, &provider, &in, &link.account, &person) &&
	       social_link(&req->http.work, &link) &&
	       reply_row(req, 201, &link.rows);
}

async bool social_identity_remove(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "key", &id) &&
	       social_unlink(&req->http.work, &req->who.account, &id) &&
	       reply_nothing(req);
}
