#include "rest/permission.h"

#include "absl/strings/str_cat.h"

namespace rest {
namespace {

using policy::Action;

std::string NameOf(const shadow::ShadowId& id) {
  return id.classic() ? std::string(id.thing) : absl::StrCat(id.thing, "/", id.name);
}

struct Collect {
  std::vector<Permission> operator()(const ShadowRequest& request) const {
    const Action action = request.operation == shadow::Operation::kGet ? Action::kGetThingShadow
                          : request.operation == shadow::Operation::kUpdate
                              ? Action::kUpdateThingShadow
                              : Action::kDeleteThingShadow;
    return {{action, NameOf(request.id())}};
  }
  std::vector<Permission> operator()(const ListNamedShadows& list) const {
    return {{Action::kListNamedShadowsForThing, list.thing}};
  }
  std::vector<Permission> operator()(const Publish& publish) const {
    std::vector<Permission> all = {{Action::kPublish, publish.topic}};
    if (publish.retain) all.push_back({Action::kRetainPublish, publish.topic});
    return all;
  }
  std::vector<Permission> operator()(const GetRetained& get) const {
    return {{Action::kGetRetainedMessage, get.topic}};
  }
  std::vector<Permission> operator()(const ListRetained&) const {
    return {{Action::kListRetainedMessages, "*"}};
  }
  std::vector<Permission> operator()(const Disconnect& disconnect) const {
    return {{Action::kDeleteConnection, disconnect.client_id}};
  }
  std::vector<Permission> operator()(const ListHistory& list) const { return Reading(list.of); }
  std::vector<Permission> operator()(const GetVersion& get) const { return Reading(get.of); }
  std::vector<Permission> operator()(const CompareVersions& compare) const {
    return Reading(compare.of);
  }
  std::vector<Permission> operator()(const Blame& blame) const { return Reading(blame.of); }
  std::vector<Permission> operator()(const Restore& restore) const {
    // Its answer tells what stood in the older version.
    return {{Action::kGetThingShadow, NameOf(restore.of.id())},
            {Action::kUpdateThingShadow, NameOf(restore.of.id())}};
  }
  std::vector<Permission> operator()(const Forget& forget) const {
    return {{Action::kDeleteThingShadow, forget.thing},
            {Action::kDeleteThingShadow, absl::StrCat(forget.thing, "/*")}};
  }
  std::vector<Permission> operator()(const ReadChanges&) const {
    return {{Action::kGetThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const GetClock&) const {
    return {{Action::kGetThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const SetClock&) const {
    return {{Action::kUpdateThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const ResetShadows&) const {
    return {{Action::kDeleteThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const SnapshotCall& call) const {
    if (call.what != SnapshotCall::Do::kRestore) return {{Action::kGetThingShadow, "*"}};
    return {{Action::kUpdateThingShadow, "*"}, {Action::kDeleteThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const ListSnapshots&) const {
    return {{Action::kGetThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const ListFaults&) const {
    return {{Action::kGetThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const ListReadyFaults&) const {
    return {{Action::kGetThingShadow, "*"}};
  }
  std::vector<Permission> operator()(const StartFaults&) const { return ChangingAll(); }
  std::vector<Permission> operator()(const StopFaults&) const { return ChangingAll(); }
  std::vector<Permission> operator()(const RecordFaults&) const {
    return {{Action::kGetThingShadow, "*"}};
  }

 private:
  static std::vector<Permission> ChangingAll() { return {{Action::kUpdateThingShadow, "*"}}; }
  static std::vector<Permission> Reading(const HistoryOf& of) {
    return {{Action::kGetThingShadow, NameOf(of.id())}};
  }
};

}  // namespace

bool IsOfBench(const Operation& operation) {
  return std::visit(
      [](const auto& asked) {
        using Asked = std::decay_t<decltype(asked)>;
        return std::disjunction_v<
            std::is_same<Asked, GetClock>, std::is_same<Asked, SetClock>,
            std::is_same<Asked, ResetShadows>, std::is_same<Asked, SnapshotCall>,
            std::is_same<Asked, ListSnapshots>, std::is_same<Asked, ListFaults>,
            std::is_same<Asked, ListReadyFaults>, std::is_same<Asked, StartFaults>,
            std::is_same<Asked, StopFaults>, std::is_same<Asked, RecordFaults>>;
      },
      operation);
}

bool NeedsAccessKey(const Operation& operation) {
  const auto* list = std::get_if<ListHistory>(&operation);
  return std::holds_alternative<Forget>(operation) || IsOfBench(operation) ||
         (list != nullptr && !list->filter.by.empty());
}

std::vector<Permission> PermissionsFor(const Operation& operation) {
  return std::visit(Collect(), operation);
}

}  // namespace rest
