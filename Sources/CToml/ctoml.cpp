#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#define TOML_ENABLE_WINDOWS_COMPAT 0
/* Documents come from anywhere, and the parser recurses: this bound and the one on dotted keys keep
   the deepest document within a few thousand stack frames. */
#define TOML_MAX_NESTED_VALUES 64

/* Some of the parser's assertions fail on input that the code behind them refuses in good order. As
   assertions they would abort, as assumptions (with NDEBUG) let the compiler drop that code. */
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)

#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string>

extern "C" {
#include "ctoml.h"
}

namespace {

constexpr int most_dots = 32;

/* Where the first key with too many parts stands. Every dot outside of strings and comments counts
   until the next sign that cannot be inside of a key. */
class Depth {
 public:
  explicit Depth(std::string_view document) : rest(document) {}

  bool is_bounded() {
    int dots = 0;
    while (!rest.empty()) {
      switch (rest.front()) {
        case '"':
        case '\'': skip_string(rest.front()); continue;
        case '#': skip_to_newline(); continue;
        case '.':
          if (++dots > most_dots) return false;
          break;
        case '\n': line++; [[fallthrough]];
        case '=': case ',': case '{': case '[': dots = 0; break;
        default: break;
      }
      rest.remove_prefix(1);
    }
    return true;
  }

  uint32_t line = 1;

 private:
  void skip_to_newline() { rest.remove_prefix(std::min(rest.find('\n'), rest.size())); }

  void skip_string(char quote) {
    const char fence[] = {quote, quote, quote, 0};
    bool is_long = rest.substr(0, 3) == fence;
    rest.remove_prefix(is_long ? 3 : 1);
    while (!rest.empty()) {
      if (quote == '"' && rest.front() == '\\' && rest.size() > 1) {
        if (rest[1] == '\n') line++;
        rest.remove_prefix(2);
        continue;
      }
      if (rest.front() == '\n') {
        if (!is_long) return;
        line++;
      }
      if (is_long ? rest.substr(0, 3) == fence : rest.front() == quote) {
        rest.remove_prefix(is_long ? 3 : 1);
        /* A long string may end in one or two quotes of its own. */
        for (int own = 0; is_long && own < 2 && !rest.empty() && rest.front() == quote; own++)
          rest.remove_prefix(1);
        return;
      }
      rest.remove_prefix(1);
    }
  }

  std::string_view rest;
};

class Visit {
 public:
  Visit(void *context, s4l_toml_visit visit) : context(context), visit(visit) {}

  void members(const toml::table &table) {
    for (auto &&[key, value] : table) tell(value, &key);
  }

 private:
  void tell(const toml::node &value, const toml::key *key) {
    s4l_toml_node out = {};
    std::string words;
    out.depth = ++depth;
    out.line = value.source().begin.line;
    out.column = value.source().begin.column;
    if (key) {
      out.key = key->str().data();
      out.key_length = key->str().size();
      out.key_line = key->source().begin.line;
      out.key_column = key->source().begin.column;
    }
    fill(out, value, words);
    visit(context, &out);
    if (auto table = value.as_table()) members(*table);
    if (auto array = value.as_array())
      for (auto &&item : *array) tell(item, nullptr);
    depth--;
  }

  template <typename Moment>
  static void spell(s4l_toml_node &out, const Moment &moment, std::string &words) {
    std::ostringstream stream;
    stream << moment;
    words = stream.str();
    out.kind = S4L_TOML_MOMENT;
    out.text = words.data();
    out.text_length = words.size();
  }

  static void fill(s4l_toml_node &out, const toml::node &value, std::string &words) {
    switch (value.type()) {
      case toml::node_type::array: out.kind = S4L_TOML_ARRAY; break;
      case toml::node_type::string:
        out.kind = S4L_TOML_TEXT;
        out.text = value.as_string()->get().data();
        out.text_length = value.as_string()->get().size();
        break;
      case toml::node_type::integer:
        out.kind = S4L_TOML_INTEGER;
        out.integer = value.as_integer()->get();
        break;
      case toml::node_type::floating_point:
        out.kind = S4L_TOML_NUMBER;
        out.number = value.as_floating_point()->get();
        break;
      case toml::node_type::boolean:
        out.kind = S4L_TOML_FLAG;
        out.integer = value.as_boolean()->get();
        break;
      case toml::node_type::date: spell(out, value.as_date()->get(), words); break;
      case toml::node_type::time: spell(out, value.as_time()->get(), words); break;
      case toml::node_type::date_time: spell(out, value.as_date_time()->get(), words); break;
      default: out.kind = S4L_TOML_TABLE; break;
    }
  }

  void *context;
  s4l_toml_visit visit;
  uint32_t depth = 0;
};

int fail(s4l_toml_error *error, uint32_t line, uint32_t column, std::string_view message) {
  error->line = line;
  error->column = column;
  size_t length = std::min(message.size(), sizeof error->message - 1);
  std::memcpy(error->message, message.data(), length);
  error->message[length] = 0;
  return -1;
}

}  // namespace

int s4l_toml_parse(const char *bytes, size_t length, void *context, s4l_toml_visit visit,
                   s4l_toml_error *error) {
  std::string_view document(bytes, length);
  if (Depth depth(document); !depth.is_bounded())
    return fail(error, depth.line, 1, "a key has too many parts");
  auto result = toml::parse(document);
  if (!result) {
    auto where = result.error().source().begin;
    return fail(error, where.line, where.column, result.error().description());
  }
  Visit(context, visit).members(result.table());
  return 0;
}
