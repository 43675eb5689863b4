/*
 * signals.h - the user, or the system, wants this program to end.
 */
#ifndef PREFLIGHT_OS_SIGNALS_H
#define PREFLIGHT_OS_SIGNALS_H

/*
 * From now on the first SIGINT, SIGTERM or SIGHUP is only noted: what is known
 * is still reported. The second ends the program at once, with status 128 + its
 * number. A SIGHUP that the caller has chosen to ignore (nohup) stays ignored.
 * A reader that has gone and a file that would grow too large raise no signal:
 * the write fails. To be called again at will.
 */
void os_signals_begin(void);

/* The number of the signal that was noted; 0: none. */
int os_signal_noted(void);

/* Readable once a signal was noted, and from then on; -1: not known before it
 * is asked. Belongs to this module. */
int os_signals_descriptor(void);

#endif
