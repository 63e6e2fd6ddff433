/* start.c - what must be right before any worker is forked. */
#include <platform/auth.h>

#include <sodium.h>
#include <stdio.h>

#include "auth.h"

bool auth_parent_start(void)
{
	if (sodium_init() < 0) {
		fprintf(stderr, "libsodium finds no source of randomness\n");
		return false;
	}
	return token_ring_load() && data_ring_load() &&
	       password_dummy_make();
}
