/* markup.h - texts of other people's catalogues, made plain. Never waits. */
#ifndef CATALOG_MARKUP_H
#define CATALOG_MARKUP_H

#include <platform/arena.h>

/* HTML's character references as UTF-8; unknown ones stay as they are. */
char *markup_decode(struct arena *arena, const char *text);
/* In place, without white space at both ends. */
char *markup_trim(char *text);
/* {"product_specification"=>[{"key"=>"Fabric", "value"=>"Cotton"}, ...]} as a
 * JSON object of texts. A value without key joins the member "Other"; what is
 * behind a broken place is left out. */
const char *ruby_attributes(struct arena *arena, const char *ruby);

#endif
