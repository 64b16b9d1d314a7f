// POST …/restore
#include <utility>

#include "absl/strings/str_cat.h"
#include "history/restore.h"
#include "service/history/questions.h"
#include "service/history/version_finder.h"
#include "shadow/delta.h"
#include "shadow/operation.h"

namespace service {
namespace {

using shadow::Document;
using shadow::Member;
using shadow::Value;
using storage::RecordKind;

class Restoring : public Looking {
 public:
  Restoring(const rest::Restore& restore, const Sources& sources, Historian::Asking asking,
            Historian::Send send)
      : Looking(sources, restore.of, std::move(asking)),
        restore_(restore),
        send_(std::move(send)) {}

 private:
  bool Begin() override {
    const int64_t version = walk().newest().document.version;
    if (restore_.expect.value_or(version) != version) {
      Refuse(rest::Conflict());
      return true;
    }
    finder_.emplace(restore_.version, walk());
    return false;
  }

  bool Take(const history::Step& step) override {
    if (const auto found = finder_->Take(step)) {
      Bring(*found);
      return true;
    }
    if (!finder_->has_passed()) return false;
    Refuse(NotKept("The version to restore is not kept"));
    return true;
  }

  void End() override {
    if (const auto found = finder_->End()) return Bring(*found);
    const auto nothing = WhyNothing();
    Refuse(nothing ? *nothing : NotKept("The version to restore is not kept"));
  }

  void Bring(const VersionFinder::Found& found) {
    if (found.state->kind != RecordKind::kDocument) {
      return Refuse(rest::InvalidRequest(
          absl::StrCat("Version ", found.version, " is a deletion: delete the shadow instead")));
    }
    if (restore_.reported && !found.state->has_reported) {
      return Refuse(
          NotKept(absl::StrCat("What version ", found.version, " had in reported is not kept")));
    }
    const Document& now = walk().newest().document;
    const Document& then = found.state->document;
    shadow::Arena arena;
    std::vector<Member> sections;
    if (restore_.desired) Add(R"("desired")", now.desired, then.desired, arena, sections);
    if (restore_.reported) Add(R"("reported")", now.reported, then.reported, arena, sections);
    const Value state = Value::Object(sections);
    std::string state_text;
    shadow::PrintJson(state, state_text);
    if (restore_.dry_run) return TellDelta(state, state_text, arena);
    if (sections.empty()) {
      return Answer(absl::StrCat(R"({"state":{},"version":)", now.version, "}"));
    }
    send_(absl::StrCat(R"({"state":)", state_text, R"(,"version":)", now.version, "}"));
  }

  static void Add(absl::string_view name, const Value& now, const Value& then, shadow::Arena& arena,
                  std::vector<Member>& sections) {
    const Value update = history::UpdateTo(now, then, arena);
    if (!update.empty()) sections.push_back({name, update});
  }

  // What the update would come to: the same function that it is applied by.
  void TellDelta(const Value& state, absl::string_view state_text, shadow::Arena& arena) const {
    const history::State& newest = walk().newest();
    std::optional<shadow::Record> current;
    if (newest.kind == RecordKind::kDocument) current = newest.document;
    if (newest.kind == RecordKind::kTombstone) {
      current = shadow::Tombstone{newest.document.version, newest.document.updated_at};
    }
    const Historian::Settings& settings = sources().settings;
    const auto outcome =
        shadow::ApplyUpdate(current, {.state = state}, settings.now(), settings.limits, arena);
    if (const auto* refusal = std::get_if<shadow::Refusal>(&outcome)) {
      return Refuse(rest::Refused(*refusal));
    }
    const auto& after = std::get<Document>(outcome);
    std::string body = absl::StrCat(R"({"version":)", newest.document.version, R"(,"state":)",
                                    state_text, R"(,"delta":)");
    const bool changes = !state.empty();
    shadow::PrintJson(changes ? shadow::Delta(after.desired, after.reported, arena) : Value(),
                      body);
    Answer(body + "}");
  }

  const rest::Restore restore_;
  const Historian::Send send_;
  std::optional<VersionFinder> finder_;
};

}  // namespace

std::unique_ptr<Question> Asked(const rest::Restore& restore, const Sources& sources,
                                Historian::Asking asking, Historian::Send send) {
  return std::make_unique<Restoring>(restore, sources, std::move(asking), std::move(send));
}

}  // namespace service
