/*
 * spike.h - what the spike programs share: a network of their own, peers in
 * child processes, one run of the real engine with checks that are no part of
 * the product.
 *
 * A spike shows that the contract of core/engine/check.h carries a kind of
 * check before there is one. Each program defines check_registry[] with checks
 * of its own; each case prints "ok ..." or "FAILED ...".
 */
#ifndef PREFLIGHT_SPIKE_H
#define PREFLIGHT_SPIKE_H

#include "core/engine/check.h"
#include "core/engine/engine.h"
#include "core/net/loop.h"
#include "core/base/facts.h"
#include "core/base/result.h"
#include "core/base/spec.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A network namespace with loopback alone. Ends the program with 77 where it
 * may not be made. */
void spike_network(void);

/* A socket bound to 127.0.0.1 (type SOCK_DGRAM, or SOCK_STREAM: listening);
 * *port is filled in. */
int spike_socket(int type, uint16_t *port);
/* A child process that runs serve(fd) until it is killed. */
pid_t spike_peer(void (*serve)(int fd), int fd);
/* A program; words[0] is its path, its output is thrown away. */
pid_t spike_program(const char *const *words);
void spike_end(pid_t peer);
/* Waits until a TCP port of 127.0.0.1 accepts, at most two seconds. */
bool spike_wait_tcp(uint16_t port);

/* A spec against 127.0.0.1. */
struct spec spike_spec(const struct check *check, uint16_t port);
/* Runs specs; ends the program when the engine cannot. results_free() after. */
struct results spike_run(const struct spec *specs, size_t count);

/* Descriptors open in this process. The first loop makes some that libuv keeps
 * for signals: warm up before counting. */
void spike_warm_up(void);
size_t spike_descriptors(void);
void spike_case(bool passed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The outcome of a result, and its code in the line that is printed. */
void spike_outcome(const struct result *r, enum phase phase, enum cause cause,
		   const char *what);
/* For main: 1 when a case has failed. */
int spike_status(void);

#endif
