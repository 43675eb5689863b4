/*
 * inventory_write.h - the devices of an inventory, clean, as YAML or CSV.
 */
#ifndef PREFLIGHT_INVENTORY_WRITE_H
#define PREFLIGHT_INVENTORY_WRITE_H

#include "profiles/read/inventory.h"

#include <stdio.h>

/* `devices:` of YAML, without what stands above it. */
void inventory_write_devices(const struct inventory *inv, FILE *out);
/* The whole file. */
void inventory_write_yaml(const struct inventory *inv, FILE *out);
void inventory_write_csv(const struct inventory *inv, FILE *out);

#endif
