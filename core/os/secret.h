/*
 * secret.h - secrets of the environment and of files.
 */
#ifndef PREFLIGHT_OS_SECRET_H
#define PREFLIGHT_OS_SECRET_H

#include "core/base/params.h"

/* "env:NAME" or "file:PATH" (private.h). NULL and err set when it cannot be
 * read; no error repeats the value. The caller frees it. */
struct secret *secret_load(const char *reference, struct error *err);

#endif
