/* multi.h - libcurl's transfers on the worker's loop. */
#ifndef PLATFORM_CLIENT_MULTI_H
#define PLATFORM_CLIENT_MULTI_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include <platform/work.h>

/* Which addresses a transfer may connect to. */
enum reach {
	REACH_ANY,
	REACH_PUBLIC,  /* the URL was given by a user */
	REACH_LOOPBACK /* unencrypted */
};

/* One transfer, on its fiber's stack; the handle is the caller's. */
struct transfer {
	CURL *easy;
	enum reach reach;
	bool is_refused; /* an address was out of reach */
	bool is_cut;	 /* the deadline of the work ended it */
	CURLcode result;
	char error[CURL_ERROR_SIZE];
};

bool multi_start(void);
/* Sets what all transfers have in common; false: out of memory. */
bool transfer_prepare(struct transfer *transfer, int connect_ms,
		      int64_t total_ms);
/* Runs it to its end, at the latest at the work's deadline. */
async void transfer_run(struct work *w, struct transfer *transfer,
			int64_t total_ms);

/* The same on a thread, for protocols that libcurl waits in. */
async void transfer_run_aside(struct work *w, struct transfer *transfer,
			      int64_t total_ms);

#endif
