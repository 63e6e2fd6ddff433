/* metrics.c - series in memory that all workers share. */
#include <platform/metrics.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	SERIES = 4096,
	INDEX = 8192, /* a power of two, twice the series */
	WORKERS = 64, /* own slots of gauges; later ones share the last */
	BUCKETS = 14
};

/* Upper bounds, microseconds. */
static const int64_t bounds[BUCKETS] = {
	500, 1000, 2500, 5000, 10000, 25000, 50000, 100000,
	250000, 500000, 1000000, 2500000, 5000000, 10000000};

struct metric {
	enum metric_kind kind;
	char name[72];
	char labels[248];
	char help[160];
	unsigned next; /* of the same name; 0 ends */
	bool is_head;  /* the first of its name */
	union {
		_Atomic int64_t count;
		_Atomic int64_t gauges[WORKERS];
		struct {
			_Atomic int64_t buckets[BUCKETS + 1];
			_Atomic int64_t sum;
		} histogram;
	} value;
};

/*
 * A worker holds its slot's lock as long as it lives; the kernel gives a
 * robust lock of the dead away, so gauges of the dead are known as such.
 */
struct shared {
	pthread_mutex_t adding;
	pthread_mutex_t slots[WORKERS];
	_Atomic unsigned count;
	_Atomic uint16_t index[INDEX]; /* series + 1; 0 is free */
	struct metric series[SERIES];  /* 0 is the overflow */
};

static struct shared *shared;
static int own_slot = -1;

static void lock_init(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static void lock_take(pthread_mutex_t *lock)
{
	if (pthread_mutex_lock(lock) == EOWNERDEAD)
		pthread_mutex_consistent(lock);
}

/* True when nobody alive holds it. */
static bool lock_try(pthread_mutex_t *lock)
{
	int error = pthread_mutex_trylock(lock);

	if (error == EOWNERDEAD)
		pthread_mutex_consistent(lock);
	return error == 0 || error == EOWNERDEAD;
}

static void forget_slot(void)
{
	own_slot = -1;
}

void metrics_start(void)
{
	struct metric *overflow;

	if (shared)
		return;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("metrics: no memory");
		abort();
	}
	lock_init(&shared->adding);
	for (size_t i = 0; i < WORKERS; i++)
		lock_init(&shared->slots[i]);
	overflow = &shared->series[0];
	snprintf(overflow->name, sizeof(overflow->name),
		 "shopd_metrics_overflow_total");
	snprintf(overflow->help, sizeof(overflow->help),
		 "Changes of series that found no room.");
	overflow->is_head = true;
	atomic_store(&shared->count, 1);
	pthread_atfork(NULL, NULL, forget_slot);
}

static unsigned hash_of(const char *name, const char *labels)
{
	unsigned hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	hash *= 16777619u;
	for (; *labels; labels++)
		hash = (hash ^ (unsigned char)*labels) * 16777619u;
	return hash;
}

/* The series, or NULL and the free place in the index. */
static struct metric *find(const char *name, const char *labels,
			   unsigned *place)
{
	unsigned at = hash_of(name, labels) % INDEX;

	for (;; at = (at + 1) % INDEX) {
		unsigned number = atomic_load_explicit(&shared->index[at],
						       memory_order_acquire);
		struct metric *metric;

		*place = at;
		if (number == 0)
			return NULL;
		metric = &shared->series[number - 1];
		if (strcmp(metric->name, name) == 0 &&
		    strcmp(metric->labels, labels) == 0)
			return metric;
	}
}

/* Series of one name hang on its first: written together (format 0.0.4). */
static void join_family(unsigned number)
{
	struct metric *metric = &shared->series[number];

	metric->is_head = true;
	for (unsigned i = 1; i < number; i++) {
		struct metric *head = &shared->series[i];

		if (!head->is_head || strcmp(head->name, metric->name) != 0)
			continue;
		metric->is_head = false;
		metric->kind = head->kind;
		metric->next = head->next;
		head->next = number;
		return;
	}
}

static struct metric *add(enum metric_kind kind, const char *name,
			  const char *labels, const char *help)
{
	unsigned count = atomic_load(&shared->count);
	struct metric *metric = &shared->series[count];
	unsigned place;

	if (count >= SERIES || strlen(name) >= sizeof(metric->name) ||
	    strlen(labels) >= sizeof(metric->labels))
		return &shared->series[0];
	metric->kind = kind;
	strcpy(metric->name, name);
	strcpy(metric->labels, labels);
	snprintf(metric->help, sizeof(metric->help), "%s", help ? help : "");
	join_family(count);
	find(name, labels, &place);
	atomic_store(&shared->count, count + 1);
	atomic_store_explicit(&shared->index[place], (uint16_t)(count + 1),
			      memory_order_release);
	return metric;
}

struct metric *metric_get(enum metric_kind kind, const char *name,
			  const char *labels, const char *help)
{
	struct metric *metric;
	unsigned place;

	metrics_start();
	labels = labels ? labels : "";
	metric = find(name, labels, &place);
	if (metric)
		return metric;
	lock_take(&shared->adding);
	metric = find(name, labels, &place);
	if (!metric)
		metric = add(kind, name, labels, help);
	pthread_mutex_unlock(&shared->adding);
	return metric;
}

static void increase(_Atomic int64_t *value, int64_t amount)
{
	atomic_fetch_add_explicit(value, amount, memory_order_relaxed);
}

static bool is_gauge(const struct metric *metric)
{
	return metric->kind == METRIC_GAUGE || metric->kind == METRIC_LARGEST;
}

static void slot_clear(int slot)
{
	unsigned count = atomic_load(&shared->count);

	for (unsigned i = 1; i < count; i++)
		if (is_gauge(&shared->series[i]))
			atomic_store(&shared->series[i].value.gauges[slot], 0);
}

static int slot_take(void)
{
	if (own_slot >= 0)
		return own_slot;
	for (int i = 0; i < WORKERS; i++) {
		if (!lock_try(&shared->slots[i]))
			continue;
		slot_clear(i);
		return own_slot = i;
	}
	return own_slot = WORKERS - 1;
}

void metric_add(struct metric *metric, int64_t amount)
{
	if (is_gauge(metric))
		increase(&metric->value.gauges[slot_take()], amount);
	else if (metric->kind == METRIC_COUNTER)
		increase(&metric->value.count, amount);
}

void metric_set(struct metric *metric, int64_t value)
{
	if (is_gauge(metric))
		atomic_store_explicit(&metric->value.gauges[slot_take()], value,
				      memory_order_relaxed);
	else if (metric == &shared->series[0])
		increase(&metric->value.count, 1);
}

void metric_observe(struct metric *metric, int64_t microseconds)
{
	int i = 0;

	if (metric == &shared->series[0])
		increase(&metric->value.count, 1);
	if (metric->kind != METRIC_HISTOGRAM)
		return;
	while (i < BUCKETS && microseconds > bounds[i])
		i++;
	increase(&metric->value.histogram.buckets[i], 1);
	increase(&metric->value.histogram.sum, microseconds);
}

/* What the living say, together or the largest of it. */
static int64_t gauge_value(struct metric *metric, const bool *is_alive)
{
	int64_t sum = 0;
	int64_t largest = 0;

	for (int i = 0; i < WORKERS; i++) {
		int64_t value = atomic_load(&metric->value.gauges[i]);

		if (!is_alive[i])
			continue;
		sum += value;
		if (value > largest)
			largest = value;
	}
	return metric->kind == METRIC_LARGEST ? largest : sum;
}

static void write_seconds(struct text *text, int64_t microseconds)
{
	text_format(text, "%lld.%06lld", (long long)(microseconds / 1000000),
		    (long long)(microseconds % 1000000));
}

static void write_part(struct text *text, const struct metric *m,
		       const char *suffix)
{
	text_add(text, m->name);
	text_add(text, suffix);
	if (m->labels[0])
		text_format(text, "{%s}", m->labels);
	text_add_char(text, ' ');
}

static void write_histogram(struct text *text, struct metric *m)
{
	int64_t sum = atomic_load(&m->value.histogram.sum);
	int64_t count = 0;

	for (int i = 0; i <= BUCKETS; i++) {
		count += atomic_load(&m->value.histogram.buckets[i]);
		text_format(text, "%s_bucket{%s%sle=\"", m->name, m->labels,
			    m->labels[0] ? "," : "");
		if (i < BUCKETS)
			text_format(text, "%g", (double)bounds[i] / 1e6);
		else
			text_add(text, "+Inf");
		text_format(text, "\"} %lld\n", (long long)count);
	}
	write_part(text, m, "_sum");
	write_seconds(text, sum);
	text_add_char(text, '\n');
	write_part(text, m, "_count");
	text_format(text, "%lld\n", (long long)count);
}

static void write_series(struct text *text, struct metric *m,
			 const bool *is_alive)
{
	int64_t value;

	if (m->kind == METRIC_HISTOGRAM) {
		write_histogram(text, m);
		return;
	}
	value = is_gauge(m) ? gauge_value(m, is_alive)
			    : atomic_load(&m->value.count);
	write_part(text, m, "");
	text_format(text, "%lld\n", (long long)value);
}

static void write_family(struct text *text, unsigned number,
			 const bool *is_alive)
{
	static const char *const kinds[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_LARGEST] = "gauge",
		[METRIC_HISTOGRAM] = "histogram",
	};
	struct metric *m = &shared->series[number];

	if (m->help[0])
		text_format(text, "# HELP %s %s\n", m->name, m->help);
	text_format(text, "# TYPE %s %s\n", m->name, kinds[m->kind]);
	write_series(text, m, is_alive);
	for (unsigned i = m->next; i; i = shared->series[i].next)
		write_series(text, &shared->series[i], is_alive);
}

void metrics_write(struct text *text)
{
	bool is_alive[WORKERS];
	unsigned count;

	metrics_start();
	count = atomic_load(&shared->count);
	for (int i = 0; i < WORKERS; i++) {
		is_alive[i] = i == own_slot || !lock_try(&shared->slots[i]);
		if (!is_alive[i])
			pthread_mutex_unlock(&shared->slots[i]);
	}
	for (unsigned i = 0; i < count; i++)
		if (shared->series[i].is_head)
			write_family(text, i, is_alive);
}
