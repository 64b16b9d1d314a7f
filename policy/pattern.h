// A text of a policy with its wildcards and variables, compiled: `topic/${iot:ClientId}/*`.
//
// `*` stands for any characters, none included; `?` for exactly one character (one of Unicode, not
// one byte). A variable stands for its value of the connection at hand, letter by letter: wildcards
// in a value are no wildcards. `${*}`, `${?}` and `${$}` stand for the characters themselves. A
// pattern with a variable that does not resolve matches nothing.
//
// Matching never goes back before a `*`: the text between two of them is looked for once, at its
// leftmost place. So it takes time linear in the text matched; only a stretch that holds a `?`
// between two `*` costs up to its own length per character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/connection.h"
#include "policy/key.h"

namespace policy {

class Pattern {
 public:
  enum class Syntax : uint8_t {
    kWildcardsOnly,  // ${ is an error
    kVariablesOnly,  // * and ? are themselves
    kWildcardsAndVariables,
    kPlain,  // * and ? are themselves, ${ is an error
  };

  // Fails, naming what is wrong, on ${ that is not closed, that names no key known here or one that
  // holds many values, or that the syntax forbids.
  static absl::StatusOr<Pattern> Compile(absl::string_view text, Syntax syntax);

  bool Matches(absl::string_view subject, const Connection& connection) const;

  // As Matches, with the letters of ASCII alike in both cases. Of a pattern without wildcards.
  bool MatchesIgnoringCase(absl::string_view subject, const Connection& connection) const;

  // How many leading characters of the pattern are fixed, and the pattern without them. Lets
  // Resource look at the kind of a resource once, when it is compiled.
  bool ConsumeFixedPrefix(absl::string_view prefix);

 private:
  struct Piece {
    enum class Kind : uint8_t { kText, kOneCharacter, kVariable };
    Kind kind;
    std::string text;
    Key key;
  };
  // What stands between two stars.
  struct Stretch {
    std::vector<Piece> pieces;
    bool has_one_character = false;
  };

  static std::optional<absl::string_view> TextOf(const Piece& piece, const Connection& connection);
  static bool TakeFront(const Stretch& stretch, const Connection& connection,
                        absl::string_view& rest);
  static bool TakeBack(const Stretch& stretch, const Connection& connection,
                       absl::string_view& rest);
  static bool TakeFirst(const Stretch& stretch, const Connection& connection,
                        absl::string_view& rest);

  absl::Status Read(absl::string_view text, Syntax syntax);
  absl::Status ReadVariable(absl::string_view name);
  void AddText(absl::string_view text);
  void AddStar();
  void AddOneCharacter();

  std::vector<Stretch> stretches_{1};  // one more than there are stars
};

}  // namespace policy
