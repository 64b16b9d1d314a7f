#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/broker.h"
#include "proto/arrivals.h"

namespace plugin {

// A broker that writes down what it is asked to do.
class RecordingBroker : public Broker {
 public:
  void Publish(const std::string& topic, absl::string_view payload) override {
    published.push_back(absl::StrCat(topic, " ", payload));
  }
  void Publish(const proto::PublishCommand& message) override {
    published.push_back(absl::StrCat(message.topic, " ", message.payload, " by command"));
  }
  void PublishTo(const std::string& client_id, absl::string_view topic, absl::string_view payload,
                 bool at_least_once) override {
    if (client_id.empty() || client_id[0] != '$') {
      handed.push_back(
          absl::StrCat(client_id, " ", topic, " ", payload, at_least_once ? " QoS 1" : " QoS 0"));
    } else if (proto::IsArrivals(payload)) {
      arrivals.push_back({std::string(payload), batches.size()});
    } else {
      batches.push_back({client_id, std::string(topic), std::string(payload)});
    }
  }
  void Disconnect(const std::string& client_id, bool with_will) override {
    disconnected.push_back(with_will ? client_id : client_id + " without its will");
  }
  void Log(LogLevel, const std::string& line) override { lines.push_back(line); }
  int64_t SteadyUs() const override { return steady_us += us_per_look; }
  int64_t EpochSeconds() const override { return epoch_s; }

  struct Batch {
    std::string client_id;
    std::string topic;
    std::string payload;
  };

  std::vector<std::string> published;
  std::vector<std::string> handed;  // to clients other than the service
  struct Arrivals {
    std::string payload;
    size_t behind;  // so many batches
  };

  std::vector<Batch> batches;  // but for those of arrivals
  std::vector<Arrivals> arrivals;
  std::vector<std::string> disconnected;
  std::vector<std::string> lines;
  mutable int64_t steady_us = 0;
  int64_t us_per_look = 0;
  int64_t epoch_s = 0;
};

}  // namespace plugin
