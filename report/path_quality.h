/*
 * path_quality.h - how good the paths are: loss, slowness, limits on new
 * connections, and servers that answer instead of others.
 */
#ifndef PREFLIGHT_PATH_QUALITY_H
#define PREFLIGHT_PATH_QUALITY_H

#include "report/correlation.h"

/* Fills in what the correlation says about quality, and the contexts'
 * `throttled` and `nearby`. After the indices and the interceptors. */
void path_quality_find(struct correlation *s);

#endif
