/* told.h - tells AddressSanitizer and valgrind which stack is which. Only for
 * fiber.c; costs nothing where neither looks. */
#ifndef FIBER_TOLD_H
#define FIBER_TOLD_H

#include <stddef.h>

#if defined(__has_include)
#if __has_include("valgrind/valgrind.h")
#include <valgrind/valgrind.h>
#endif
#endif

struct told {
	char *stack; /* the lowest usable byte */
	size_t size;
	void *fake_stack;
	unsigned valgrind_id;
};

#ifdef SHOPD_SANITIZE
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>

static struct told told_loop;

static void told_leave_loop(struct told *fiber)
{
	__sanitizer_start_switch_fiber(&told_loop.fake_stack, fiber->stack,
				       fiber->size);
}

/* Arriving tells where the loop's own stack is. */
static void told_in_fiber(struct told *fiber)
{
	const void *stack;

	__sanitizer_finish_switch_fiber(fiber->fake_stack, &stack,
					&told_loop.size);
	told_loop.stack = (char *)stack;
}

static void told_leave_fiber(struct told *fiber)
{
	__sanitizer_start_switch_fiber(&fiber->fake_stack, told_loop.stack,
				       told_loop.size);
}

static void told_in_loop(void)
{
	__sanitizer_finish_switch_fiber(told_loop.fake_stack, NULL, NULL);
}
#else
#define told_leave_loop(fiber) ((void)(fiber))
#define told_in_fiber(fiber) ((void)(fiber))
#define told_leave_fiber(fiber) ((void)(fiber))
#define told_in_loop() ((void)0)
#endif

static void told_of_stack(struct told *fiber, char *stack, size_t size)
{
	fiber->stack = stack;
	fiber->size = size;
#ifdef VALGRIND_STACK_REGISTER
	fiber->valgrind_id = VALGRIND_STACK_REGISTER(stack, stack + size);
#endif
#ifdef SHOPD_SANITIZE
	/* What only a waiting fiber holds is no leak. */
	__lsan_register_root_region(stack, size);
#endif
}

static void told_of_end(struct told *fiber)
{
#ifdef VALGRIND_STACK_DEREGISTER
	VALGRIND_STACK_DEREGISTER(fiber->valgrind_id);
#endif
#ifdef SHOPD_SANITIZE
	__lsan_unregister_root_region(fiber->stack, fiber->size);
	__asan_unpoison_memory_region(fiber->stack, fiber->size);
#endif
	(void)fiber;
}

#endif
