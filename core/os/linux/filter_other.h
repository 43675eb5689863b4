/*
 * filter_other.h - filters beside netfilter; inside this folder.
 */
#ifndef PREFLIGHT_OS_LINUX_FILTER_OTHER_H
#define PREFLIGHT_OS_LINUX_FILTER_OTHER_H

#include <stddef.h>

/* The first that may act on packets of this host: an XDP program, a filter of
 * tc, a BPF program of a control group. "": none is seen. Where the kernel does
 * not answer it says that instead. Returns out. */
const char *filter_other(char *out, size_t size);

#endif
