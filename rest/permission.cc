#include "rest/permission.h"

#include "absl/strings/str_cat.h"

namespace rest {
namespace {

using policy::Action;

struct Collect {
  std::vector<Permission> operator()(const ShadowRequest& request) const {
    const Action action = request.operation == shadow::Operation::kGet ? Action::kGetThingShadow
                          : request.operation == shadow::Operation::kUpdate
                              ? Action::kUpdateThingShadow
                              : Action::kDeleteThingShadow;
    return {{action, request.name.empty() ? request.thing
                                          : absl::StrCat(request.thing, "/", request.name)}};
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
};

}  // namespace

std::vector<Permission> PermissionsFor(const Operation& operation) {
  return std::visit(Collect(), operation);
}

}  // namespace rest
