/* markup.h - texts of other people's catalogues, made plain. Never waits. */
#ifndef TRANSFER_MARKUP_H
#define TRANSFER_MARKUP_H

#include <platform/arena.h>

/* HTML's character references as UTF-8; unknown ones stay as they are. */
char *markup_decode(struct arena *arena, const char *text);
/* In place, without white space at both ends. */
char *markup_trim(char *text);

enum { MARKUP_PAIRS_MAX = 100 };
struct markup_pair {
	const char *name;
	const char *value;
};
/* The pairs of {"product_specification"=>[{"key"=>"Fabric", "value"=>"Cotton"},
 * ...]}; how many. A value without key joins the one named "Other"; what is
 * behind a broken place is left out. */
size_t markup_pairs(struct arena *arena, const char *ruby,
		    struct markup_pair pairs[MARKUP_PAIRS_MAX]);
/* At most so many letters of it. */
const char *markup_cut(struct arena *arena, const char *text, size_t most);

#endif
