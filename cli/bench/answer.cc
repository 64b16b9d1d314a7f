#include "cli/bench/answer.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/shadow/answer.h"
#include "cli/shadow/members.h"

namespace cli {
namespace {

struct Told {
  std::string name;
  int64_t shadows;
  int64_t tombstones;
  int64_t bytes;
};

std::optional<Told> ToldOf(const shadow::Value& value) {
  Members members(value, "the answer");
  const Told told = {.name = members.TextOr("name", ""),
                     .shadows = members.Number("shadows"),
                     .tombstones = members.Number("tombstones"),
                     .bytes = members.NumberOr("bytes", 0)};
  if (!members.status().ok() || told.shadows < 0 || told.tombstones < 0) return std::nullopt;
  return told;
}

absl::Status NoSuchAnswer() { return absl::InternalError("the answer tells of no shadows"); }

std::string CountTextOf(const Told& told) {
  return absl::StrCat(told.shadows, told.shadows == 1 ? " shadow" : " shadows",
                      told.tombstones == 0 ? "" : absl::StrCat(", ", told.tombstones, " deleted"));
}

}  // namespace

absl::StatusOr<std::string> CountText(absl::string_view text) {
  const auto answer = ReadAnswer(std::string(text));
  const auto told = answer.ok() ? ToldOf((*answer)->json) : std::nullopt;
  if (!told) return NoSuchAnswer();
  return CountTextOf(*told);
}

absl::StatusOr<std::string> SnapshotsText(absl::string_view text) {
  const auto answer = ReadAnswer(std::string(text));
  if (!answer.ok()) return NoSuchAnswer();
  Members members((*answer)->json, "the answer");
  const auto snapshots = members.Array("snapshots");
  if (!members.status().ok()) return NoSuchAnswer();
  std::string lines;
  for (const shadow::Value& one : snapshots) {
    const auto told = ToldOf(one);
    if (!told) return NoSuchAnswer();
    absl::StrAppend(&lines, told->name, "  ", CountTextOf(*told), "  ", told->bytes, " bytes\n");
  }
  return lines;
}

}  // namespace cli
