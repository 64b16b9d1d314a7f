#include "cli/bench/answer.h"

#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace cli {
namespace {

struct Told {
  std::string name{};
  int64_t shadows = -1;
  int64_t tombstones = -1;
  int64_t bytes = 0;
};

std::optional<Told> ToldOf(const shadow::Value& value) {
  if (!value.is_object()) return std::nullopt;
  Told told;
  for (const auto& [key, member] : value.members()) {
    int64_t* const number = key == "\"shadows\""      ? &told.shadows
                            : key == "\"tombstones\"" ? &told.tombstones
                            : key == "\"bytes\""      ? &told.bytes
                                                      : nullptr;
    if (number != nullptr && !absl::SimpleAtoi(member.text(), number)) return std::nullopt;
    if (key == "\"name\"" && member.kind() == shadow::Kind::kString) {
      told.name = shadow::Unescape(member.text());
    }
  }
  if (told.shadows < 0 || told.tombstones < 0) return std::nullopt;
  return told;
}

absl::Status NoSuchAnswer() { return absl::InternalError("the answer tells of no shadows"); }

std::string CountTextOf(const Told& told) {
  return absl::StrCat(told.shadows, told.shadows == 1 ? " shadow" : " shadows",
                      told.tombstones == 0 ? "" : absl::StrCat(", ", told.tombstones, " deleted"));
}

}  // namespace

absl::StatusOr<std::string> CountText(absl::string_view answer) {
  shadow::Arena arena;
  const auto root = shadow::ParseWholeJson(answer, 0, arena);
  const auto told = root ? ToldOf(*root) : std::nullopt;
  if (!told) return NoSuchAnswer();
  return CountTextOf(*told);
}

absl::StatusOr<std::string> SnapshotsText(absl::string_view answer) {
  shadow::Arena arena;
  const auto root = shadow::ParseWholeJson(answer, 0, arena);
  if (!root || !root->is_object() || root->members().size() != 1 ||
      !root->members()[0].value.is_array()) {
    return NoSuchAnswer();
  }
  std::string text;
  for (const shadow::Value& one : root->members()[0].value.elements()) {
    const auto told = ToldOf(one);
    if (!told) return NoSuchAnswer();
    absl::StrAppend(&text, told->name, "  ", CountTextOf(*told), "  ", told->bytes, " bytes\n");
  }
  return text;
}

}  // namespace cli
