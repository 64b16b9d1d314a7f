// Who a connection is, and what that allows it: the certificate or the access key it came with,
// looked up in the registry, and the decisions of the policies attached to it, and to the identity
// of Cognito that the key may stand for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/principal/decisions.h"
#include "plugin/principal/origin.h"
#include "policy/connection.h"
#include "policy/evaluate.h"
#include "policy/registry.h"

namespace plugin {

class Principal {
 public:
  enum class Standing : uint8_t { kActive, kInactive, kUnknown };

  // `persistent`: its session is to outlive the connection. Without a certificate or an access key
  // it may nothing.
  Principal(absl::string_view client_id, Origin origin, bool persistent);

  // Looks certificate or key up. What follows is decided by what `registry` holds now. `generation`
  // is for the caller, to see whether this is due.
  void Resolve(const policy::Registry& registry, uint64_t generation);
  uint64_t generation() const { return generation_; }
  // The next generation is another, whatever it is.
  void Expire() { generation_ = 0; }
  Standing standing() const { return standing_; }

  // May it? `now` in epoch seconds; only asked for if a policy speaks of the time. Allocates
  // nothing for a question that was asked lately.
  bool May(policy::Action action, absl::string_view name, int64_t now);

  // May it leave a will to `topic`? That is a question of iot:Connect.
  bool MayLeaveWill(absl::string_view topic, int64_t now) const;

  // What decided, in words: "denied by statement 2 ...".
  std::string Explain(policy::Action action, absl::string_view name, int64_t now) const;

  const std::string& client_id() const { return client_id_; }
  // The id of certificate or key; empty: it has none.
  absl::string_view id() const;
  // What that is, for people: "certificate" or "access key".
  absl::string_view Kind() const { return tunnel_ ? "access key" : "certificate"; }
  // The one thing that the certificate or identity is attached to, by the latest Resolve; empty:
  // there is none, or more than one.
  absl::string_view only_thing() const { return only_thing_; }
  // IP; empty: it came by a unix socket.
  const std::string& source_ip() const { return source_ip_; }

  // The connection is over: what it might have left behind (a will) can still be asked for, but
  // is not asked often.
  void Depart() { decisions_.Clear(); }

 private:
  policy::Connection View() const;
  policy::Held HeldTo() const;
  void ResolveCertificate(const policy::Registry& registry);
  void ResolveKey(const policy::Registry& registry);

  const std::string client_id_;
  const std::string source_ip_;  // empty: it came by a unix socket
  const std::optional<policy::CertificateFacts> facts_;
  const std::optional<Tunnel> tunnel_;
  const bool persistent_;

  // By the latest Resolve.
  uint64_t generation_ = 0;
  Standing standing_ = Standing::kUnknown;
  policy::Policies policies_;                          // empty unless it is active
  std::vector<const policy::Document*> asked_;         // the same
  std::string identity_id_;                            // that the key stands for; empty: none
  std::optional<policy::Policies> identity_policies_;  // nothing: they have no say
  std::vector<const policy::Document*> identity_asked_;
  std::shared_ptr<const policy::Thing> thing_;  // that it stands for; null: for none
  std::string only_thing_;
  bool timeless_ = false;  // no policy speaks of the time, so decisions last
  Decisions decisions_;
};

}  // namespace plugin
