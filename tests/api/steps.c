/* steps.c - what many stories begin with. */
#include "authenticator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *sql(const char *format, ...)
{
	static char answer[65536];
	va_list list;
	char *statement;
	char name[] = "/tmp/shopd-sql.XXXXXX";
	FILE *out;
	int file = mkstemp(name);

	va_start(list, format);
	if (file < 0 || vdprintf(file, format, list) < 0)
		abort();
	va_end(list);
	close(file);
	statement = (char *)fmt("psql -X -q -v ON_ERROR_STOP=1 -At -d '%s' -f %s",
				getenv("SHOPD_DATABASE_URL"), name);
	out = popen(statement, "r");
	answer[0] = '\0';
	if (fgets(answer, sizeof(answer), out) == NULL)
		answer[0] = '\0';
	while (fgetc(out) != EOF)
		;
	if (pclose(out) != 0)
		fail_msg("psql failed");
	unlink(name);
	answer[strcspn(answer, "\n")] = '\0';
	return fmt("%s", answer);
}

const char *printed_by(const char *command, int *code)
{
	FILE *pipe = popen(fmt("{ %s; } 2>&1", command), "r");
	size_t size = 0;
	char *line = NULL;
	char *all = NULL;
	FILE *kept = open_memstream(&all, &size);
	const char *printed;
	size_t room = 0;
	int status;

	if (pipe == NULL || kept == NULL)
		abort();
	while (getline(&line, &room, pipe) > 0)
		if (strncmp(line, "==", 2) != 0)
			fputs(line, kept);
	fclose(kept);
	free(line);
	status = pclose(pipe);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	printed = fmt("%s", all);
	free(all);
	return printed;
}

void until_sql(int seconds, const char *expected, const char *statement)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	const char *found = "";

	for (int i = 0; i < seconds * 20; i++) {
		found = sql("%s", statement);
		if (strcmp(found, expected) == 0)
			return;
		nanosleep(&pause, NULL);
	}
	fail_msg("after %d s still \"%s\", not \"%s\": %s", seconds, found,
		 expected, statement);
}

static const char *login(const char *email, const char *password)
{
	return text_at(askf(200, "POST", "/api/v1/auth/token/", &nobody,
			    "{\"email\":\"%s\",\"password\":\"%s\"}", email,
			    password),
		       "access");
}

const char *a_customer(void)
{
	static unsigned number;
	const char *email = fmt("c%d-%u@example.com", (int)getpid(), number++);

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", email);
	return login(email, "lantern-quiet-47");
}

const char *the_staff(void)
{
	static struct member staff = {.email = "staff@example.com"};
	const char *demanded = getenv("SHOPD_STAFF_SECOND_FACTOR");

	if (staff.access != NULL)
		return staff.access;
	staff.access = login(staff.email, "demo-staff-1");
	if (demanded != NULL && strcmp(demanded, "on") == 0)
		protect(&staff);
	return staff.access;
}

static const char address[] =
	"{\"first_name\":\"Ada\",\"last_name\":\"Lovelace\","
	"\"line1\":\"Unter den Linden 1\",\"city\":\"Berlin\","
	"\"postal_code\":\"10117\",\"country\":\"DE\","
	"\"phone\":\"+49301234567\"}";

struct cart a_cart_ready_to_pay(const char *bearer, const char *product,
				int quantity)
{
	struct caller caller = {.bearer = bearer, .key = ""};
	struct cart cart;
	struct answer *answer;

	if (product == NULL)
		product = text_at(ask(200, "GET",
				      "/api/v1/products/?ordering=price&in_stock=true",
				      &nobody, NULL),
				  "results.0.slug");
	answer = ask(201, "POST", "/api/v1/carts/", &caller,
		     "{\"email\":\"buyer@example.com\"}");
	cart.id = text_at(answer, "id");
	caller.cart_token = text_at(answer, "token");
	cart.caller = caller;
	askf(201, "POST", fmt("/api/v1/carts/%s/items/", cart.id), &caller,
	     "{\"product\":\"%s\",\"quantity\":%d}", product, quantity);
	ask(200, "PUT", fmt("/api/v1/carts/%s/shipping-address/", cart.id),
	    &caller, address);
	answer = ask(200, "GET", fmt("/api/v1/carts/%s/shipping-rates/", cart.id),
		     &caller, NULL);
	answer = askf(200, "PUT", fmt("/api/v1/carts/%s/shipping-method/", cart.id),
		      &caller, "{\"rate\":\"%s\"}", text_at(answer, "0.id"));
	cart.total = text_at(answer, "total");
	return cart;
}
