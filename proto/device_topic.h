// The topics of what devices do beyond shadows: jobs, commands and fleet provisioning
// (docs/contract-device-topics.md).
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace proto {

// What a topic is to the service. The texts are views into the parsed topic.
struct DeviceTopic {
  enum class Kind : uint8_t {
    kNone,     // none of these: an ordinary topic, or a shadow's
    kRequest,  // of a device to the service; nobody else is handed it
    kService,  // only the service publishes there: an answer, a notice, a command; or nothing is
               // there
  };
  enum class Family : uint8_t {
    kJobs,          // $aws/things/{subject}/jobs/…
    kCommands,      // $aws/commands/{things|clients}/{subject}/executions/{item}/response[/FORMAT]
    kCertificates,  // $aws/certificates/{verb}/FORMAT
    kTemplates,     // $aws/provisioning-templates/{subject}/provision/FORMAT
  };
  enum class Format : uint8_t { kJson, kCbor };

  Kind kind = Kind::kNone;
  Family family = Family::kJobs;
  Format format = Format::kJson;
  bool is_client = false;       // of commands: the subject is a client id, not a thing
  absl::string_view subject{};  // a thing, a client id or a template's name
  absl::string_view item{};     // a job's id, or "$next"; a command execution's id
  // Of jobs "get", "start-next" or "update", empty where AWS has no such topic; of certificates
  // "create" or "create-from-csr".
  absl::string_view verb{};
};

DeviceTopic ParseDeviceTopic(absl::string_view topic);

// Is it one of certificates or templates, a request or an answer?
bool IsOfProvisioning(absl::string_view topic);

// Where a request is answered: "…/accepted", and of commands "…/accepted/json" (and "…/cbor").
std::string DeviceAnswerTopic(absl::string_view request_topic, bool accepted);

}  // namespace proto
