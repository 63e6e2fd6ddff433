/* aside.c - a transfer on a thread of its own. libcurl's SMTP waits for the
 * answer to DATA, and to QUIT, inside the library (smtp_block_statemach): on
 * the loop it would hold the worker for as long as the server thinks. */
#include "multi.h"

#include <platform/clock.h>
#include <platform/offload.h>

static void perform(void *argument)
{
	struct transfer *transfer = argument;

	transfer->result = curl_easy_perform(transfer->easy);
}

async void transfer_run_aside(struct work *w, struct transfer *transfer,
			      int64_t total_ms)
{
	int64_t left = total_ms;

	if (w->deadline != 0)
		left = (w->deadline - clock_monotonic()) / MILLISECOND;
	if (left > total_ms)
		left = total_ms;
	/* The thread cannot be called off: curl's own clock ends it. */
	curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS,
			 (long)(left > 1 ? left : 1));
	if (!offload_at_once(perform, transfer))
		transfer->result = CURLE_OUT_OF_MEMORY;
}
