/* place.h - where a stack stopped, and how to go on there. Only for fiber.c.
 *
 * A stack is entered once with makecontext; from then on changes are sigsetjmp
 * and siglongjmp without the signal mask, which cost no system call (QEMU's
 * way). Under ASan, whose siglongjmp unpoisons the wrong stack, swapcontext. */
#ifndef FIBER_PLACE_H
#define FIBER_PLACE_H

#undef _FORTIFY_SOURCE /* its longjmp refuses to go to another stack */

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <ucontext.h>

struct place {
#ifdef SHOPD_SANITIZE
	ucontext_t context;
#else
	sigjmp_buf env;
#endif
};

/* Stops at *from, goes on at *to; returns when somebody goes to *from. */
static void place_change(struct place *from, struct place *to)
{
#ifdef SHOPD_SANITIZE
	swapcontext(&from->context, &to->context);
#else
	if (sigsetjmp(from->env, 0) == 0)
		siglongjmp(to->env, 1);
#endif
}

/* Stops at *from, begins bottom() on a new stack. */
static void place_enter(struct place *from, void (*bottom)(void), void *stack,
			size_t size)
{
	ucontext_t context;

	if (getcontext(&context) == -1)
		abort();
	context.uc_stack.ss_sp = stack;
	context.uc_stack.ss_size = size;
	context.uc_link = NULL;
	makecontext(&context, bottom, 0);
#ifdef SHOPD_SANITIZE
	swapcontext(&from->context, &context);
#else
	if (sigsetjmp(from->env, 0) == 0)
		setcontext(&context);
#endif
}

#endif
