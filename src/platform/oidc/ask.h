/* ask.h - one question to a login provider, for the files of this room. */
#ifndef OIDC_ASK_H
#define OIDC_ASK_H

#include <stdbool.h>

#include <platform/client.h>

async void oidc_send(struct work *w, const struct client_request *request,
		     struct client_answer *answer);
/* In the log; the URL without its query. */
void oidc_complain(const char *url, const struct client_answer *answer);
/* 503; always false. */
bool oidc_refuse(struct work *w);

#endif
