// What all devices of a run have in common: their requests, made once and stamped before each use,
// and the answers to expect.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "bench/shadowbench/options.h"
#include "bench/shadowbench/tally.h"
#include "bench/shadowbench/token.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace bench {

// A request's payload with room for its token and, in an update, for a number that makes it differ
// from the one before.
struct RequestBody {
  std::string payload;
  size_t token_at = 0;
  size_t count_at = 0;  // 0: has none
};

class Workload {
 public:
  explicit Workload(const Options& options);

  uint32_t run() const { return run_; }
  uint32_t window() const { return options_.window; }
  int qos() const { return options_.qos; }

  const RequestBody& body(shadow::Operation operation) const {
    return bodies_[static_cast<size_t>(operation)];
  }
  // The update that makes a shadow whose desired section differs from the reported one, so that
  // every later update has a delta.
  const RequestBody& first_update() const { return first_update_; }

  // Which operation comes next.
  shadow::Operation NextOperation();

  std::string ThingName(uint32_t device) const;
  // The name of a device's shadow; of its first one where it has several.
  const std::string& shadow_name() const { return shadow_name_; }
  uint32_t shadows_per_device() const { return options_.shadows_per_device; }
  // Which of its shadows a device's next request goes to.
  uint32_t NextShadow() { return static_cast<uint32_t>(random_() % options_.shadows_per_device); }

  // The answers that devices subscribe to.
  const std::vector<proto::AnswerTopic>& subscribed() const { return subscribed_; }
  bool all_answers() const { return options_.all_answers; }

  // True if a refusal with this code is in the nature of the load: after a delete, 404.
  bool Expects(int refusal_code) const;

  // Room for the largest answer, and for the largest request.
  size_t answer_bytes_max() const { return 64 * 1024 + 24 * options_.document_bytes; }
  size_t request_bytes_max() const { return 1024 + 2 * options_.document_bytes; }

 private:
  const Options& options_;
  std::string shadow_name_;
  uint32_t run_;
  std::array<RequestBody, kOperations> bodies_;
  RequestBody first_update_;
  std::vector<proto::AnswerTopic> subscribed_;
  std::mt19937_64 random_;
};

}  // namespace bench
