// GET …/blame
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/history/questions.h"
#include "service/history/words.h"

namespace service {
namespace {

using history::LeafChange;
using history::Listing;
using storage::RecordKind;

// When a leaf was written; of an array, when all of it was. An empty container does not say.
std::optional<int64_t> TimeOf(const shadow::Value& leaf) {
  if (!leaf.is_container()) return leaf.timestamp();
  for (const shadow::Value& element : leaf.elements()) {
    if (const auto time = TimeOf(element)) return time;
  }
  for (const shadow::Member& member : leaf.members()) {
    if (const auto time = TimeOf(member.value)) return time;
  }
  return std::nullopt;
}

class Blaming : public Looking {
 public:
  Blaming(const rest::Blame& blame, const Sources& sources, Historian::Asking asking)
      : Looking(sources, blame.of, std::move(asking)) {}

 private:
  bool Begin() override {
    const history::State& newest = walk().newest();
    if (newest.kind != RecordKind::kDocument) {
      Refuse(rest::NotFound(shadow::NoSuchShadow(of().id()).message));
      return true;
    }
    leaves_ = history::ListChanges({}, newest.document, Listing::kValues);
    authors_.resize(leaves_.size());
    for (size_t i = 0; i < leaves_.size(); ++i) unknown_[KeyOf(leaves_[i])] = i;
    return TellIfAll();
  }

  bool Take(const history::Step& step) override {
    for (const LeafChange& change : ChangesOf(step, Listing::kWrites)) {
      const auto place = unknown_.find(KeyOf(change));
      if (change.after == nullptr || place == unknown_.end()) continue;
      std::string& author = authors_[place->second];
      author = absl::StrCat(R"(,"version":)", step.entry.version, R"(,"timestamp":)",
                            step.entry.time, R"(,"change":)", step.change);
      PrintAuthor(step.entry.author, asking().provenance, author);
      unknown_.erase(place);
    }
    return TellIfAll();
  }

  void End() override {
    if (const auto nothing = WhyNothing()) return Refuse(*nothing);
    Tell(absl::StrCat(R"(,"end":")",
                      walk().end() == history::WalkEnd::kDamaged ? "damaged" : "not_kept", "\"",
                      KeptFrom()));
  }

  // Unambiguous: keys are whole JSON strings.
  static std::string KeyOf(const LeafChange& leaf) { return absl::StrJoin(leaf.path, ","); }

  bool TellIfAll() const {
    if (!unknown_.empty()) return false;
    Tell("");
    return true;
  }

  void Tell(absl::string_view more) const {
    std::string body =
        absl::StrCat(R"({"version":)", walk().newest().document.version, R"(,"leaves":[)");
    for (size_t i = 0; i < leaves_.size(); ++i) {
      absl::StrAppend(&body, i == 0 ? "" : ",", R"({"path":[)", KeyOf(leaves_[i]), R"(],"value":)");
      shadow::PrintJson(*leaves_[i].after, body);
      if (!authors_[i].empty()) {
        body += authors_[i];
      } else if (const auto time = TimeOf(*leaves_[i].after)) {
        absl::StrAppend(&body, R"(,"timestamp":)", *time);
      }
      body += '}';
    }
    Answer(absl::StrCat(body, "]", more, "}"));
  }

  std::vector<LeafChange> leaves_;    // of the newest document
  std::vector<std::string> authors_;  // of each leaf; empty: not known
  absl::flat_hash_map<std::string, size_t> unknown_;
};

}  // namespace

std::unique_ptr<Question> Asked(const rest::Blame& blame, const Sources& sources,
                                Historian::Asking asking) {
  return std::make_unique<Blaming>(blame, sources, std::move(asking));
}

}  // namespace service
