/*
 * text_parts.h - the parts of the text format: findings and requirements.
 */
#ifndef PREFLIGHT_TEXT_PARTS_H
#define PREFLIGHT_TEXT_PARTS_H

#include "report/formats/layout.h"

void text_findings(struct layout *l, const struct report *r);
void text_requirements(struct layout *l, const struct report *r);

enum layout_colour text_severity(enum severity severity);
void text_notes(struct layout *l, const struct report *r);

#endif
