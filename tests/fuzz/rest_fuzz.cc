// Any bytes as an HTTP request's line, headers and body. What is refused is worded, what is routed
// names what it may, and a signature that was read is checked without a crash and does not hold.
#include <cstdlib>

#include "absl/strings/str_split.h"
#include "rest/permission.h"
#include "rest/route.h"
#include "rest/signature.h"
#include "rest/signed_url.h"
#include "rest/web_guard.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // "METHOD\nTARGET\nname:value\n…\n\nbody"
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits("\n\n", 1));
  rest::Request request;
  request.body = parts.second;
  size_t line_number = 0;
  for (const absl::string_view line : absl::StrSplit(parts.first, '\n')) {
    const std::pair<absl::string_view, absl::string_view> header =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (line_number == 0) request.method = line;
    if (line_number == 1) request.target = line;
    if (line_number > 1) request.headers.push_back({header.first, header.second});
    ++line_number;
  }
  const rest::PortNames port = {"0.0.0.0", {"*.shadow.lan"}};
  if (const auto error = rest::GuardAgainstPages(request, port, {})) rest::WordError(*error, "id");
  const auto target = rest::ParseTarget(request.target);
  if (!target) return 0;
  const auto routed = rest::Route(request, *target);
  if (const auto* operation = std::get_if<rest::Operation>(&routed)) {
    if (rest::PermissionsFor(*operation).empty()) std::abort();
  } else {
    rest::WordError(std::get<rest::Error>(routed), "id");
  }
  constexpr absl::string_view kServices[] = {"iotdata"};
  const auto url = rest::ReadSignedUrl(request, *target);
  if (const auto* signature = std::get_if<rest::Signature>(&url)) {
    if (!rest::CheckSignedUrl(request, *target, *signature, "secret", kServices,
                              signature->signed_at)) {
      std::abort();
    }
  }
  if (!rest::IsSigned(request, *target)) return 0;
  const auto read = rest::ReadSignature(request, *target);
  const auto* signature = std::get_if<rest::Signature>(&read);
  if (signature == nullptr) return 0;
  if (!rest::CheckSignature(request, *target, *signature, "secret", kServices,
                            signature->signed_at)) {
    std::abort();
  }
  return 0;
}
