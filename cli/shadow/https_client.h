// The HTTPS API as a client sees it. The only unit that knows libcurl.
//
// Where and as whom: --endpoint, --cafile, and either --cert and --key or an access key, with which
// requests are signed (AWS Signature Version 4). Operations but those of shadows know access keys
// only.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "shadow/id.h"

namespace cli {

// The flags that every command that asks the endpoint takes, with `own` behind them, for
// Command::flags.
inline constexpr absl::string_view kEndpointFlags[] = {
    "endpoint", "cafile", "cert", "key", "access_key_id", "secret_access_key", "region", "timeout"};

class HttpsClient {
 public:
  // Whose operations are asked for: the name that requests are signed for.
  static constexpr char kShadows[] = "iotdata";
  static constexpr char kAccount[] = "iot";
  static constexpr char kJobsData[] = "iot-jobs-data";

  // Fails with InvalidArgument if the flags do not say where, or contradict each other.
  static absl::StatusOr<HttpsClient> FromFlags(absl::string_view service = kShadows);

  HttpsClient(HttpsClient&&) noexcept;
  HttpsClient& operator=(HttpsClient&&) = delete;
  ~HttpsClient();

  // The body of an answer of 200 to 299. A refusal becomes a status with AWS's message: NotFound
  // (404), Aborted (409), PermissionDenied (401, 403), InvalidArgument (other 4xx), Unavailable
  // (429, 5xx, and nobody answers). The connection is kept for the next request.
  absl::StatusOr<std::string> Get(const std::string& path);
  absl::StatusOr<std::string> Post(const std::string& path, const std::string& body);
  absl::StatusOr<std::string> Put(const std::string& path, const std::string& body);
  absl::StatusOr<std::string> Patch(const std::string& path, const std::string& body);
  absl::StatusOr<std::string> Delete(const std::string& path);

 private:
  struct Impl;

  explicit HttpsClient(std::unique_ptr<Impl> impl);
  absl::StatusOr<std::string> Do(const char* method, const std::string& path,
                                 const std::string* body);

  std::unique_ptr<Impl> impl_;
};

// "/things/T/shadow?name=S", percent-encoded.
std::string ShadowPath(const shadow::ShadowId& id);

// `text` with all but unreserved characters percent-encoded.
std::string Encoded(absl::string_view text);

}  // namespace cli
