// GET …/diff
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/history/questions.h"
#include "service/history/version_finder.h"
#include "service/history/words.h"
#include "storage/record.h"

namespace service {
namespace {

using history::State;
using storage::RecordKind;

// One of the two: kept as bytes, since a state is gone with the walk's next step.
struct Side {
  const char* name;
  rest::VersionName wanted;
  std::optional<VersionFinder> finder{};
  bool is_found = false;
  int64_t version = 0;
  bool has_reported = true;
  std::string record{};  // empty: there was no document
  std::string reported_note{};
};

class Comparison : public Looking {
 public:
  Comparison(const rest::CompareVersions& compare, const Sources& sources, Historian::Asking asking)
      : Looking(sources, compare.of, std::move(asking)),
        sides_{Side{.name = "from", .wanted = compare.from},
               Side{.name = "to", .wanted = compare.to}} {}

 private:
  bool Begin() override {
    for (Side& side : sides_) side.finder.emplace(side.wanted, walk());
    return false;
  }

  bool Take(const history::Step& step) override {
    for (Side& side : sides_) {
      if (side.is_found) continue;
      if (const auto found = side.finder->Take(step)) Keep(*found, side);
      if (!side.is_found && side.finder->has_passed()) {
        Refuse(Missing(side));
        return true;
      }
    }
    return TellIfBoth();
  }

  void End() override {
    for (Side& side : sides_) {
      if (side.is_found) continue;
      if (const auto found = side.finder->End()) {
        Keep(*found, side);
        continue;
      }
      const auto nothing = WhyNothing();
      return Refuse(nothing ? *nothing : Missing(side));
    }
    TellIfBoth();
  }

  rest::Error Missing(const Side& side) const {
    return NotKept(absl::StrCat("The version that is named by ", side.name, " is not kept"));
  }

  void Keep(const VersionFinder::Found& found, Side& side) const {
    side.is_found = true;
    side.version = found.version;
    side.has_reported = found.state->has_reported;
    side.reported_note = ReportedNote(*found.state);
    if (found.state->kind == RecordKind::kDocument) {
      side.record = storage::EncodeRecord(found.state->document);
    }
  }

  bool TellIfBoth() {
    const auto& [from, to] = sides_;
    if (!from.is_found || !to.is_found) return false;
    shadow::Arena arena;
    std::array<shadow::Document, 2> documents;
    for (size_t i = 0; i < sides_.size(); ++i) {
      if (sides_[i].record.empty()) continue;
      const auto record = storage::DecodeRecord(sides_[i].record, arena);
      if (!record.ok()) {
        Fail(record.status());
        return true;
      }
      documents[i] = std::get<shadow::Document>(*record);
    }
    if (!from.has_reported || !to.has_reported) {
      documents[0].reported = documents[1].reported = {};
    }
    std::string body =
        absl::StrCat(R"({"from":)", from.version, R"(,"to":)", to.version, R"(,"changes":[)");
    for (const auto& change :
         history::ListChanges(documents[0], documents[1], history::Listing::kValues)) {
      if (body.back() != '[') body += ',';
      PrintChange(change, body);
    }
    absl::StrAppend(&body, "]", from.has_reported ? to.reported_note : from.reported_note, "}");
    Answer(std::move(body));
    return true;
  }

  std::array<Side, 2> sides_;
};

}  // namespace

std::unique_ptr<Question> Asked(const rest::CompareVersions& compare, const Sources& sources,
                                Historian::Asking asking) {
  return std::make_unique<Comparison>(compare, sources, std::move(asking));
}

}  // namespace service
