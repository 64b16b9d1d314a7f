#include "proto/device_refusal.h"

#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace proto {
namespace {

using Family = DeviceTopic::Family;

std::string Quoted(absl::string_view text) {
  std::string quoted;
  shadow::PrintJsonString(text, quoted);
  return quoted;
}

struct Words {
  absl::string_view error;  // of jobs and commands
  int status;               // of provisioning, and its error
  absl::string_view provisioning;
  absl::string_view message;
};

Words WordsOf(DeviceFault fault) {
  switch (fault) {
    case DeviceFault::kTooLarge:
      return {"InvalidRequest", 400, "InvalidRequest", "The payload is too large"};
    case DeviceFault::kThrottled:
      return {"RequestThrottled", 429, "Throttling", "Too many requests"};
    case DeviceFault::kInternal:
      break;
  }
  return {"InternalError", 500, "InternalError", "Internal service failure"};
}

}  // namespace

std::string WordJobRefusal(absl::string_view code, absl::string_view message,
                           absl::string_view token, int64_t now, absl::string_view state) {
  std::string payload =
      absl::StrCat(R"({"code":)", Quoted(code), R"(,"message":)", Quoted(message));
  if (!token.empty()) absl::StrAppend(&payload, R"(,"clientToken":)", token);
  absl::StrAppend(&payload, R"(,"timestamp":)", now);
  if (!state.empty()) absl::StrAppend(&payload, R"(,"executionState":)", state);
  return payload + "}";
}

std::string WordCommandRefusal(absl::string_view error, absl::string_view message,
                               absl::string_view execution_id) {
  return absl::StrCat(R"({"error":)", Quoted(error), R"(,"errorMessage":)", Quoted(message),
                      R"(,"executionId":)", Quoted(execution_id), "}");
}

std::string WordProvisioningRefusal(int status, absl::string_view code, absl::string_view message) {
  return absl::StrCat(R"({"statusCode":)", status, R"(,"errorCode":)", Quoted(code),
                      R"(,"errorMessage":)", Quoted(message), "}");
}

std::string WordDeviceRefusal(const DeviceTopic& topic, DeviceFault fault, absl::string_view token,
                              int64_t now) {
  const Words words = WordsOf(fault);
  switch (topic.family) {
    case Family::kJobs:
      return WordJobRefusal(words.error, words.message, token, now);
    case Family::kCommands:
      return WordCommandRefusal(words.error, words.message, topic.item);
    case Family::kCertificates:
    case Family::kTemplates:
      break;
  }
  return WordProvisioningRefusal(words.status, words.provisioning, words.message);
}

}  // namespace proto
