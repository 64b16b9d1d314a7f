// Every case of tests/cases/devices/provisioning.json, in process. tests/devices runs the same file
// over the real programs.
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "control/provisioning/device.h"
#include "control/provisioning/expiry.h"
#include "proto/device_refusal.h"
#include "proto/device_topic.h"
#include "tests/control/cases.h"
#include "tests/control/issuing_account.h"

namespace control {
namespace {

class ProvisioningSubject : public CaseSubject {
 public:
  CaseReply Request(const CaseRequest& request) override { return account_.Ask(request); }

  CaseAnswer Publish(const std::string& topic, const std::string& payload) override {
    const auto parsed = proto::ParseDeviceTopic(topic);
    EXPECT_EQ(parsed.kind, proto::DeviceTopic::Kind::kRequest) << topic;
    DeviceAsks asks{.template_name = std::string(parsed.subject),
                    .payload = payload,
                    .client_id = "client",
                    .principal = "claim"};
    if (parsed.verb == "create-from-csr") asks.verb = DeviceAsks::Verb::kCreateFromCsr;
    if (parsed.verb.empty()) asks.verb = DeviceAsks::Verb::kProvision;
    AccountInMemory& account = account_.account();
    auto answer = AnswerDevice(asks, {}, account.account(), account.here());
    if (auto* done = std::get_if<Done>(&answer)) {
      return {true, account.Take(std::move(*done)).body};
    }
    const auto* const refusal = std::get_if<DeviceRefusal>(&answer);
    EXPECT_NE(refusal, nullptr) << "nobody is there to be asked";
    if (refusal == nullptr) return {false, ""};
    return {false,
            proto::WordProvisioningRefusal(refusal->status, refusal->code, refusal->message)};
  }

  void Pass(int64_t seconds) override {
    AccountInMemory& account = account_.account();
    account.here().now_ms += seconds * 1000;
    account.Take(DeleteDue(account.account(), account.here()));
  }

  void Restart() override {}
  std::vector<CaseMessage> TakePublished() override { return {}; }

 private:
  IssuingAccount account_;
};

class ProvisioningCases : public testing::TestWithParam<Case> {};

TEST_P(ProvisioningCases, ComeAsTheContractSays) {
  ProvisioningSubject subject;
  const absl::Status status = RunCase(GetParam(), subject);
  EXPECT_TRUE(status.ok()) << GetParam().id << "\n" << status.message();
}

INSTANTIATE_TEST_SUITE_P(All, ProvisioningCases,
                         testing::ValuesIn(LoadCases("devices/provisioning.json")),
                         [](const testing::TestParamInfo<Case>& one) {
                           std::string name;
                           for (const char c : one.param.id) {
                             name.push_back(absl::ascii_isalnum(c) ? c : '_');
                           }
                           return name;
                         });

}  // namespace
}  // namespace control
