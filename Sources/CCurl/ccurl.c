#include "ccurl.h"

#include <dlfcn.h>
#include <stddef.h>

/* The headers spell these as macros over themselves. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define CALLS(call) \
  call(curl_global_init) call(curl_version_info) \
  call(curl_easy_init) call(curl_easy_cleanup) call(curl_easy_reset) \
  call(curl_easy_setopt) call(curl_easy_getinfo) call(curl_easy_strerror) call(curl_easy_pause) \
  call(curl_multi_init) call(curl_multi_cleanup) call(curl_multi_setopt) \
  call(curl_multi_add_handle) call(curl_multi_remove_handle) call(curl_multi_socket_action) \
  call(curl_multi_info_read) call(curl_multi_strerror)

#define SLOT(name) __typeof__(name) *name##_;
static struct { CALLS(SLOT) } calls;

static const char *load(const char *name) {
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return dlerror();
#define FIND(name) \
  if (!(*(void **)&calls.name##_ = dlsym(library, #name))) return "it lacks " #name;
  CALLS(FIND)
  CURLcode code = calls.curl_global_init_(CURL_GLOBAL_DEFAULT);
  return code == CURLE_OK ? NULL : calls.curl_easy_strerror_(code);
}

const char *s4l_curl_open(const char *name) {
  static int is_open;
  if (is_open) return NULL;
  const char *reason = load(name);
  if (!reason) is_open = 1;
  return reason;
}

unsigned s4l_curl_version(void) { return calls.curl_version_info_(CURLVERSION_NOW)->version_num; }

CURL *s4l_easy_open(void) { return calls.curl_easy_init_(); }
void s4l_easy_close(CURL *easy) { calls.curl_easy_cleanup_(easy); }

void s4l_easy_go_on(CURL *easy) { calls.curl_easy_pause_(easy, CURLPAUSE_CONT); }
void s4l_easy_reset(CURL *easy) { calls.curl_easy_reset_(easy); }

CURLcode s4l_easy_set_number(CURL *easy, CURLoption option, long value) {
  return calls.curl_easy_setopt_(easy, option, value);
}
CURLcode s4l_easy_set_size(CURL *easy, CURLoption option, int64_t value) {
  return calls.curl_easy_setopt_(easy, option, (curl_off_t)value);
}
CURLcode s4l_easy_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return calls.curl_easy_setopt_(easy, option, value);
}
CURLcode s4l_easy_set_flow(CURL *easy, CURLoption option, curl_write_callback value) {
  return calls.curl_easy_setopt_(easy, option, value);
}
CURLcode s4l_easy_set_seek(CURL *easy, curl_seek_callback value) {
  return calls.curl_easy_setopt_(easy, CURLOPT_SEEKFUNCTION, value);
}
CURLcode s4l_easy_set_trial(CURL *easy, curl_prereq_callback value) {
  return calls.curl_easy_setopt_(easy, CURLOPT_PREREQFUNCTION, value);
}
CURLcode s4l_easy_set_sockets(CURL *easy, void *context, curl_sockopt_callback opened,
                              curl_closesocket_callback closing) {
  calls.curl_easy_setopt_(easy, CURLOPT_SOCKOPTDATA, context);
  calls.curl_easy_setopt_(easy, CURLOPT_CLOSESOCKETDATA, context);
  calls.curl_easy_setopt_(easy, CURLOPT_SOCKOPTFUNCTION, opened);
  return calls.curl_easy_setopt_(easy, CURLOPT_CLOSESOCKETFUNCTION, closing);
}

long s4l_easy_number(CURL *easy, CURLINFO what) {
  long value = 0;
  calls.curl_easy_getinfo_(easy, what, &value);
  return value;
}
int64_t s4l_easy_size(CURL *easy, CURLINFO what) {
  curl_off_t value = 0;
  calls.curl_easy_getinfo_(easy, what, &value);
  return value;
}
const char *s4l_easy_words(CURLcode code) { return calls.curl_easy_strerror_(code); }

CURLM *s4l_multi_open(void) { return calls.curl_multi_init_(); }
void s4l_multi_close(CURLM *multi) { calls.curl_multi_cleanup_(multi); }
CURLMcode s4l_multi_set_number(CURLM *multi, CURLMoption option, long value) {
  return calls.curl_multi_setopt_(multi, option, value);
}
void s4l_multi_set_calls(CURLM *multi, void *context, curl_socket_callback socket,
                         curl_multi_timer_callback timer) {
  calls.curl_multi_setopt_(multi, CURLMOPT_SOCKETDATA, context);
  calls.curl_multi_setopt_(multi, CURLMOPT_TIMERDATA, context);
  calls.curl_multi_setopt_(multi, CURLMOPT_SOCKETFUNCTION, socket);
  calls.curl_multi_setopt_(multi, CURLMOPT_TIMERFUNCTION, timer);
}
CURLMcode s4l_multi_add(CURLM *multi, CURL *easy) {
  return calls.curl_multi_add_handle_(multi, easy);
}
void s4l_multi_remove(CURLM *multi, CURL *easy) { calls.curl_multi_remove_handle_(multi, easy); }
CURLMcode s4l_multi_act(CURLM *multi, curl_socket_t socket, int events) {
  int running;
  return calls.curl_multi_socket_action_(multi, socket, events, &running);
}

void *s4l_multi_ended(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = calls.curl_multi_info_read_(multi, &left)))
    if (message->msg == CURLMSG_DONE) {
      void *owner = NULL;
      *result = message->data.result;
      calls.curl_easy_getinfo_(message->easy_handle, CURLINFO_PRIVATE, (char **)&owner);
      return owner;
    }
  return NULL;
}
const char *s4l_multi_words(CURLMcode code) { return calls.curl_multi_strerror_(code); }
