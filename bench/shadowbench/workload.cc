#include "bench/shadowbench/workload.h"

#include "absl/strings/str_cat.h"
#include "bench/sample.h"

namespace bench {
namespace {

using proto::AnswerTopic;
using shadow::Operation;

// `members` and the token, as an object. Empty or with a comma at its end.
RequestBody WithToken(absl::string_view members) {
  RequestBody body;
  body.payload = absl::StrCat("{", members, kTokenMember);
  body.token_at = body.payload.size();
  absl::StrAppend(&body.payload, std::string(kTokenBytes, '0'), kAfterToken);
  return body;
}

RequestBody UpdateBody(absl::string_view desired, absl::string_view reported) {
  const std::string section =
      desired.empty() ? std::string() : absl::StrCat("\"desired\":", desired, ",");
  RequestBody body =
      WithToken(absl::StrCat("\"state\":{", section, "\"reported\":", reported, "},"));
  body.count_at = body.payload.find(std::string(kCountPrefix)) + kCountPrefix.size();
  return body;
}

}  // namespace

Workload::Workload(const Options& options)
    : options_(options),
      shadow_name_(options.shadow_name),
      run_(std::random_device{}() & kRunMax),
      random_(options.seed) {
  if (options.shadows_per_device > 1) shadow_name_ = SampleShadow(options.shadow_name, 0);
  const std::string reported =
      SampleReported(options.shape, options.document_bytes - kSampleDesired.size());
  first_update_ = UpdateBody(kSampleDesired, reported);
  // Each update may be a shadow's first one where shadows are deleted on the way, or are many.
  const bool any_may_be_first = options.mix.delete_percent > 0 || options.shadows_per_device > 1;
  bodies_[0] = any_may_be_first ? first_update_ : UpdateBody("", reported);
  bodies_[1] = bodies_[2] = WithToken("");

  subscribed_ = {AnswerTopic::kUpdateAccepted, AnswerTopic::kUpdateRejected};
  if (options.all_answers) {
    subscribed_.push_back(AnswerTopic::kUpdateDelta);
    subscribed_.push_back(AnswerTopic::kUpdateDocuments);
  }
  if (options.mix.get_percent > 0) {
    subscribed_.push_back(AnswerTopic::kGetAccepted);
    subscribed_.push_back(AnswerTopic::kGetRejected);
  }
  if (options.mix.delete_percent > 0) {
    subscribed_.push_back(AnswerTopic::kDeleteAccepted);
    subscribed_.push_back(AnswerTopic::kDeleteRejected);
  }
}

Operation Workload::NextOperation() {
  if (options_.mix.update_percent == 100) return Operation::kUpdate;
  const int dice = static_cast<int>(random_() % 100);
  if (dice < options_.mix.update_percent) return Operation::kUpdate;
  return dice < options_.mix.update_percent + options_.mix.get_percent ? Operation::kGet
                                                                       : Operation::kDelete;
}

std::string Workload::ThingName(uint32_t device) const {
  return SampleThing(options_.thing_prefix, device);
}

bool Workload::Expects(int refusal_code) const {
  return refusal_code == 404 && options_.mix.delete_percent > 0;
}

}  // namespace bench
