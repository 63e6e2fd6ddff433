/* audit_http.c - staff read the log, and have its chain checked. */
#include "audit.h"

#include <platform/json.h>
#include <rest/listing.h>
#include <rest/lookups.h>
#include <rest/room.h>
#include <queries.h>

enum { CHECK_MOST = 2000 };

static const struct choice kinds[] = {
	{"action", "Was asked for"},
	{"change", "A row changed"},
	{"read", "Personal data was shown"},
	{0},
};
static const struct choice actors[] = {
	{"staff", "A member of staff"},
	{"key", "An API key"},
	{"command", "A command on the server"},
	{0},
};

#define SHOWN(field_name, field_type, more, sentence)            \
	{.name = (field_name), .type = (field_type),             \
	 .flags = FIELD_READ_ONLY | (more), .help = (sentence)}
static const struct field fields[] = {
	SHOWN("id", FIELD_UUID, 0, "Identifies the entry."),
	SHOWN("seq", FIELD_INTEGER, FIELD_NULLABLE,
	      "Its place in the chain; null for some seconds."),
	SHOWN("at", FIELD_TIME, 0, "When it was written."),
	{.name = "kind", .type = FIELD_CHOICE, .flags = FIELD_READ_ONLY,
	 .choices = kinds,
	 .help = "Something asked for, a changed row, or a read of personal "
		 "data."},
	{.name = "actor_kind", .type = FIELD_CHOICE, .flags = FIELD_READ_ONLY,
	 .choices = actors, .help = "What kind of caller it was."},
	SHOWN("actor_id", FIELD_UUID, FIELD_NULLABLE, "The account or key."),
	SHOWN("actor", FIELD_TEXT, 0, "Its e-mail address or name today."),
	SHOWN("request_id", FIELD_TEXT, 0,
	      "X-Request-Id; entries of one request share it."),
	SHOWN("address", FIELD_TEXT, 0, "From where."),
	SHOWN("action", FIELD_TEXT, 0, "The operation's name."),
	SHOWN("object_type", FIELD_TEXT, 0,
	      "The table of the row; of what was asked for, the method."),
	SHOWN("object_id", FIELD_TEXT, 0,
	      "The row; of what was asked for, the path."),
	SHOWN("before", FIELD_MAP, FIELD_NULLABLE,
	      "What changed, as it was; secrets are hidden."),
	SHOWN("after", FIELD_MAP, FIELD_NULLABLE, "The same as it is then."),
	SHOWN("is_erased", FIELD_BOOLEAN, 0,
	      "Before and after were erased with a customer's data."),
	SHOWN("hash", FIELD_TEXT, FIELD_NULLABLE,
	      "SHA-256 over this entry and the hash of the one before."),
	{0},
};
static const struct resource entry_resource = {
	.name = "AuditEntry", .fields = fields,
	.help = "Something that staff, a key or a command did."};

static const struct filter filters[] = {
	{"kind", FIELD_CHOICE, FILTER_LIST, "l.kind = ANY ($?)",
	 .choices = kinds, .help = "Of these kinds."},
	{"actor_kind", FIELD_CHOICE, FILTER_LIST, "l.actor_kind = ANY ($?)",
	 .choices = actors, .help = "By these kinds of callers."},
	{"actor_id", FIELD_UUID, 0, "l.actor_id = $?",
	 .help = "By this account or key."},
	{"request_id", FIELD_TEXT, 0, "l.request_id = $? AND l.request_id <> ''",
	 .help = "Of this request."},
	{"action", FIELD_TEXT, 0, "l.action = $?", .help = "This operation."},
	{"object_type", FIELD_TEXT, 0, "l.object_type = $?",
	 .help = "Rows of this table."},
	{"object_id", FIELD_TEXT, 0, "l.object_id = $?",
	 .help = "This row."},
	{"at__gte", FIELD_TIME, 0, "l.at >= $?", .help = "Not before this."},
	{"at__lt", FIELD_TIME, 0, "l.at < $?", .help = "Before this."},
	{0},
};
/* Ids are made by time. */
static const struct ordering orderings[] = {
	{"id", "l.id"},
	{0},
};
static const struct listing listing = {
	.query = &q_audit_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-id",
	.tie_break = "l.id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

static async bool audit_list(struct request *req)
{
	return reply_page(req, &listing, no_params);
}

static async bool audit_show(struct request *req)
{
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       db_query(&req->http.work, &q_audit_find, params(p_uuid(&id)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

static const struct field check_fields[] = {
	SHOWN("is_intact", FIELD_BOOLEAN, 0, "Nothing is missing or altered."),
	SHOWN("checked", FIELD_INTEGER, 0, "Entries that are as written."),
	SHOWN("erased", FIELD_INTEGER, 0,
	      "Of them, those whose change was erased with a customer's data."),
	SHOWN("last_seq", FIELD_INTEGER, 0, "The last good one."),
	SHOWN("last_hash", FIELD_TEXT, 0,
	      "Its hash: keep it elsewhere to notice a chain made anew."),
	SHOWN("flaw_seq", FIELD_INTEGER, FIELD_NULLABLE,
	      "The place of the first flaw."),
	SHOWN("flaw", FIELD_TEXT, FIELD_NULLABLE, "missing or altered."),
	{0},
};
static const struct resource check_resource = {
	.name = "AuditVerification", .fields = check_fields,
	.help = "What became of the chain."};

static bool reply_check(struct request *req, const struct audit_check *check)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "is_intact");
	out_bool(&out, check->flaw == NULL);
	out_key(&out, "checked");
	out_int(&out, check->checked);
	out_key(&out, "erased");
	out_int(&out, check->erased);
	out_key(&out, "last_seq");
	out_int(&out, check->last_seq);
	out_key(&out, "last_hash");
	out_text(&out, check->last_hash);
	out_key(&out, "flaw_seq");
	if (check->flaw)
		out_int(&out, check->flaw_seq);
	else
		out_null(&out);
	out_key(&out, "flaw");
	if (check->flaw)
		out_text(&out, check->flaw);
	else
		out_null(&out);
	out_object_end(&out);
	return reply(req, 200);
}

static async bool audit_verification(struct request *req)
{
	struct audit_check check = {0};

	do {
		if (!audit_check_on(&req->http.work, &check, CHECK_MOST))
			return false;
	} while (!check.is_over);
	return reply_check(req, &check);
}

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/admin/audit-log/", audit_list, ACCESS_STAFF,
	 PERMISSION_AUDIT_READ, .answer = &entry_resource, .listing = &listing,
	 .shows_personal = true, .budget = 2, .name = "admin_audit_list",
	 .summary = "What staff, keys and commands did; the newest first."},
	{METHOD_GET, "/api/v1/admin/audit-log/verify/", audit_verification,
	 ACCESS_STAFF, PERMISSION_AUDIT_READ, .answer = &check_resource,
	 .budget = 1000, .name = "admin_audit_verify",
	 .summary = "Follows the chain of hashes: is an entry altered or "
		    "missing?"},
	{METHOD_GET, "/api/v1/admin/audit-log/{id}/", audit_show, ACCESS_STAFF,
	 PERMISSION_AUDIT_READ, .answer = &entry_resource,
	 .shows_personal = true, .budget = 1, .name = "admin_audit_retrieve",
	 .summary = "One entry."},
	{0},
};

static const struct periodic periodics[] = {
	{"audit.seal", 1000, audit_seal},
	{0},
};

const struct room audit_room = {
	.name = "audit",
	.routes = routes,
	.periodics = periodics,
};
