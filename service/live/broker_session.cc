#include "service/live/broker_session.h"

#include <memory>
#include <utility>

#include "service/live/conversation.h"

namespace service {
namespace {

class BrokerSession : public MqttSession {
 public:
  explicit BrokerSession(std::shared_ptr<Conversation> conversation)
      : conversation_(std::move(conversation)) {}
  ~BrokerSession() override { conversation_->Close(); }

  void Subscribe(int64_t id, const std::string& filter, int qos) override {
    conversation_->Subscribe(id, filter, qos);
  }
  void Unsubscribe(int64_t id) override { conversation_->Unsubscribe(id); }
  void Publish(int64_t id, MqttPublish publish) override {
    conversation_->Publish(id, std::move(publish));
  }

 private:
  const std::shared_ptr<Conversation> conversation_;
};

}  // namespace

NewMqttSession NewBrokerSessions(std::function<LinkSettings()> settings, HttpLoop& loop) {
  auto broker = std::make_shared<Broker>(std::move(settings), loop);
  return [broker](absl::string_view user, MqttSession::Told told) {
    return std::make_unique<BrokerSession>(
        std::make_shared<Conversation>(broker, user, std::move(told)));
  };
}

}  // namespace service
