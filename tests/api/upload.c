/* upload.c - pictures sent to the shop. */
#include "upload.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#define UPLOADS "/api/v1/admin/uploads/"

struct caller by_staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

struct caller staff_with(const struct answer *answer)
{
	struct caller caller = by_staff();

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return caller;
}

static size_t collect(char *bytes, size_t size, size_t count, void *argument)
{
	struct answer *answer = argument;
	char *all = realloc((char *)(uintptr_t)answer->body,
			    answer->length + size * count + 1);

	memcpy(all + answer->length, bytes, size * count);
	answer->length += size * count;
	all[answer->length] = '\0';
	answer->body = all;
	return size * count;
}

static struct answer *send_all(int status, CURL *curl, struct curl_slist *list)
{
	struct answer *answer = calloc(1, sizeof(*answer));
	long told = 0;

	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &told);
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	answer->status = (int)told;
	answer->headers = "";
	if (answer->body == NULL)
		answer->body = "";
	answer->json = json_loads(answer->body, JSON_DECODE_ANY, NULL);
	if (status != 0 && answer->status != status)
		fail_msg("the upload answered %d, not %d: %.1500s",
			 answer->status, status, answer->body);
	return answer;
}

static struct curl_slist *headers(const char *type)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	list = curl_slist_append(list, fmt("Authorization: Bearer %s",
					   the_staff()));
	return type == NULL ? list
			    : curl_slist_append(list, fmt("Content-Type: %s",
							  type));
}

struct answer *send_bytes(int status, const char *path, const char *type,
			  const char *bytes, size_t length)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL,
			 fmt("%s%s", shop_url(), *path ? path : UPLOADS));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes);
	return send_all(status, curl, headers(type));
}

struct answer *upload(int status, const char *type, struct picture picture)
{
	return send_bytes(status, "", type, picture.bytes, picture.length);
}

struct answer *upload_form(int status, const char *type, struct picture picture,
			   const char *alt)
{
	CURL *curl = curl_easy_init();
	curl_mime *form = curl_mime_init(curl);
	curl_mimepart *part = curl_mime_addpart(form);
	struct answer *answer;

	curl_mime_name(part, "file");
	curl_mime_data(part, picture.bytes, picture.length);
	curl_mime_filename(part, "../../../etc/passwd\".php");
	curl_mime_type(part, type);
	if (alt != NULL) {
		part = curl_mime_addpart(form);
		curl_mime_name(part, "alt");
		curl_mime_data(part, alt, CURL_ZERO_TERMINATED);
	}
	curl_easy_setopt(curl, CURLOPT_URL, fmt("%s" UPLOADS, shop_url()));
	curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
	answer = send_all(status, curl, headers(NULL));
	curl_mime_free(form);
	return answer;
}

struct answer *settled(const struct answer *uploaded)
{
	const char *path = fmt(MEDIA "%s/", text_at(uploaded, "id"));
	const struct caller caller = by_staff();
	const struct timespec rest = {0, 50000000};

	for (int i = 0; i < 1200; i++) {
		struct answer *now = ask(200, "GET", path, &caller, NULL);

		if (strcmp(text_at(now, "state"), "processing") != 0)
			return now;
		nanosleep(&rest, NULL);
	}
	fail_msg("%s is still processing", path);
	return NULL;
}

struct answer *a_ready_picture(int width, int height, const char *alt)
{
	struct picture picture = a_picture(".jpg", width, height);
	/* Not the bytes of another test's: words behind the picture's end. */
	const char *words = fmt("%ld %ld", random(), (long)time(NULL));
	struct answer *media;

	picture = joined(picture, words, strlen(words));
	media = settled(upload_form(201, "image/jpeg", picture, alt));
	assert_string_equal(text_at(media, "state"), "ready");
	return media;
}

const char *url_of(const struct answer *media)
{
	return text_at(media, "renditions.0.url");
}
