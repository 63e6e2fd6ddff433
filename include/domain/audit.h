/* domain/audit.h - the log of what staff and keys do. Rows come by themselves:
 * src/rest/audit.c and the triggers of sql/schema/188_audit.sql. */
#ifndef DOMAIN_AUDIT_H
#define DOMAIN_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/work.h>

/* What is known of the chain so far. */
struct audit_check {
	int64_t checked;  /* rows that are as they were written */
	int64_t erased;	  /* of them, those whose change was erased by law */
	int64_t last_seq; /* begin with 0 */
	const char *last_hash; /* hex; begin with NULL */
	bool is_over;
	int64_t flaw_seq; /* the first row that is not; 0: none */
	const char *flaw; /* "missing" or "altered"; NULL: none */
};

/* Goes on with the next `most` rows. False only for a fault. */
async bool audit_check_on(struct work *w, struct audit_check *check, int most);

/* What follows in this work is done by whoever runs that command, and is
 * logged as his: `action` is such as "user.create". Sets w->actor. */
async bool audit_command(struct work *w, const char *action,
			 const char *target);

#endif
