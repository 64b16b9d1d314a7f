// One request explained as a whole: who asks, what is decided, and what each statement has to say.
// For `shadowctl policy explain` and for the console; not for every message.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/action.h"
#include "policy/explain.h"
#include "policy/registry.h"

namespace policy {

struct Asker {
  std::shared_ptr<const Certificate> certificate;
  CertificateFacts facts;   // as far as they are known; its id at least
  std::string client_id{};  // empty: the name of the one thing that the certificate is attached to
  std::string source_ip{};  // empty: not known
};

// Lives by itself.
struct Explanation {
  bool allowed = false;
  std::string reason{};  // one sentence
  Action action = Action::kConnect;
  std::string name{};  // as Request has it
  Asker asker;
  std::shared_ptr<const Thing> thing;  // of the certificate, called as the client; null: none
  Policies policies;                   // that hold
  std::vector<Finding> findings{};     // pointers into `policies`
};

// `now`: epoch seconds.
Explanation Explain(const Registry& registry, Asker asker, Action action, std::string name,
                    int64_t now);

// {"allowed":…,"reason":…,"action":…,"resource":…,"certificateId":…,"active":…,"clientId":…,
//  "thing":…,"statements":[{"policy":…,"statement":…,"sid":…,"place":…,"effect":…,"verdict":…}]}
std::string JsonOf(const Explanation& explanation);

// The name in "topic/a/b" or in the ARN of it, of the kind that `action` is asked for. A view of
// `resource`; nothing: it is of another kind.
std::optional<absl::string_view> NameInResource(absl::string_view resource, Action action);

}  // namespace policy
