/* kore_door.h - Kore's headers; the names that clash with ours put aside. */
#ifndef PLATFORM_KORE_DOOR_H
#define PLATFORM_KORE_DOOR_H

#define http_header kore_http_header
#define http_status_text kore_http_status_text
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wundef"
#include <kore.h>
#include <http.h>
#include <hooks.h>
#pragma GCC diagnostic pop
#undef http_header
#undef http_status_text

#endif
