/* libcurl without linking it: the library is opened when it is first needed, for loading it costs a
   process that never speaks HTTP more than all the rest of its start. The header of libcurl is here
   for its types and constants only. */
#pragma once
#define CURL_DISABLE_DEPRECATION 1
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

/* Opens the library by its name, once for the process. Returns NULL, or why it cannot be used. Call
   it before any of the others. */
const char *s4l_curl_open(const char *name);

/* 0x075801 is version 7.88.1. */
unsigned s4l_curl_version(void);

CURL *s4l_easy_open(void);
void s4l_easy_close(CURL *easy);
void s4l_easy_reset(CURL *easy);
/* Lets a transfer go on that a callback has held; it may call others at once. */
void s4l_easy_go_on(CURL *easy);
CURLcode s4l_easy_set_number(CURL *easy, CURLoption option, long value);
CURLcode s4l_easy_set_size(CURL *easy, CURLoption option, int64_t value);
CURLcode s4l_easy_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode s4l_easy_set_flow(CURL *easy, CURLoption option, curl_write_callback value);
CURLcode s4l_easy_set_seek(CURL *easy, curl_seek_callback value);
CURLcode s4l_easy_set_trial(CURL *easy, curl_prereq_callback value);
CURLcode s4l_easy_set_sockets(CURL *easy, void *context, curl_sockopt_callback opened,
                              curl_closesocket_callback closing);
long s4l_easy_number(CURL *easy, CURLINFO what);
int64_t s4l_easy_size(CURL *easy, CURLINFO what);
const char *s4l_easy_words(CURLcode code);

CURLM *s4l_multi_open(void);
void s4l_multi_close(CURLM *multi);
CURLMcode s4l_multi_set_number(CURLM *multi, CURLMoption option, long value);
void s4l_multi_set_calls(CURLM *multi, void *context, curl_socket_callback socket,
                         curl_multi_timer_callback timer);
CURLMcode s4l_multi_add(CURLM *multi, CURL *easy);
void s4l_multi_remove(CURLM *multi, CURL *easy);
CURLMcode s4l_multi_act(CURLM *multi, curl_socket_t socket, int events);

/* The next transfer that has ended: its private pointer and result; NULL if there is none. */
void *s4l_multi_ended(CURLM *multi, CURLcode *result);
const char *s4l_multi_words(CURLMcode code);
