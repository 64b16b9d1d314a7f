// What one file of the registry says: JSON to entry and back. Policies are AWS's own documents
// (document.h). The name of an entry is the name of its file and does not stand in it.
//
//   things/NAME.json         {"thingTypeName": "lamp", "attributes": {"room": "kitchen"}}
//   certificates/ID.json     {"status": "ACTIVE", "things": ["lamp1"], "policies": ["lamp"]}
//
// Every member may be left out but "status". Both may have a "description" for people.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"
#include "policy/thing.h"

namespace policy {

// AWS's limits.
inline constexpr size_t kThingAttributesMax = 50;
inline constexpr size_t kAttributeNameBytesMax = 128;
inline constexpr size_t kAttributeValueBytesMax = 800;
inline constexpr size_t kPoliciesPerCertificateMax = 10;

// A name that stands in a certificate's file, with its place there.
struct Reference {
  std::string name;
  Place place;
};

struct CertificateEntry {
  bool active = false;
  std::vector<Reference> things;
  std::vector<Reference> policies;
  std::string description;
};

// Both fail with a Fault ("line:column: reason").
absl::StatusOr<Thing> ParseThing(absl::string_view name, absl::string_view text);
absl::StatusOr<CertificateEntry> ParseCertificate(absl::string_view text);

// Indented, one name a line, in a fixed order: a change of one attachment is a change of one line.
std::string PrintThing(const Thing& thing);
std::string PrintCertificate(const CertificateEntry& certificate);

// 64 lower-case hex digits.
bool IsCertificateId(absl::string_view text);

}  // namespace policy
