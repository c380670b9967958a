/*
 * What the writer and the reader of raw material agree on: the number of the
 * form, which changes with any change of it that the reader cannot tell by
 * itself.
 */
#ifndef TIDEMARK_STORE_RAW_FORMAT_H
#define TIDEMARK_STORE_RAW_FORMAT_H

#define RAW_FORMAT 2

#endif
