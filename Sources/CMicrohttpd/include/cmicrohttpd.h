/* libmicrohttpd, its variable arguments behind plain functions. */
#pragma once
#include <microhttpd.h>
