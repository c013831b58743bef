/* TOML 1.0 behind plain types: the parser is C++, and neither its types nor its failures leave this
   target. A document is told to a visitor node by node, containers before what they hold. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum s4l_toml_kind {
  S4L_TOML_TABLE = 0,
  S4L_TOML_ARRAY,
  S4L_TOML_TEXT,
  S4L_TOML_INTEGER,
  S4L_TOML_NUMBER,
  S4L_TOML_FLAG,
  S4L_TOML_MOMENT,
};

/* Lines and columns count from 1, columns in characters. The bytes live as long as the visit. */
struct s4l_toml_node {
  int kind;
  uint32_t depth;          /* 1 for what stands at the top */
  const char *key;         /* NULL for an item of an array */
  size_t key_length;
  uint32_t key_line, key_column;
  uint32_t line, column;
  const char *text;        /* of a text, and of a date or time as TOML writes it */
  size_t text_length;
  int64_t integer;         /* of an integer; 0 or 1 of a flag */
  double number;
};

struct s4l_toml_error {
  uint32_t line, column;
  char message[256];
};

typedef void (*s4l_toml_visit)(void *context, const struct s4l_toml_node *node);

/* Parses any bytes. Returns 0 when the whole document was visited; otherwise nothing was visited
   and the error is filled in. */
int s4l_toml_parse(const char *bytes, size_t length, void *context, s4l_toml_visit visit,
                   struct s4l_toml_error *error);
