/*
 * path_quality.h - how good the paths are: loss, slowness, limits on new
 * connections, and servers that answer in the place of others.
 */
#ifndef PREFLIGHT_QUALITY_H
#define PREFLIGHT_QUALITY_H

#include "report/correlation.h"

/* Fills in what the survey says about quality, and the views' `crowded` and
 * `nearby`. After the indices and the strangers. */
void quality_find(struct survey *s);

#endif
