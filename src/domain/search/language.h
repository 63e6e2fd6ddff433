/* language.h - what shoppers mean: synonyms, suggestions, misses. */
#ifndef SEARCH_LANGUAGE_H
#define SEARCH_LANGUAGE_H

#include <rest/listing.h>
#include <rest/request.h>

struct synonym_input {
	const char *kind;
	struct field_list terms;
};

extern const struct resource suggestions_resource;
extern const struct resource miss_resource;
extern const struct resource synonym_resource;
extern const struct listing miss_listing;
extern const struct listing synonym_listing;

async bool search_suggest(struct request *req);
async bool search_miss_list(struct request *req);
async bool synonym_list(struct request *req);
async bool synonym_show(struct request *req);
async bool synonym_create(struct request *req);
async bool synonym_update(struct request *req);
async bool synonym_delete(struct request *req);

/* Notes that nothing was found for the text. A report, no more: what goes
 * wrong with it is logged and does not spoil the answer. */
async void search_miss_note(struct work *w, const char *text);
/* Of the periodic: misses older than 90 days go. */
async bool search_misses_forget(struct work *w);

#endif
