#include "tests/control/issuing_account.h"

#include <ctime>

#include "absl/strings/str_cat.h"
#include "identity/issuer.h"
#include "identity/signing_request.h"
#include "rest/digest.h"
#include "rest/target.h"

namespace control {
namespace {

// One for all: what an authority is does not change.
const identity::Issuer& LocalIssuer() {
  static const identity::Issuer issuer = [] {
    const auto made = identity::MakeAuthority(std::time(nullptr));
    const auto certificate = identity::ParseCertificate(made->certificate);
    return *identity::Issuer::Of(**certificate, made->key);
  }();
  return issuer;
}

absl::StatusOr<Made> MakeCertificate() {
  auto made = LocalIssuer().Issue(identity::KeyKind::kRsa2048, std::time(nullptr));
  if (!made.ok()) return made.status();
  return Made{made->certificate, made->id, made->public_key, made->key};
}

absl::StatusOr<Made> Certify(absl::string_view csr) {
  const auto request = identity::SigningRequest::Read(csr);
  if (!request.ok()) return request.status();
  auto made = LocalIssuer().IssueFor(*request, std::time(nullptr));
  if (!made.ok()) return made.status();
  return Made{.certificate = made->certificate, .id = made->id};
}

}  // namespace

IssuingAccount::IssuingAccount() {
  Surroundings& here = account_.here();
  here.new_code = [this] { return rest::Sha256Hex(absl::StrCat("code ", ++codes_)); };
  here.make_certificate = MakeCertificate;
  here.certify = Certify;
}

CaseReply IssuingAccount::Ask(const CaseRequest& asked) {
  std::string target = asked.path;
  const char* separator = "?";
  for (const auto& [name, value] : asked.query) {
    absl::StrAppend(&target, separator, name, "=", rest::PercentEncode(value, false));
    separator = "&";
  }
  return Ask(asked.method, target, asked.body, {asked.headers.begin(), asked.headers.end()});
}

CaseReply IssuingAccount::Ask(absl::string_view method, absl::string_view target,
                              absl::string_view body,
                              const std::vector<std::pair<std::string, std::string>>& headers) {
  ++account_.here().now_ms;
  if (!rest::ParseTarget(target)) {
    return {400, "InvalidRequestException", R"({"message":"This is no target."})"};
  }
  AccountInMemory::Reply reply = account_.Ask(method, target, body, headers);
  return {reply.status, reply.error.substr(0, reply.error.find(':')), std::move(reply.body)};
}

}  // namespace control
