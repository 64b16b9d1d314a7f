// What the broker is to do with what it asked about. Mostly yes or no; faults on purpose know more.
#pragma once

#include <cstdint>

namespace plugin {

class Verdict {
 public:
  enum class Kind : uint8_t {
    kYes,
    kNo,       // refused, as MQTT refuses it
    kCut,      // the connection ends, and nothing is answered
    kSwallow,  // of a message: taken, and nobody gets it
  };

  Verdict(bool yes) : kind_(yes ? Kind::kYes : Kind::kNo) {}  // NOLINT: most are no more than this
  static Verdict Cut() { return Verdict(Kind::kCut); }
  static Verdict Swallow() { return Verdict(Kind::kSwallow); }

  Kind kind() const { return kind_; }
  explicit operator bool() const { return kind_ == Kind::kYes; }

 private:
  explicit Verdict(Kind kind) : kind_(kind) {}

  Kind kind_;
};

}  // namespace plugin
