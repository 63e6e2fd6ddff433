/* clock.c - the two clocks, and ISO 8601 as DRF writes and reads it. */
#include <platform/clock.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t set_wall = -1;
static int64_t set_monotonic = -1;

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SECOND + now.tv_nsec / 1000;
}

int64_t clock_wall(void)
{
	return set_wall >= 0 ? set_wall : read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return set_monotonic >= 0 ? set_monotonic : read_clock(CLOCK_MONOTONIC);
}

void clock_set(int64_t wall, int64_t monotonic)
{
	set_wall = wall;
	set_monotonic = monotonic;
}

void time_format(int64_t wall, char text[TIME_TEXT_SIZE])
{
	int64_t fraction = wall % SECOND;
	time_t seconds = (time_t)(wall / SECOND);
	struct tm tm;
	size_t length;

	if (fraction < 0) {
		fraction += SECOND;
		seconds--;
	}
	gmtime_r(&seconds, &tm);
	length = strftime(text, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction != 0)
		length += (size_t)snprintf(text + length, TIME_TEXT_SIZE - length,
					   ".%06d", (int)fraction);
	snprintf(text + length, TIME_TEXT_SIZE - length, "Z");
}

/* Exactly `count` digits within low..high. */
static bool digits(const char **at, int count, int low, int high, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return *number >= low && *number <= high;
}

static bool skip(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool parse_date(const char **at, struct tm *tm)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	int year;
	int last;

	if (!digits(at, 4, 1, 9999, &year) || !skip(at, '-') ||
	    !digits(at, 2, 1, 12, &tm->tm_mon) || !skip(at, '-') ||
	    !digits(at, 2, 1, 31, &tm->tm_mday))
		return false;
	last = days[tm->tm_mon - 1];
	if (tm->tm_mon == 2 &&
	    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		last = 29;
	tm->tm_year = year - 1900;
	tm->tm_mon--;
	return tm->tm_mday <= last;
}

static bool parse_fraction(const char **at, int64_t *microseconds)
{
	int64_t unit = SECOND / 10;

	if (!skip(at, '.') && !skip(at, ','))
		return true;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10)
		*microseconds += (**at - '0') * unit;
	return true;
}

/* Seconds east of UTC; none means UTC. */
static bool parse_offset(const char **at, int *offset)
{
	int hours;
	int minutes = 0;
	int sign;

	*offset = 0;
	if (**at == '\0' || skip(at, 'Z') || skip(at, 'z'))
		return true;
	sign = **at == '-' ? -1 : 1;
	if (!skip(at, '+') && !skip(at, '-'))
		return false;
	if (!digits(at, 2, 0, 23, &hours))
		return false;
	skip(at, ':');
	if (**at != '\0' && !digits(at, 2, 0, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool time_parse(const char *text, int64_t *wall)
{
	struct tm tm = {0};
	int64_t microseconds = 0;
	int offset = 0;

	if (!parse_date(&text, &tm))
		return false;
	if (*text != '\0') {
		if (!skip(&text, 'T') && !skip(&text, ' '))
			return false;
		if (!digits(&text, 2, 0, 23, &tm.tm_hour) ||
		    !skip(&text, ':') || !digits(&text, 2, 0, 59, &tm.tm_min))
			return false;
		if (skip(&text, ':') &&
		    (!digits(&text, 2, 0, 59, &tm.tm_sec) ||
		     !parse_fraction(&text, &microseconds)))
			return false;
		if (!parse_offset(&text, &offset) || *text != '\0')
			return false;
	}
	*wall = (timegm(&tm) - offset) * SECOND + microseconds;
	return true;
}
