/*
 * tls_products.h - products that intercept TLS, by the issuer they sign with.
 */
#ifndef PREFLIGHT_TLS_PRODUCTS_H
#define PREFLIGHT_TLS_PRODUCTS_H

/* The product whose name is in the issuer of a certificate, or NULL. The words
 * are matched without case; an own CA on such a product shows no name. */
const char *tls_products_product(const char *issuer);

#endif
