/*
 * path_quality.h - how good the paths are: loss, slowness, limits on new
 * connections, and servers that answer in the place of others.
 */
#ifndef PREFLIGHT_PATH_QUALITY_H
#define PREFLIGHT_PATH_QUALITY_H

#include "report/correlation.h"

/* Fills in what the correlation says about quality, and the views' `crowded`
 * and `nearby`. After the indices and the strangers. */
void path_quality_find(struct correlation *s);

#endif
