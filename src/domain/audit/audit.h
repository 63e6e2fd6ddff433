/* audit.h - what the files of this room share. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <domain/audit.h>

/* Puts what was logged since into the chain. */
async bool audit_seal(struct work *w);

#endif
