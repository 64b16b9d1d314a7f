// How much MQTT one page hears and says (docs/console-api.md): buckets that fill up with time.
// Pure: the time is handed in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "service/live/mqtt_session.h"

namespace service {

// Holds what a second gives, and is full at first.
class SecondBucket {
 public:
  explicit SecondBucket(int64_t per_second)
      : per_second_(per_second), micros_(per_second * kMicros) {}

  // `now_us` never goes back. Whether there is so much in it.
  bool Has(int64_t amount, int64_t now_us);
  // What it has.
  void Take(int64_t amount) { micros_ -= amount * kMicros; }

 private:
  static constexpr int64_t kMicros = 1'000'000;

  const int64_t per_second_;
  int64_t micros_;  // a millionth of what is counted
  int64_t filled_us_ = 0;
};

class MqttBounds {
 public:
  // Whether a message of so many bytes, as the page is to have them, is within the bounds. One that
  // is not takes nothing.
  bool TakeMessage(size_t bytes, int64_t now_us);
  bool TakePublish(int64_t now_us);

 private:
  SecondBucket messages_{kMqttMessagesPerSecondMax};
  SecondBucket bytes_{int64_t{kMqttBytesPerSecondMax}};
  SecondBucket publishes_{kMqttPublishesPerSecondMax};
};

}  // namespace service
