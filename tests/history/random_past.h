// Sequences of what can happen to a shadow, as a seed wants them.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "history/restore.h"
#include "tests/history/past.h"

namespace history {

class RandomPast {
 public:
  explicit RandomPast(uint64_t seed) : engine_(seed) {}

  unsigned Below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }

  // One thing more happens, some time later.
  void Go(Past& past) {
    static constexpr int64_t kLater[] = {0, 0, 1, 1, 60, 3600, 47 * 3600, 49 * 3600};
    past.now += kLater[Below(Below(4) == 0 ? 8 : 6)];
    past.step = 1 + Below(3);
    switch (Below(12)) {
      case 0:
        past.Delete();
        break;
      case 1:
        if (Below(2) == 0) past.Import(Imported(past));
        break;
      case 2:
        Restore(past);
        break;
      case 3:
      case 4:
        past.Update(ReportAgain(past));
        break;
      default:
        past.Update(State());
        break;
    }
  }

 private:
  std::string Scalar() {
    static const char* kScalars[] = {
        "1", "1.0", "-7", "0.5", "\"a\"", "\"\"", "true", "false", "9007199254740993", "\"1\""};
    return kScalars[Below(10)];
  }

  // A value that an update may hold: nulls among the members, none in arrays.
  std::string Value(int depth) {
    switch (depth > 3 ? 0 : Below(6)) {
      case 1:
        return Object(depth);
      case 2:
        return Array(depth);
      case 3:
        return "null";
      default:
        return Scalar();
    }
  }

  std::string Object(int depth) {
    std::string out = "{";
    for (unsigned i = Below(5); i > 0; --i) {
      absl::StrAppend(&out, out.size() > 1 ? "," : "", "\"k", Below(6), "\":", Value(depth + 1));
    }
    return out + "}";
  }

  std::string Array(int depth) {
    std::string out = "[";
    for (unsigned i = Below(3); i > 0; --i) {
      absl::StrAppend(&out, out.size() > 1 ? "," : "",
                      depth < 3 && Below(3) == 0 ? Array(depth + 1)
                      : Below(5) == 0            ? R"({"x":[],"y":1})"
                                                 : Scalar());
    }
    return out + "]";
  }

  std::string State() {
    switch (Below(10)) {
      case 0:
        return "null";
      case 1:
        return absl::StrCat(R"({"desired":null,"reported":)", Object(0), "}");
      case 2:
        return absl::StrCat(R"({"desired":)", Object(0), R"(,"reported":null})");
      case 3:
        return absl::StrCat(R"({"reported":)", Object(0), R"(,"desired":)", Object(0), "}");
      case 4:
        return "{}";
      case 5:
      case 6:
        return absl::StrCat(R"({"desired":)", Object(0), "}");
      default:
        return absl::StrCat(R"({"reported":)", Object(0), "}");
    }
  }

  // What a device does that sends all it has each time, and sometimes something else.
  std::string ReportAgain(const Past& past) {
    shadow::Arena arena(kArenaBytes);
    std::string all;
    shadow::PrintJson(past.Current(arena).reported, all);
    if (Below(2) == 0) return absl::StrCat(R"({"reported":)", all, "}");
    all.pop_back();
    return absl::StrCat(R"({"reported":)", all, all.size() > 1 ? "," : "", "\"k", Below(6),
                        "\":", Value(1), "}}");
  }

  // A desired of some time before.
  void Restore(Past& past) {
    if (past.stood().empty()) return;
    const Stood& then = past.stood()[Below(static_cast<unsigned>(past.stood().size()))];
    if (then.kind != storage::RecordKind::kDocument) return;
    shadow::Arena arena(kArenaBytes);
    const auto root = shadow::ParseJson(then.got, 0, arena);
    const shadow::Value* desired = shadow::Find(*shadow::Find(*root, "state"), "desired");
    std::string update;
    shadow::PrintJson(UpdateTo(past.Current(arena).desired,
                               desired != nullptr ? *desired : shadow::Value(), arena),
                      update);
    past.Update(absl::StrCat(R"({"desired":)", update, "}"), storage::HistoryKind::kRestore);
  }

  // Something else, or what is there in another order and with other times.
  shadow::Record Imported(const Past& past) {
    arena_.Clear();
    const int64_t time = past.now - Below(100'000);
    const int64_t version = 1 + Below(1000);
    if (Below(4) == 0) return shadow::Tombstone{version, time};
    shadow::Document document = past.Current(arena_);
    document.version = version;
    document.updated_at = time;
    document.desired = Shuffled(document.desired);
    document.reported = Below(2) == 0 ? Shuffled(document.reported) : shadow::Value();
    return document;
  }

  shadow::Value Shuffled(const shadow::Value& value) {
    if (value.is_object()) {
      std::vector<shadow::Member> members(value.members().begin(), value.members().end());
      if (Below(3) == 0) std::shuffle(members.begin(), members.end(), engine_);
      for (shadow::Member& member : members) member.value = Shuffled(member.value);
      return shadow::Value::Object(arena_.Copy(absl::Span<const shadow::Member>(members)));
    }
    if (value.is_array() || Below(3) != 0) return value;
    return shadow::Value(value.kind(), value.text(), Below(2'000'000'000));
  }

  std::mt19937_64 engine_;
  shadow::Arena arena_{kArenaBytes};
};

}  // namespace history
