/* signals.c - sigaction(2); an eventfd tells the event loop. */
#include "core/os/files.h"
#include "core/os/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { SIGNALS_STATUS = 128 };

static volatile sig_atomic_t signals_noted;
static volatile sig_atomic_t signals_descriptor = -1;

static void signals_note(int number)
{
	static const uint64_t one = 1;
	int saved = errno;

	if (signals_noted != 0) {
		os_drafts_remove();
		_exit(SIGNALS_STATUS + number);
	}
	signals_noted = number;
	/* Full or not there: the number was noted all the same. */
	if (signals_descriptor != -1 &&
	    write(signals_descriptor, &one, sizeof one) == -1)
		errno = 0;
	errno = saved;
}

static void signals_take(int number)
{
	struct sigaction before, now;

	memset(&now, 0, sizeof now);
	now.sa_handler = signals_note;
	sigemptyset(&now.sa_mask);
	/* Without SA_RESTART: a read that waits ends. Of the background jobs of
	 * a script SIGINT is ignored, too, which is not meant. */
	if (sigaction(number, NULL, &before) == 0 &&
	    (number != SIGHUP || before.sa_handler != SIG_IGN))
		sigaction(number, &now, NULL);
}

void os_signals_begin(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		signals_take(numbers[i]);
}

int os_signal_noted(void)
{
	return signals_noted;
}

int os_signals_descriptor(void)
{
	static const uint64_t one = 1;

	if (signals_descriptor == -1)
		signals_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* One that came before there was a descriptor. */
	if (signals_noted != 0 && signals_descriptor != -1 &&
	    write(signals_descriptor, &one, sizeof one) == -1)
		return signals_descriptor;
	return signals_descriptor;
}
