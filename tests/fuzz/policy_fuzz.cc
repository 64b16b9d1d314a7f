// Any bytes as a policy and as the entries of a registry. What is taken decides without a crash,
// and an entry that is taken is taken again as it prints.
#include <cstdlib>

#include "policy/explain.h"
#include "policy/registry_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto thing = policy::ParseThing("t", text); thing.ok()) {
    if (!policy::ParseThing("t", policy::PrintThing(*thing)).ok()) std::abort();
  }
  if (const auto certificate = policy::ParseCertificate("c", text); certificate.ok()) {
    if (!policy::ParseCertificate("c", policy::PrintCertificate(*certificate)).ok()) std::abort();
  }
  const auto document = policy::ParseDocument("p", text);
  if (!document.ok()) return 0;

  const policy::Thing thing{.name = "t", .type_name = "lamp", .attributes = {{"a", "1"}}};
  policy::CertificateFacts certificate;
  certificate.id = "id";
  certificate.Subject(policy::NameAttribute::kCommonName) = {"a", "*"};
  policy::Connection connection;
  connection.client_id = "t";
  connection.source_ip = "10.0.0.1";
  connection.thing = &thing;
  connection.certificate = &certificate;
  connection.persistent = true;
  const policy::Document* const policies[] = {&*document};
  for (const policy::Action action : policy::AllActions()) {
    const policy::Request request{action, "t/a/b", 1'700'000'000};
    const policy::Decision decision = policy::Decide(policies, request, connection);
    policy::DecisionText(decision, policies);
    for (const auto& finding : policy::Examine(policies, request, connection)) {
      policy::FindingText(finding);
    }
  }
  return 0;
}
