/* test_write_queries.c - what selects and pages answers means nothing to a
 * request that writes: it is done, and never refused after it was done. */
#include "operations.h"

#include <string.h>

/* All that a GET may be asked, and nothing of it sound. */
#define BOGUS                                                              \
	"?fields=bogus,id.bogus&expand=bogus&page=bogus&page_size=-1"      \
	"&limit=x&offset=x&cursor=bogus&ordering=bogus&search=%00"         \
	"&currency=bogus&q=%00&kind=bogus&status=bogus&is_dry_run=bogus"   \
	"&default_stock=bogus&count=bogus&bogus=1"

static void a_write_is_done_whatever_its_query_would_select(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target;
		struct answer *answer;

		if (strcmp(all[i].method, "GET") == 0)
			continue;
		target = target_of(&all[i]);
		answer = ask(0, all[i].method, fmt("%s%s", target.path, BOGUS),
			     &target.owner, target.body);
		if (answer->status != all[i].status)
			fail_msg("%s answered %d, not %d: %.300s", all[i].name,
				 answer->status, all[i].status, answer->body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_write_is_done_whatever_its_query_would_select),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
