/* address.h - which addresses a URL of a user's may lead to. Pure. */
#ifndef PLATFORM_CLIENT_ADDRESS_H
#define PLATFORM_CLIENT_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

/* Of the public internet (IANA special-purpose registries, RFC 6890): not
 * private, loopback, link-local, multicast, reserved, nor such an IPv4 address
 * inside an IPv6 one. */
bool address_is_public(const struct sockaddr *address);
bool address_is_loopback(const struct sockaddr *address);
/* "localhost", 127.0.0.0/8 or ::1 as text, with or without brackets. */
bool host_is_loopback(const char *host);

#endif
