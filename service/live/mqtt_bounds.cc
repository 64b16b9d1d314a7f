#include "service/live/mqtt_bounds.h"

#include <algorithm>

namespace service {

bool SecondBucket::Has(int64_t amount, int64_t now_us) {
  // In more than a second it fills up, and no number overflows.
  const int64_t passed_us = std::min(now_us - filled_us_, kMicros);
  filled_us_ = now_us;
  micros_ = std::min(micros_ + passed_us * per_second_, per_second_ * kMicros);
  return micros_ >= amount * kMicros;
}

bool MqttBounds::TakeMessage(size_t bytes, int64_t now_us) {
  const auto amount = static_cast<int64_t>(bytes);
  const bool has_message = messages_.Has(1, now_us);
  if (!bytes_.Has(amount, now_us) || !has_message) return false;
  messages_.Take(1);
  bytes_.Take(amount);
  return true;
}

bool MqttBounds::TakePublish(int64_t now_us) {
  if (!publishes_.Has(1, now_us)) return false;
  publishes_.Take(1);
  return true;
}

}  // namespace service
