#include "cli/shadow/https_client.h"

#include <curl/curl.h>

#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "shadow/arena.h"
#include "shadow/json.h"

ABSL_FLAG(std::string, endpoint, "",
          "URL: of the HTTPS data plane, such as https://localhost:8443");
ABSL_FLAG(std::string, cafile, "", "FILE: certificate of the authority that the endpoint's is of");
ABSL_FLAG(std::string, cert, "", "FILE: this client's certificate");
ABSL_FLAG(std::string, key, "", "FILE: its private key");
ABSL_FLAG(std::string, access_key_id, "", "ID: signs requests instead of a certificate");
ABSL_FLAG(std::string, secret_access_key, "",
          "SECRET: of the access key; better in the environment or the settings file");
ABSL_FLAG(std::string, region, "us-east-1", "REGION: for signatures; any is right here");
ABSL_FLAG(int64_t, timeout, 30, "SECONDS: that an answer may take");

namespace cli {
namespace {

constexpr size_t kAnswerBytesMax = 64 << 20;
constexpr long kConnectSeconds = 10;
// Signs for whoever has no key, so that the endpoint sees whose operations are asked for. One that
// is open takes it.
constexpr char kNobodysKey[] = "nobody";

size_t Collect(char* data, size_t, size_t size, void* out) {
  auto& body = *static_cast<std::string*>(out);
  if (body.size() + size > kAnswerBytesMax) return 0;
  body.append(data, size);
  return size;
}

// Where a version was asked for that is not kept: "; the oldest that is kept is @3".
std::string KeptText(const shadow::Value& refusal) {
  const shadow::Value* const kept = shadow::Find(refusal, "kept_from");
  const shadow::Value* const version = kept == nullptr ? nullptr : shadow::Find(*kept, "version");
  if (version == nullptr) return "";
  return absl::StrCat("; the oldest that is kept is @", version->text());
}

// AWS's message in a refusal, or what else there is to say of it.
std::string MessageOf(long status, const std::string& body) {
  shadow::Arena arena;
  const auto json = shadow::IsUtf8(body) ? shadow::ParseJson(body, 0, arena) : std::nullopt;
  const shadow::Value* const message = json ? shadow::Find(*json, "message") : nullptr;
  if (message != nullptr && message->kind() == shadow::Kind::kString) {
    return absl::StrCat(status, " ", shadow::Unescape(message->text()), KeptText(*json));
  }
  return absl::StrCat(status, " (the endpoint gives no reason)");
}

absl::Status Refusal(long status, const std::string& body) {
  const std::string message = MessageOf(status, body);
  if (status == 404) return absl::NotFoundError(message);
  if (status == 409) return absl::AbortedError(message);
  if (status == 401 || status == 403) return absl::PermissionDeniedError(message);
  if (status == 429 || status >= 500) return absl::UnavailableError(message);
  if (status >= 400) return absl::InvalidArgumentError(message);
  return absl::InternalError(absl::StrCat(message, ", which is no answer of a shadow service"));
}

absl::Status CheckFlags(const std::string& endpoint) {
  if (endpoint.empty()) {
    return absl::InvalidArgumentError(
        "where is the endpoint? Give --endpoint URL, set SHADOWCTL_ENDPOINT, or name a settings "
        "file with --config");
  }
  if (!absl::StartsWith(endpoint, "https://") && !absl::StartsWith(endpoint, "http://")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--endpoint: \"", endpoint, "\" does not begin with https:// or http://"));
  }
  if (absl::GetFlag(FLAGS_cert).empty() != absl::GetFlag(FLAGS_key).empty()) {
    return absl::InvalidArgumentError("--cert and --key belong together: only one is given");
  }
  if (absl::GetFlag(FLAGS_access_key_id).empty() !=
      absl::GetFlag(FLAGS_secret_access_key).empty()) {
    return absl::InvalidArgumentError(
        "--access-key-id and --secret-access-key belong together: only one is given");
  }
  if (absl::GetFlag(FLAGS_timeout) < 1 || absl::GetFlag(FLAGS_timeout) > 3600) {
    return absl::InvalidArgumentError("--timeout: 1 to 3600 seconds");
  }
  return absl::OkStatus();
}

}  // namespace

struct HttpsClient::Impl {
  ~Impl() {
    curl_slist_free_all(body_headers);
    curl_easy_cleanup(curl);
  }

  void Set(CURLoption option, const std::string& value) const {
    if (!value.empty()) curl_easy_setopt(curl, option, value.c_str());
  }

  CURL* curl = nullptr;
  curl_slist* body_headers = nullptr;
  std::string endpoint;
  std::string body;
  char fault[CURL_ERROR_SIZE] = "";
};

HttpsClient::HttpsClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpsClient::HttpsClient(HttpsClient&&) noexcept = default;
HttpsClient::~HttpsClient() = default;

absl::StatusOr<HttpsClient> HttpsClient::FromFlags(absl::string_view service) {
  auto impl = std::make_unique<Impl>();
  impl->endpoint = std::string(absl::StripSuffix(absl::GetFlag(FLAGS_endpoint), "/"));
  if (auto status = CheckFlags(impl->endpoint); !status.ok()) return status;
  impl->curl = curl_easy_init();
  if (impl->curl == nullptr) return absl::InternalError("libcurl cannot be set up");
  CURL* const curl = impl->curl;
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Collect);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &impl->body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, impl->fault);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(absl::GetFlag(FLAGS_timeout)));
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  impl->Set(CURLOPT_CAINFO, absl::GetFlag(FLAGS_cafile));
  std::string access_key = absl::GetFlag(FLAGS_access_key_id);
  std::string secret = absl::GetFlag(FLAGS_secret_access_key);
  if (access_key.empty() && service != kShadows) access_key = secret = kNobodysKey;
  if (access_key.empty()) {
    impl->Set(CURLOPT_SSLCERT, absl::GetFlag(FLAGS_cert));
    impl->Set(CURLOPT_SSLKEY, absl::GetFlag(FLAGS_key));
  } else {
    impl->Set(CURLOPT_AWS_SIGV4,
              absl::StrCat("aws:amz:", absl::GetFlag(FLAGS_region), ":", service));
    impl->Set(CURLOPT_USERPWD, absl::StrCat(access_key, ":", secret));
  }
  impl->body_headers = curl_slist_append(nullptr, "Content-Type: application/octet-stream");
  return HttpsClient(std::move(impl));
}

absl::StatusOr<std::string> HttpsClient::Do(const char* method, const std::string& path,
                                            const std::string* body) {
  CURL* const curl = impl_->curl;
  impl_->body.clear();
  curl_easy_setopt(curl, CURLOPT_URL, absl::StrCat(impl_->endpoint, path).c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  // libcurl signs every header that is given here: none but those that are sent.
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, body == nullptr ? nullptr : impl_->body_headers);
  if (body != nullptr) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body->c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    const std::string reason = *impl_->fault != '\0' ? impl_->fault : curl_easy_strerror(code);
    const std::string text = absl::StrCat(impl_->endpoint, " was not reached: ", reason);
    const bool is_our_file = code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE;
    return is_our_file ? absl::InvalidArgumentError(text) : absl::UnavailableError(text);
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 299) return Refusal(status, impl_->body);
  return impl_->body;
}

absl::StatusOr<std::string> HttpsClient::Get(const std::string& path) {
  return Do("GET", path, nullptr);
}

absl::StatusOr<std::string> HttpsClient::Post(const std::string& path, const std::string& body) {
  return Do("POST", path, &body);
}

absl::StatusOr<std::string> HttpsClient::Put(const std::string& path, const std::string& body) {
  return Do("PUT", path, &body);
}

absl::StatusOr<std::string> HttpsClient::Patch(const std::string& path, const std::string& body) {
  return Do("PATCH", path, &body);
}

absl::StatusOr<std::string> HttpsClient::Delete(const std::string& path) {
  return Do("DELETE", path, nullptr);
}

std::string Encoded(absl::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~", c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      absl::StrAppend(&out, "%", std::string(1, kDigits[byte >> 4]),
                      std::string(1, kDigits[byte & 15]));
    }
  }
  return out;
}

std::string ShadowPath(const shadow::ShadowId& id) {
  return absl::StrCat("/things/", Encoded(id.thing), "/shadow",
                      id.classic() ? "" : "?name=", Encoded(id.name));
}

}  // namespace cli
