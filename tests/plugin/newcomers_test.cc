#include "plugin/principal/newcomers.h"

#include <gmock/gmock.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "identity/certificate.h"
#include "plugin/plugin.h"
#include "proto/envelope.h"
#include "proto/newcomers.h"
#include "tests/identity/lamp_certificate.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kCaId[] = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
constexpr char kRegisters[] = R"({"status":"ACTIVE","autoRegistrationStatus":"ENABLE"})";

Origin LampOrigin() {
  Origin origin{.address = "192.0.2.1"};
  auto certificate = identity::ParseCertificate(identity::kLampCertificate);
  origin.certificate = identity::FactsOf(**certificate);
  origin.x509 = *std::move(certificate);
  return origin;
}

class NewcomersTest : public testing::Test {
 protected:
  void Put(RegistryPart part, absl::string_view name, absl::string_view text) {
    const auto status = registry_->Put(part, name, text);
    ASSERT_TRUE(status.ok()) << status;
  }
  void PutLamp(absl::string_view status) {
    Put(RegistryPart::kCertificates, identity::kLampId,
        absl::StrCat(R"({"status":")", status, R"(","caCertificateId":")", kCaId, "\"}"));
  }
  // How many are told of when it comes once.
  size_t Told(const Origin& origin = LampOrigin()) {
    newcomers_.Note(*registry_, "lamp", origin, now_us_);
    return Taken();
  }
  size_t Taken() {
    const std::string envelope = newcomers_.TakeEnvelope(7);
    if (envelope.empty()) return 0;
    const auto told = proto::DecodeNewcomers(envelope);
    EXPECT_TRUE(told.ok()) << told.status();
    return told->size();
  }

  std::shared_ptr<policy::Registry> registry_ = std::make_shared<policy::Registry>();
  Newcomers newcomers_;
  int64_t now_us_ = 5'000'000;
};

TEST_F(NewcomersTest, AreToldOfWithTheirCertificate) {
  Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
  EXPECT_THAT(std::string(newcomers_.Note(*registry_, "lamp", LampOrigin(), now_us_)),
              HasSubstr("shadowd is told"));
  const std::string envelope = newcomers_.TakeEnvelope(7);
  const auto told = proto::DecodeNewcomers(envelope);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->size(), 1u);
  EXPECT_EQ((*told)[0].client_id, "lamp");
  EXPECT_EQ(identity::CertificateId(**identity::ParseCertificate((*told)[0].certificate)),
            identity::kLampId);
  EXPECT_EQ(Taken(), 0u);
}

TEST_F(NewcomersTest, AreOfNoInterestWhereNoAuthorityRegisters) {
  EXPECT_EQ(Told(), 0u);
  Put(RegistryPart::kCaCertificates, kCaId, R"({"status":"ACTIVE"})");
  EXPECT_EQ(Told(), 0u);
  Put(RegistryPart::kCaCertificates, kCaId,
      R"({"status":"INACTIVE","autoRegistrationStatus":"ENABLE"})");
  EXPECT_EQ(Told(), 0u);
  Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
  EXPECT_EQ(Told(), 1u);
}

TEST_F(NewcomersTest, AreToldOfAgainWhileNobodyHasDecided) {
  Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
  PutLamp("PENDING_ACTIVATION");
  EXPECT_EQ(Told(), 1u);
  EXPECT_EQ(Told(), 1u);
  for (const char* status : {"INACTIVE", "REVOKED"}) {
    PutLamp(status);
    EXPECT_EQ(Told(), 0u) << status;
  }
  PutLamp("PENDING_ACTIVATION");
  registry_->Remove(RegistryPart::kCaCertificates, kCaId);
  EXPECT_EQ(Told(), 0u);
}

TEST_F(NewcomersTest, OverWebSocketAreNot) {
  Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
  Origin origin = LampOrigin();
  origin.websocket = true;
  EXPECT_EQ(Told(origin), 0u);
}

TEST_F(NewcomersTest, OfOneCertificateLeaveRoomForOthers) {
  Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
  const Origin lamp = LampOrigin();
  for (int i = 0; i < 1000; ++i) newcomers_.Note(*registry_, "lamp", lamp, now_us_);
  EXPECT_EQ(Taken(), Newcomers::kOfOneMax);
  Origin other = LampOrigin();
  for (int i = 0; i < 1000; ++i) {
    other.certificate->id = absl::StrCat(i);
    newcomers_.Note(*registry_, "lamp", other, now_us_);
  }
  EXPECT_EQ(Taken(), Newcomers::kPerSecondMax - Newcomers::kOfOneMax);
  EXPECT_THAT(std::string(newcomers_.Note(*registry_, "lamp", lamp, now_us_)),
              HasSubstr("too many"));
  now_us_ += 1'000'000;
  EXPECT_EQ(Told(), 1u);
}

// The whole plugin, and a service that has said hello.
class NewcomersLinkTest : public NewcomersTest {
 protected:
  NewcomersLinkTest() {
    Put(RegistryPart::kCaCertificates, kCaId, kRegisters);
    Options options;
    options.auth = Auth::kCertificate;
    plugin_ = std::make_unique<Plugin>(options, "secret", 7, broker_, 0, registry_);
  }
  void Hello() {
    const Client service{.handle = &handles_[0], .id = "$shadow/link/1"};
    ASSERT_TRUE(static_cast<bool>(plugin_->Connect(service, {}, "shadowd", "secret", 0)));
    ASSERT_TRUE(plugin_->MayPublish(service, proto::kAnswersTopic, false));
    plugin_->Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  }
  bool Come() {
    const Client lamp{.handle = &handles_[1], .id = "lamp"};
    return static_cast<bool>(plugin_->Connect(lamp, LampOrigin(), "", "", 0));
  }
  size_t ToldOverTheLink() {
    plugin_->Tick(1);
    size_t count = 0;
    for (const auto& batch : broker_.batches) count += proto::IsNewcomers(batch.payload) ? 1 : 0;
    broker_.batches.clear();
    return count;
  }

  RecordingBroker broker_;
  std::unique_ptr<Plugin> plugin_;
  int handles_[2];
};

TEST_F(NewcomersLinkTest, AreRefusedAndToldWithTheTurn) {
  Hello();
  EXPECT_FALSE(Come());
  EXPECT_EQ(plugin_->status().refused_identity, 1u);
  EXPECT_EQ(ToldOverTheLink(), 1u);
  EXPECT_EQ(ToldOverTheLink(), 0u);
  ASSERT_FALSE(broker_.lines.empty());
  EXPECT_THAT(broker_.lines.back(),
              HasSubstr("the certificate is not registered; shadowd is told"));
}

TEST_F(NewcomersLinkTest, WhoComeWhileTheServiceIsAwayAreForgotten) {
  EXPECT_FALSE(Come());
  EXPECT_EQ(ToldOverTheLink(), 0u);
  Hello();
  EXPECT_EQ(ToldOverTheLink(), 0u);
}

TEST_F(NewcomersLinkTest, ThatAwaitTheirActivationAreRefusedBySayingSo) {
  PutLamp("PENDING_ACTIVATION");
  Hello();
  EXPECT_FALSE(Come());
  EXPECT_EQ(ToldOverTheLink(), 1u);
  EXPECT_THAT(broker_.lines.back(), HasSubstr("the certificate is PENDING_ACTIVATION; shadowd"));
}

}  // namespace
}  // namespace plugin
