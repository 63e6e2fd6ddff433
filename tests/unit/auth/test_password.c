/* test_password.c - formats of hashes, and the threads that check them.
 * Vectors: argon2 by @noble/hashes 1.8, PBKDF2 by Python's hashlib. */
#include "../test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>
#include <platform/loop.h>

/* ---- a story on a fiber, with the loop turning below it ---- */

struct story {
	void (*tell)(struct work *w);
	bool is_over;
};

static void story_run(void *argument)
{
	struct story *story = argument;
	struct work w = {.fiber = fiber_current()};

	w.deadline = clock_monotonic() + 60 * SECOND;
	story->tell(&w);
	work_finish(&w);
}

static void story_over(void *argument)
{
	((struct story *)argument)->is_over = true;
}

static void tick(void *unused)
{
	(void)unused;
	fibers_tick();
	fibers_run();
}

static void on_fiber(void (*tell)(struct work *w))
{
	struct story story = {.tell = tell};

	assert_true(fiber_start(story_run, story_over, &story));
	if (!story.is_over)
		poll_loop_run(&story.is_over);
}

static int start(void **state)
{
	(void)state;
	assert_true(config_set("password_queue", "4"));
	loop_use(&poll_loop);
	assert_true(auth_parent_start());
	assert_true(auth_worker_start());
	loop_every(5, tick, NULL);
	return 0;
}

static bool verifies(struct work *w, const char *hash, const char *password,
		     bool *is_stale)
{
	bool matches;

	assert_true(password_verify(w, hash, password, &matches, is_stale));
	return matches;
}

static void tell_round_trip(struct work *w)
{
	const char *hash;
	const char *other;
	bool is_stale;

	assert_true(password_hash(w, "pässwörd ☃", &hash));
	assert_true(password_hash(w, "pässwörd ☃", &other));
	assert_string_not_equal(hash, other); /* salted */
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31),
			 0);
	assert_true(verifies(w, hash, "pässwörd ☃", &is_stale));
	assert_false(is_stale);
	assert_false(verifies(w, hash, "passwörd ☃", &is_stale));
	assert_false(verifies(w, hash, "", &is_stale));
}

static void a_hash_verifies_its_password_and_no_other(void **state)
{
	(void)state;
	on_fiber(tell_round_trip);
}

#define DJANGO_ARGON2                                                    \
	"argon2$argon2id$v=19$m=1024,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxMg$yIXLG2H" \
	"xJjStDTSdln7gvAf8kGWs1W8qAZRMCfhbsr8"
#define ARGON2_OF_FOUR_LANES                                             \
	"$argon2id$v=19$m=512,t=2,p=4$c2Vhc2FsdHNlYXNhbHQxMg$H/NWaZpFmO8Q2" \
	"gxdetuGck0+Twhkc9kvlsMp4x3LKv4"
#define DJANGO_PBKDF2                                                      \
	"pbkdf2_sha256$600$seasalt$g1vOq8Tt0jgfYOpES/3M5hSaMN2efaTNDAXJJO3kpY8="

static void tell_foreign(struct work *w)
{
	static const char *const hashes[] = {
		DJANGO_ARGON2, DJANGO_PBKDF2,
		ARGON2_OF_FOUR_LANES,
	};
	bool is_stale;

	for (size_t i = 0; i < 3; i++) {
		assert_true(verifies(w, hashes[i], "pässwörd ☃", &is_stale));
		assert_true(is_stale); /* to be replaced by ours */
		assert_false(verifies(w, hashes[i], "pässwörd", &is_stale));
	}
	assert_true(verifies(w, "pbkdf2_sha256$1000$Zq3bT9xWkL0pRs7uVyA1cd$3dk"
				"22EnuC0c6s4iiOSqPy4Rz/c3AI6Iy7AgbsOcPFWQ=",
			     "correct horse", &is_stale));
}

static void djangos_hashes_verify_and_are_to_be_replaced(void **state)
{
	(void)state;
	on_fiber(tell_foreign);
}

static void tell_weak(struct work *w)
{
	const char *hash;
	bool is_stale;

	assert_true(password_hash(w, "one", &hash));
	assert_true(config_set("password_passes", "3"));
	assert_true(verifies(w, hash, "one", &is_stale));
	assert_true(is_stale);
	assert_true(config_set("password_passes", "2"));
}

static void a_hash_of_other_parameters_is_stale(void **state)
{
	(void)state;
	on_fiber(tell_weak);
}

static void tell_broken(struct work *w)
{
	static const char *const broken[] = {
		"", "!", "password", "md5$salt$5f4dcc3b", "argon2$", "argon2$x",
		"$argon2id$", "$argon2i$v=19$m=1024,t=2,p=1$c2FsdA$aGFzaA",
		("$argon2id$v=19$m=4194304,t=2,p=1$c2Vhc2FsdHNlYXNhbHQxMg$aZ8S7o"
		"CN/FlsbjnDYH8bQ3x/7v1RshVB5OlMB6cI9WI"),
		"$argon2id$v=19$m=1024,t=2,p=1$c2Vhc2FsdHNlYXNhbHQxMg$",
		"pbkdf2_sha256$", "pbkdf2_sha256$1$salt",
		("pbkdf2_sha256$0$seasalt$g1vOq8Tt0jgfYOpES/3M5hSaMN2efaTNDAXJJO"
		"3kpY8="),
		("pbkdf2_sha256$999999999$seasalt$g1vOq8Tt0jgfYOpES/3M5hSaMN2efa"
		"TNDAXJJO3kpY8="),
		("pbkdf2_sha256$600$seasalt$g1vOq8Tt0jgfYOpES/3M5hSaMN2efaTNDAXJ"
		"JO3kpY8"),
		("pbkdf2_sha256$600$seasalt$!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
		"!!!!!!!!!"),
	};
	bool is_stale;

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		assert_false(verifies(w, broken[i], "pässwörd ☃", &is_stale));
		assert_false(verifies(w, broken[i], "", &is_stale));
	}
}

static void a_broken_or_too_dear_hash_never_matches(void **state)
{
	(void)state;
	on_fiber(tell_broken);
}

static int64_t cost_of(struct work *w, const char *hash)
{
	int64_t from = clock_monotonic();
	bool is_stale;

	assert_false(verifies(w, hash, "wrong", &is_stale));
	return clock_monotonic() - from;
}

/* By the quickest of each, taken in turn: a busy machine slows some down. */
static void tell_nobody(struct work *w)
{
	const char *hash;
	int64_t somebody = INT64_MAX;
	int64_t nobody = INT64_MAX;

	assert_true(password_hash(w, "right", &hash));
	for (int i = 0; i < 40; i++) {
		int64_t with = cost_of(w, hash);
		int64_t without = cost_of(w, NULL);

		somebody = with < somebody ? with : somebody;
		nobody = without < nobody ? without : nobody;
		if (i >= 4 && nobody < somebody * 2 && somebody < nobody * 2)
			break;
	}
	print_message("wrong password %.1f ms, nobody %.1f ms\n",
		      (double)somebody / 1000, (double)nobody / 1000);
	assert_true(nobody < somebody * 2 && somebody < nobody * 2);
}

static void nobody_costs_as_much_as_a_wrong_password(void **state)
{
	(void)state;
	on_fiber(tell_nobody);
}

/* ---- many at once ---- */

static struct {
	int ended, hashed, refused, abandoned;
	int64_t deadline;
} crowd;
static bool crowd_is_over;

static void one_of_crowd(void *unused)
{
	struct work w = {.fiber = fiber_current()};
	const char *hash;

	(void)unused;
	w.deadline = clock_monotonic() + crowd.deadline;
	if (password_hash(&w, "crowd", &hash)) {
		crowd.hashed++;
	} else {
		assert_int_equal(w.fault.kind->status, 503);
		assert_true(w.fault.retry_after > 0);
		crowd.refused++;
	}
	work_finish(&w);
}

static void one_has_ended(void *unused)
{
	(void)unused;
	crowd_is_over = ++crowd.ended == 12;
}

static void gather(int64_t deadline)
{
	memset(&crowd, 0, sizeof(crowd));
	crowd.deadline = deadline;
	crowd_is_over = false;
	for (int i = 0; i < 12; i++)
		assert_true(fiber_start(one_of_crowd, one_has_ended, NULL));
	poll_loop_run(&crowd_is_over);
}

static void past_its_queue_the_pool_refuses_at_once(void **state)
{
	(void)state;
	gather(60 * SECOND);
	/* Four wait; a thread may have taken a fifth while they came. */
	assert_in_range(crowd.hashed, 4, 6);
	assert_int_equal(crowd.hashed + crowd.refused, 12);
	assert_int_equal(password_queue_length(), 0);
}

static void one_who_gives_up_leaves_nothing_behind(void **state)
{
	(void)state;
	gather(1 * MILLISECOND);
	assert_int_equal(crowd.refused, 12);
	/* The threads still work on what nobody waits for; then all goes on. */
	for (int i = 0; i < 500 && password_queue_length() > 0; i++)
		usleep(10000);
	assert_int_equal(password_queue_length(), 0);
	on_fiber(tell_round_trip);
}

static void hex_and_constant_time_comparison_hold(void **state)
{
	uint8_t bytes[3];
	char hex[7];

	(void)state;
	hex_encode("\x00\xff\x1a", 3, hex);
	assert_string_equal(hex, "00ff1a");
	assert_true(hex_decode("00FF1a", bytes, 3));
	assert_true(bytes_equal(bytes, "\x00\xff\x1a", 3));
	assert_false(bytes_equal(bytes, "\x00\xff\x1b", 3));
	assert_false(hex_decode("00ff1", bytes, 3));
	assert_false(hex_decode("00ff1a00", bytes, 3));
	assert_false(hex_decode("00fg1a", bytes, 3));
	assert_false(hex_decode("", bytes, 3));
}

/* RFC 4231 case 2; FIPS 180-2 "abc". */
static void hashes_are_those_of_the_standards(void **state)
{
	uint8_t out[32];
	char hex[65];

	(void)state;
	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
	hex_encode(out, 32, hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d273"
				 "9839dec58b964ec3843");
	sha256("abc", 3, out);
	hex_encode(out, 32, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177"
				 "a9cb410ff61f20015ad");
}

static void secrets_differ_and_have_43_plain_characters(void **state)
{
	char a[SECRET_TEXT_SIZE];
	char b[SECRET_TEXT_SIZE];

	(void)state;
	secret_make(a);
	secret_make(b);
	assert_int_equal(strlen(a), 43);
	assert_int_equal(strspn(a, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
				   "RSTUVWXYZ0123456789-_"),
			 43);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_verifies_its_password_and_no_other),
		cmocka_unit_test(djangos_hashes_verify_and_are_to_be_replaced),
		cmocka_unit_test(a_hash_of_other_parameters_is_stale),
		cmocka_unit_test(a_broken_or_too_dear_hash_never_matches),
		cmocka_unit_test(nobody_costs_as_much_as_a_wrong_password),
		cmocka_unit_test(past_its_queue_the_pool_refuses_at_once),
		cmocka_unit_test(one_who_gives_up_leaves_nothing_behind),
		cmocka_unit_test(hex_and_constant_time_comparison_hold),
		cmocka_unit_test(hashes_are_those_of_the_standards),
		cmocka_unit_test(secrets_differ_and_have_43_plain_characters),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
