/*
 * clock.h - the clocks of this host.
 */
#ifndef PREFLIGHT_OS_CLOCK_H
#define PREFLIGHT_OS_CLOCK_H

#include "core/base/clock.h"
#include "core/base/known.h"

/* Microseconds: of a clock that never jumps, and since 1970 in UTC. */
extern const struct clock clock_system;

/* Does the system's time service hold the wall clock to another one? */
enum known os_clock_synchronised(void);

#endif
