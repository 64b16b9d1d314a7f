// What the registry holds: an entry a file (registry_files.h). The name of an entry is the name of
// its file and does not stand in it. Names of AWS are kept for what AWS names.
//
// What the control plane adds to an entry (ids, dates, versions) may be missing: entries that a
// person wrote are whole without it. An empty id and a time of 0 mean that nobody has asked yet.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace policy {

struct Document;

// The name of another entry, with its place in the file; no place if it was not read from one.
struct Reference {
  std::string name;
  Place place{};
};

using Attributes = std::map<std::string, std::string, std::less<>>;
using Tags = std::map<std::string, std::string, std::less<>>;

// Times are milliseconds since the epoch.

// What `iot:Connection.Thing.*` resolves to.
struct Thing {
  std::string name;       // A3
  std::string type_name;  // empty: it has no type
  Attributes attributes{};
  std::string description{};  // for people; decides nothing
  std::string id{};           // UUID
  int64_t created = 0;
  uint64_t version = 1;  // grows with each update
  std::vector<Reference> groups{};
  std::string billing_group{};
};

struct ThingType {
  // User properties of MQTT 5 that are filled in by AWS; kept, and nothing is done with them.
  struct Propagating {
    std::string user_property_key;
    std::string thing_attribute{};  // one of both is empty
    std::string connection_attribute{};

    friend bool operator==(const Propagating&, const Propagating&) = default;
  };

  std::string name;
  std::string id{};
  int64_t created = 0;
  int64_t deprecated = 0;  // 0: it is not
  std::string description{};
  std::vector<std::string> searchable_attributes{};
  std::vector<Propagating> propagating{};
  Tags tags{};
};

struct ThingGroup {
  std::string name;
  std::string parent{};  // empty: it is a root
  Place parent_place{};
  std::vector<Reference> policies{};  // that hold for its things' connections (GR6)
  std::string id{};
  int64_t created = 0;
  uint64_t version = 1;
  std::string description{};
  Attributes attributes{};
  Tags tags{};
};

enum class CertificateStatus : uint8_t { kActive, kInactive, kRevoked, kPendingActivation };

// "ACTIVE" and so on.
absl::string_view StatusName(CertificateStatus status);

struct Certificate {
  bool active() const { return status == CertificateStatus::kActive; }
  // It was made for a device that has yet to show that it is its own (F2).
  bool awaits_its_owner() const {
    return status == CertificateStatus::kPendingActivation && !token_sha256.empty();
  }
  // It is a trusted user's for a while, and may do nothing but provision a device (F5).
  bool is_claim() const { return !claim_template.empty(); }
  // When it goes by itself; 0: never.
  int64_t goes() const { return is_claim() || awaits_its_owner() ? expires : 0; }

  std::string id;  // SHA-256 of the DER in lower-case hex
  CertificateStatus status = CertificateStatus::kInactive;
  std::vector<Reference> things{};
  bool exclusive = false;  // it has its one thing to itself (EXCLUSIVE_THING)
  std::vector<Reference> policies{};
  std::string description{};
  int64_t created = 0;
  int64_t modified = 0;
  uint64_t customer_version = 1;
  std::string generation_id{};
  std::string ca_id{};    // of the registered CA that signed it; empty: of none
  bool sni_only = false;  // registered without a CA

  // Of one that awaits its owner: the SHA-256, in hex, of the token that shows it, and whom the
  // token was given to (empty: anybody may come with it).
  std::string token_sha256{};
  std::string token_owner{};
  std::string claim_template{};  // of a claim: the template that it may provision with
  int64_t expires = 0;           // of both: when it is of no use any more
  // Of a claim: all that it may, whatever is attached to it.
  std::shared_ptr<const Document> claim_policy{};
};

// An identity of Amazon Cognito, as what things and policies are attached to. One to which nothing
// is attached has no entry: who there is, Cognito knows.
struct Identity {
  std::string id;  // "REGION:UUID"
  std::vector<Reference> things{};
  bool exclusive = false;  // as of certificates
  std::vector<Reference> policies{};
};

// A certificate authority that the account knows.
struct CaCertificate {
  // What happens when a device comes with a certificate of its own (JITP); kept as it was given.
  struct Registration {
    std::string template_body{};
    std::string template_name{};
    std::string role_arn{};

    friend bool operator==(const Registration&, const Registration&) = default;
  };

  // Certificates that it has signed are registered when their devices come (CE7).
  bool registers_by_itself() const { return active && auto_registration; }

  std::string id;
  bool active = false;
  bool auto_registration = false;
  bool sni_only = false;
  Registration registration{};
  int64_t created = 0;
  int64_t modified = 0;
  uint64_t customer_version = 1;
  std::string generation_id{};
  Tags tags{};
};

// What is known of a policy beside the document that is in force, which has a file of its own. A
// policy of which nothing is known has one version, 1.
struct PolicyVersions {
  struct Version {
    int64_t created = 0;
    std::string document{};  // empty: it is the default, whose text is the policy's file
  };

  std::string name;
  uint64_t default_id = 1;
  uint64_t next_id = 2;  // ids are not used again
  std::map<uint64_t, Version> versions{};
  int64_t created = 0;
  int64_t modified = 0;
  std::string generation_id{};
  Tags tags{};
};

// The identity of Cognito that a key stands for, as those keys do that Cognito gives out (W19).
struct KeyIdentity {
  std::string id{};  // empty: none
  // That it has logged in: then policies must be attached to it that allow, too (W16).
  bool authenticated = true;
};

// What may be known of a key for Signature Version 4 where its secret must not be: a projection of
// credentials/ (credentials.h).
struct AccessKey {
  std::string id;
  bool active = false;
  std::vector<Reference> policies{};
  KeyIdentity identity{};
};

// What a device becomes when it is provisioned (docs/provisioning.md): the documents of the
// template's versions, of which the default one is in force.
struct ProvisioningTemplate {
  struct Version {
    int64_t created = 0;
    std::string body{};
  };
  // Who is asked before a device is provisioned; kept as it was given.
  struct Hook {
    std::string payload_version{};
    std::string target_arn{};

    friend bool operator==(const Hook&, const Hook&) = default;
  };

  std::string name;
  std::string description{};
  bool enabled = false;
  bool just_in_time = false;  // of the type JITP, not FLEET_PROVISIONING
  std::string role_arn{};
  Hook hook{};
  uint64_t default_id = 1;
  uint64_t next_id = 2;  // ids are not used again
  std::map<uint64_t, Version> versions{};
  int64_t created = 0;
  int64_t modified = 0;
  Tags tags{};
};

// What there is once.
struct Settings {
  std::string registration_code{};  // empty: none was asked for yet
  std::map<std::string, bool, std::less<>>
      events{};  // kinds of events that were set, and whether on
};

}  // namespace policy
