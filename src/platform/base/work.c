/* work.c - the first fault of a unit of work is the one that counts. */
#include <platform/work.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct fault_kind fault_internal = {
	500, "error", "A server error occurred."};
const struct fault_kind fault_unavailable = {
	503, "unavailable", "Service temporarily unavailable, try again later."};
const struct fault_kind fault_not_found = {404, "not_found", "Not found."};
const struct fault_kind fault_invalid = {400, "invalid", "Invalid input."};
const struct fault_kind fault_forbidden = {
	403, "permission_denied",
	"You do not have permission to perform this action."};

bool refuse(struct work *w, const struct fault_kind *kind, const char *format,
	    ...)
{
	va_list list;

	if (w->fault.kind != NULL)
		return false;
	w->fault.kind = kind;
	w->fault.detail[0] = '\0';
	if (format != NULL) {
		va_start(list, format);
		vsnprintf(w->fault.detail, sizeof(w->fault.detail), format, list);
		va_end(list);
	}
	return false;
}

/* fault.body belongs to the arena (arena_defer), so nothing is freed here. */
void forgive(struct work *w)
{
	w->fault = (struct fault){0};
}

void work_finish(struct work *w)
{
	forgive(w);
	arena_finish(&w->arena);
}

void work_part(struct work *w, struct work *part)
{
	*part = (struct work){.fiber = w->fiber,
			      .deadline = w->deadline,
			      .transaction = w->transaction};
	memcpy(part->id, w->id, sizeof(part->id));
}

bool work_part_end(struct work *w, struct work *part, bool done)
{
	w->statements += part->statements;
	if (w->fault.kind == NULL && part->fault.kind != NULL) {
		w->fault = part->fault;
		w->fault.body = NULL;
	}
	work_finish(part);
	return done;
}
