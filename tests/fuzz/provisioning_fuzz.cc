// Any bytes as a provisioning template, for each of its purposes: what is read makes a plan or says
// why not, and no text of it is longer than is allowed.
#include <cstdlib>

#include "provisioning/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using provisioning::Purpose;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Purpose purpose : {Purpose::kFleet, Purpose::kJustInTime, Purpose::kRegistration}) {
    const auto one = provisioning::ParseTemplate(text, purpose);
    if (!one.ok()) continue;
    provisioning::Texts given;
    for (const auto& [name, usual] : one->parameters) given.emplace(name, "a,b-c");
    const auto plan = provisioning::MakePlan(*one, given, {});
    if (!plan.ok() || !plan->thing) continue;
    if (plan->thing->name.size() > provisioning::kTextBytesMax) std::abort();
  }
  return 0;
}
