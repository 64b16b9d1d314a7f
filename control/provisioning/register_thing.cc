// RegisterThing: a template that is carried out at once, for whoever may.
#include "absl/strings/str_cat.h"
#include "control/certificate_texts.h"
#include "control/json.h"
#include "control/members.h"
#include "control/operation.h"
#include "control/provisioning/effects.h"
#include "control/provisioning/template_texts.h"
#include "identity/presented_certificate.h"
#include "provisioning/plan.h"

namespace control {
namespace {

using policy::Certificate;
using provisioning::CertificatePlan;

const Shape kParameterName = {"", nullptr, 1, 0};

// The certificate of a plan: its entry, and its text if it is to be kept.
struct Taken {
  std::optional<Certificate> entry;
  std::string pem;
  bool is_new = false;
};

std::variant<Taken, Refusal> Issue(const std::string& csr, const Surroundings& here) {
  if (here.certify == nullptr) return InvalidRequest(kNoAuthority);
  const auto made = here.certify(csr);
  if (!made.ok()) {
    return ResourceRegistrationFailure(
        absl::StrCat("The certificate signing request is not right: ", made.status().message()));
  }
  return Taken{.entry = NewCertificate(here, made->id), .pem = made->certificate, .is_new = true};
}

std::variant<Taken, Refusal> TakeRegistered(const std::string& id, const Account& account,
                                            const Surroundings& here) {
  const Certificate* const found = account.registry().FindCertificate(id);
  if (found == nullptr) return CertificateNotFound(id);
  return Taken{.entry = *found,
               .pem = here.read_entry(policy::RegistryPart::kCertificatePems, id).value_or("")};
}

std::variant<Taken, Refusal> TakePresented(const CertificatePlan& plan, const Account& account,
                                           const Surroundings& here) {
  const auto presented = identity::ReadPresented(*plan.pem);
  if (presented.ok() && account.registry().FindCertificate(presented->id) != nullptr) {
    return TakeRegistered(presented->id, account, here);
  }
  auto made = NewSigned(*plan.pem, plan.ca_pem, account, here);
  if (auto* refusal = std::get_if<Refusal>(&made)) return std::move(*refusal);
  return Taken{.entry = std::get<Certificate>(std::move(made)), .pem = *plan.pem, .is_new = true};
}

std::variant<Taken, Refusal> TakeCertificate(const provisioning::Plan& plan, const Account& account,
                                             const Surroundings& here) {
  if (!plan.certificate) return Taken{};
  if (plan.certificate->csr) return Issue(*plan.certificate->csr, here);
  if (plan.certificate->id) return TakeRegistered(*plan.certificate->id, account, here);
  return TakePresented(*plan.certificate, account, here);
}

Outcome RegisterThing(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string body = in.Need("templateBody", kAnyText);
  const auto parameters = in.Map("parameters", kParameterName, kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = BodyRefusal(body, provisioning::Purpose::kRegistration)) return *refusal;
  const auto parsed = provisioning::ParseTemplate(body, provisioning::Purpose::kRegistration);
  const auto plan = provisioning::MakePlan(*parsed, parameters.value_or(provisioning::Texts()), {});
  if (!plan.ok()) return ResourceRegistrationFailure(plan.status().message());
  auto taken = TakeCertificate(*plan, account, here);
  if (auto* refusal = std::get_if<Refusal>(&taken)) return std::move(*refusal);
  const auto& [entry, pem, is_new] = std::get<Taken>(taken);
  auto provisioned = Provision(*plan, entry, account, here);
  if (auto* refusal = std::get_if<Refusal>(&provisioned)) return std::move(*refusal);
  auto& [changes, arns] = std::get<Provisioned>(provisioned);
  if (is_new) {
    changes.insert(changes.begin(), {policy::RegistryPart::kCertificatePems, entry->id, pem});
  }
  return Done{.body = Json()
                          .TextIfAny("certificatePem", pem)
                          .Map("resourceArns", {arns.begin(), arns.end()})
                          .Finish(),
              .changes = std::move(changes)};
}

constexpr Operation kRegisterThingOperations[] = {
    {"RegisterThing", "POST", "/things", nullptr, RegisterThing},
};

}  // namespace

absl::Span<const Operation> RegisterThingOperations() { return kRegisterThingOperations; }

}  // namespace control
