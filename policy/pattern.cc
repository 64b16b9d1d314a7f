// Matching, step by step: the first stretch must begin the text and the last one end it; each
// stretch between is found at its leftmost place in what is left.
#include "policy/pattern.h"

#include <string.h>

#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace policy {
namespace {

// Most stretches with variables in them fit; longer ones cost an allocation.
constexpr size_t kStretchBytes = 512;

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool DropFirstCharacter(absl::string_view& text) {
  if (text.empty()) return false;
  text.remove_prefix(1);
  while (!text.empty() && IsContinuation(text.front())) text.remove_prefix(1);
  return true;
}

bool DropLastCharacter(absl::string_view& text) {
  if (text.empty()) return false;
  while (text.size() > 1 && IsContinuation(text.back())) text.remove_suffix(1);
  text.remove_suffix(1);
  return true;
}

// memmem is linear even where the needle almost fits everywhere.
bool DropThrough(absl::string_view& text, const char* needle, size_t size) {
  const void* const found = memmem(text.data(), text.size(), needle, size);
  if (found == nullptr) return false;
  text.remove_prefix(static_cast<size_t>(static_cast<const char*>(found) - text.data()) + size);
  return true;
}

}  // namespace

absl::StatusOr<Pattern> Pattern::Compile(absl::string_view text, Syntax syntax) {
  Pattern pattern;
  if (auto status = pattern.Read(text, syntax); !status.ok()) return status;
  return pattern;
}

absl::Status Pattern::Read(absl::string_view text, Syntax syntax) {
  const bool wildcards =
      syntax == Syntax::kWildcardsOnly || syntax == Syntax::kWildcardsAndVariables;
  const bool variables =
      syntax == Syntax::kVariablesOnly || syntax == Syntax::kWildcardsAndVariables;
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, "${")) {
      const size_t end = text.find('}');
      if (end == absl::string_view::npos) {
        return absl::InvalidArgumentError("\"${\" is not closed by \"}\"");
      }
      const absl::string_view name = text.substr(0, end);
      if (!variables) {
        return absl::InvalidArgumentError(
            absl::StrCat("the variable ${", name, "} cannot stand here"));
      }
      if (auto status = ReadVariable(name); !status.ok()) return status;
      text.remove_prefix(end + 1);
    } else if (wildcards && absl::ConsumePrefix(&text, "*")) {
      AddStar();
    } else if (wildcards && absl::ConsumePrefix(&text, "?")) {
      AddOneCharacter();
    } else {
      AddText(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  return absl::OkStatus();
}

absl::Status Pattern::ReadVariable(absl::string_view name) {
  if (name == "*" || name == "?" || name == "$") {
    AddText(name);
    return absl::OkStatus();
  }
  auto key = Key::Parse(name);
  if (!key.ok()) return key.status();
  if (key->multiple() || key->source == Key::Source::kTime ||
      key->source == Key::Source::kWillTopic) {
    return absl::InvalidArgumentError(
        absl::StrCat("${", name, "} cannot be a variable: \"", name, "\" is for conditions only"));
  }
  stretches_.back().pieces.push_back({Piece::Kind::kVariable, "", *std::move(key)});
  return absl::OkStatus();
}

void Pattern::AddText(absl::string_view text) {
  auto& pieces = stretches_.back().pieces;
  if (pieces.empty() || pieces.back().kind != Piece::Kind::kText) {
    pieces.push_back({Piece::Kind::kText, "", Key()});
  }
  pieces.back().text.append(text.data(), text.size());
}

void Pattern::AddStar() {
  const bool follows_star = stretches_.size() > 1 && stretches_.back().pieces.empty();
  if (!follows_star) stretches_.emplace_back();
}

void Pattern::AddOneCharacter() {
  // "*?" is "?*": kept so, runs of the two need no search.
  const bool follows_star = stretches_.size() > 1 && stretches_.back().pieces.empty();
  Stretch& stretch = stretches_[stretches_.size() - (follows_star ? 2 : 1)];
  stretch.pieces.push_back({Piece::Kind::kOneCharacter, "", Key()});
  stretch.has_one_character = true;
}

std::optional<absl::string_view> Pattern::TextOf(const Piece& piece, const Connection& connection) {
  if (piece.kind == Piece::Kind::kText) return piece.text;
  return VariableText(piece.key, connection);
}

bool Pattern::TakeFront(const Stretch& stretch, const Connection& connection,
                        absl::string_view& rest) {
  for (const Piece& piece : stretch.pieces) {
    if (piece.kind == Piece::Kind::kOneCharacter) {
      if (!DropFirstCharacter(rest)) return false;
      continue;
    }
    const auto text = TextOf(piece, connection);
    if (!text || !absl::ConsumePrefix(&rest, *text)) return false;
  }
  return true;
}

bool Pattern::TakeBack(const Stretch& stretch, const Connection& connection,
                       absl::string_view& rest) {
  for (auto piece = stretch.pieces.rbegin(); piece != stretch.pieces.rend(); ++piece) {
    if (piece->kind == Piece::Kind::kOneCharacter) {
      if (!DropLastCharacter(rest)) return false;
      continue;
    }
    const auto text = TextOf(*piece, connection);
    if (!text || !absl::ConsumeSuffix(&rest, *text)) return false;
  }
  return true;
}

bool Pattern::TakeFirst(const Stretch& stretch, const Connection& connection,
                        absl::string_view& rest) {
  if (stretch.has_one_character) {
    do {
      absl::string_view attempt = rest;
      if (TakeFront(stretch, connection, attempt)) {
        rest = attempt;
        return true;
      }
    } while (DropFirstCharacter(rest));
    return false;
  }
  if (stretch.pieces.size() == 1) {
    const auto text = TextOf(stretch.pieces.front(), connection);
    return text && DropThrough(rest, text->data(), text->size());
  }
  absl::InlinedVector<char, kStretchBytes> joined;
  for (const Piece& piece : stretch.pieces) {
    const auto text = TextOf(piece, connection);
    if (!text) return false;
    joined.insert(joined.end(), text->begin(), text->end());
  }
  return DropThrough(rest, joined.data(), joined.size());
}

bool Pattern::Matches(absl::string_view subject, const Connection& connection) const {
  absl::string_view rest = subject;
  if (!TakeFront(stretches_.front(), connection, rest)) return false;
  if (stretches_.size() == 1) return rest.empty();
  if (!TakeBack(stretches_.back(), connection, rest)) return false;
  for (size_t i = 1; i + 1 < stretches_.size(); ++i) {
    if (!TakeFirst(stretches_[i], connection, rest)) return false;
  }
  return true;
}

bool Pattern::MatchesIgnoringCase(absl::string_view subject, const Connection& connection) const {
  absl::string_view rest = subject;
  for (const Piece& piece : stretches_.front().pieces) {
    const auto text = TextOf(piece, connection);
    if (!text || !absl::StartsWithIgnoreCase(rest, *text)) return false;
    rest.remove_prefix(text->size());
  }
  return rest.empty();
}

bool Pattern::ConsumeFixedPrefix(absl::string_view prefix) {
  auto& pieces = stretches_.front().pieces;
  if (pieces.empty() || pieces.front().kind != Piece::Kind::kText ||
      !absl::StartsWith(pieces.front().text, prefix)) {
    return false;
  }
  pieces.front().text.erase(0, prefix.size());
  if (pieces.front().text.empty()) pieces.erase(pieces.begin());
  return true;
}

}  // namespace policy
