/* data_export_job.c - makes the archive: what the plan in privacy_table finds
 * of an account, table by table, as one JSON object. */
#include "privacy.h"

#include <platform/config.h>
#include <platform/json.h>
#include <platform/text.h>
#include <queries.h>

enum { ARCHIVE_ROOM = 16384 };

async bool privacy_tell(struct work *w, const char *topic,
			const struct uuid *account, int64_t days)
{
	struct rows rows;

	return db_query(w, &q_privacy_mail, params(p_uuid(account), p_int(days)),
			&rows) &&
	       (rows.count == 0 || event_emit(w, topic, "account", account,
					      row_text(&rows, 0, 0)));
}

static async bool write_table(struct work *w, struct out *out,
			      const struct uuid *account, const char *name)
{
	struct rows rows;

	if (!db_query(w, &q_data_export_table,
		      params(p_uuid(account), p_text(name)), &rows))
		return false;
	out_key(out, name);
	out_raw(out, row_text(&rows, 0, 0), row_length(&rows, 0, 0));
	return true;
}

static async bool write_archive(struct work *w, struct text *archive,
				const struct uuid *account)
{
	struct rows plan;
	struct out out;

	text_init(archive, &w->arena, ARCHIVE_ROOM);
	out_init(&out, archive);
	out_object(&out);
	out_key(&out, "format");
	out_text(&out, "shopd data export 1");
	out_key(&out, "shop");
	out_text(&out, config->shop_name);
	out_key(&out, "data");
	out_object(&out);
	if (!db_query(w, &q_data_export_plan, no_params, &plan))
		return false;
	for (int i = 0; i < plan.count; i++)
		if (!write_table(w, &out, account, row_text(&plan, i, 0)))
			return false;
	out_object_end(&out);
	out_object_end(&out);
	return true;
}

static async bool make_step(struct work *w, void *argument)
{
	const struct uuid *id = argument;
	struct uuid account;
	struct text archive;
	struct rows rows;

	if (!db_query(w, &q_data_export_begin, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return true; /* made, given up, or gone with its account */
	account = row_uuid(&rows, 0, 0);
	return write_archive(w, &archive, &account) &&
	       db_query(w, &q_data_export_end,
			params(p_uuid(id), p_text(archive.bytes),
			       p_int(config->export_days)),
			NULL) &&
	       privacy_tell(w, "account.export_ready", &account,
			    config->export_days);
}

async enum job_verdict data_export_make(struct work *w,
					const struct json_t *payload)
{
	struct uuid id;

	if (!uuid_parse(json_text_at(payload, "export", ""), &id))
		return JOB_DEAD;
	return db_transact(w, make_step, &id) ? JOB_DONE : JOB_RETRY;
}
