/*
 * outage.h - what fell silent one after another in time fell silent then.
 */
#ifndef PREFLIGHT_OUTAGE_H
#define PREFLIGHT_OUTAGE_H

#include "report/correlation.h"

/*
 * Looks for a time in which every attempt away from this network (or only to
 * the internet) was lost, of several targets, with attempts before and after it
 * answered; sets s->outage and the contexts' `outage`. Before loss and round
 * trips are looked at.
 */
void outage_find(struct correlation *s);

#endif
