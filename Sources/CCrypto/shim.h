/* The digests of OpenSSL, through the one interface that has a future. */
#pragma once
#include <openssl/evp.h>
