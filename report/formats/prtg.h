/*
 * prtg.h - the channels of a PRTG sensor (EXE/Script Advanced), as JSON and as
 * XML. A sensor has at most 50: what is counted, and what fails by groups.
 */
#ifndef PREFLIGHT_PRTG_H
#define PREFLIGHT_PRTG_H

#include "report/report.h"

enum {
	PRTG_CHANNELS = 50,
	PRTG_NAME = 64,
	PRTG_TEXT = 2000, /* characters of the message */
	PRTG_NO_LIMIT = -1
};

struct prtg_channel {
	char name[PRTG_NAME]; /* clean ASCII, unique */
	const char *unit;     /* "Count", "TimeResponse" */
	int64_t value;
	/* The sensor is in warning, or down, above these. */
	int warning, error;
};

struct prtg_sensor {
	struct prtg_channel channels[PRTG_CHANNELS];
	size_t count;
	char *text; /* to be freed */
};

void prtg_sensor_of(struct prtg_sensor *s, const struct report *r);
/* The same for errors; to be freed. */
char *prtg_error_text(const struct error_document *e);

#endif
