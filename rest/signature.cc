#include "rest/signature.h"

#include <string.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "rest/digest.h"

namespace rest {
namespace {

constexpr absl::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr absl::string_view kTerminator = "aws4_request";
// Four digits and no more are the year.
constexpr absl::string_view kTimeFormat = "%E4Y%m%dT%H%M%SZ";
constexpr size_t kSignatureBytes = 64;
constexpr absl::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method.";

std::string TimeText(int64_t seconds) {
  return absl::FormatTime(std::string(kTimeFormat), absl::FromUnixSeconds(seconds),
                          absl::UTCTimeZone());
}

Error Incomplete(absl::string_view what) {
  Error error = Forbidden(absl::StrCat("The signature is incomplete or malformed: ", what));
  error.control_exception = "IncompleteSignatureException";
  return error;
}

// Whatever AWS gives a meaning to, such as the principal that is attached; but for what tells one
// request's way from another's, which SDKs leave out.
bool MustBeSigned(absl::string_view header) {
  return (absl::StartsWith(header, "x-amz-") || absl::StartsWith(header, "x-amzn-")) &&
         header != "x-amzn-trace-id";
}

Error Invalid(absl::string_view why) {
  Error error = Forbidden(why);
  error.control_exception = "InvalidSignatureException";
  return error;
}

// What Authorization and the presigned query have in common, as texts.
struct Parts {
  absl::string_view credential;
  absl::string_view signed_headers;
  absl::string_view signature;
  absl::string_view time;
};

std::optional<Error> TakeTime(absl::string_view text, Signature& signature) {
  absl::Time time;
  std::string reason;
  signature.time = std::string(text);
  if (!absl::ParseTime(std::string(kTimeFormat), signature.time, &time, &reason) ||
      TimeText(absl::ToUnixSeconds(time)) != signature.time) {
    return Incomplete("X-Amz-Date must be YYYYMMDDTHHMMSSZ");
  }
  signature.signed_at = absl::ToUnixSeconds(time);
  return std::nullopt;
}

std::optional<Error> Take(const Parts& parts, Signature& signature) {
  const std::vector<std::string> words = absl::StrSplit(parts.credential, '/');
  if (words.size() != 5 || words[0].empty() || words[4] != kTerminator) {
    return Incomplete("Credential must be KEY/DATE/REGION/SERVICE/aws4_request");
  }
  signature.access_key_id = words[0];
  signature.date = words[1];
  signature.region = words[2];
  signature.service = words[3];
  signature.scope = absl::StrJoin(words.begin() + 1, words.end(), "/");
  signature.signed_headers = absl::StrSplit(parts.signed_headers, ';', absl::SkipEmpty());
  if (signature.signed_headers.empty() || signature.signed_headers.size() > kSignedHeadersMax ||
      !std::is_sorted(signature.signed_headers.begin(), signature.signed_headers.end())) {
    return Incomplete("SignedHeaders must be names in lower case and alphabetical order");
  }
  signature.signature = std::string(parts.signature);
  if (signature.signature.size() != kSignatureBytes) {
    return Incomplete("Signature must be 64 hex digits");
  }
  if (auto error = TakeTime(parts.time, signature)) return error;
  if (!absl::StartsWith(signature.time, signature.date)) {
    return Incomplete("the date of the Credential is not that of X-Amz-Date");
  }
  return std::nullopt;
}

std::optional<Error> ReadHeader(const Request& request, Signature& signature) {
  absl::string_view text = *request.Find("authorization");
  if (!absl::ConsumePrefix(&text, kAlgorithm)) {
    return Incomplete(absl::StrCat("the algorithm must be ", kAlgorithm));
  }
  Parts parts;
  for (absl::string_view pair : absl::StrSplit(text, ',')) {
    pair = absl::StripAsciiWhitespace(pair);
    const size_t equals = std::min(pair.find('='), pair.size());
    const absl::string_view name = pair.substr(0, equals);
    const absl::string_view value = equals == pair.size() ? "" : pair.substr(equals + 1);
    if (name == "Credential") parts.credential = value;
    if (name == "SignedHeaders") parts.signed_headers = value;
    if (name == "Signature") parts.signature = value;
  }
  parts.time = request.Find("x-amz-date").value_or("");
  return Take(parts, signature);
}

std::optional<Error> ReadQuery(const Target& target, Expiry expiry, Signature& signature) {
  signature.presigned = true;
  const auto value = [&](absl::string_view name) { return target.Find(name).value_or(""); };
  if (value("X-Amz-Algorithm") != kAlgorithm) {
    return Incomplete(absl::StrCat("the algorithm must be ", kAlgorithm));
  }
  const bool says = expiry == Expiry::kRequired || target.Count("X-Amz-Expires") > 0;
  if (says && (!absl::SimpleAtoi(value("X-Amz-Expires"), &signature.lasts_seconds) ||
               signature.lasts_seconds < 1 || signature.lasts_seconds > kPresignedSecondsMax)) {
    return Incomplete("X-Amz-Expires must be 1 to 604800 seconds");
  }
  return Take({.credential = value("X-Amz-Credential"),
               .signed_headers = value("X-Amz-SignedHeaders"),
               .signature = value("X-Amz-Signature"),
               .time = value("X-Amz-Date")},
              signature);
}

// What keeps this part of a path from being in its canonical form, or nothing.
std::string Fault(absl::string_view segment, bool is_last) {
  if (segment == "." || segment == "..") return absl::StrCat("the segment '", segment, "'");
  if (segment.empty() && !is_last) return "an empty segment (a topic's own is written %2F%2F)";
  for (size_t i = segment.find('%'); i != segment.npos; i = segment.find('%', i + 1)) {
    const absl::string_view encoded = segment.substr(i, 3);
    const std::string wanted = PercentEncode(PercentDecode(encoded).value_or(""), false);
    if (encoded != wanted) return absl::StrCat("'", encoded, "', which is '", wanted, "' there");
  }
  return "";
}

// Signers make one path of many before they sign it, so that the signature of one would hold for
// the others. Only that one is taken, since what is asked for is read from the path as it was sent.
std::optional<Error> CheckPath(absl::string_view path) {
  const std::vector<absl::string_view> segments = absl::StrSplit(path.substr(1), '/');
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string fault = Fault(segments[i], i + 1 == segments.size());
    if (fault.empty()) continue;
    return Invalid(absl::StrCat(
        "The path of a signed request must be in its canonical form: it has ", fault, "."));
  }
  return std::nullopt;
}

std::string CanonicalQuery(const Target& target, const Signature& signature) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : target.parameters) {
    if (signature.presigned && name == "X-Amz-Signature") continue;
    encoded.emplace_back(PercentEncode(name, false), PercentEncode(value, false));
  }
  std::sort(encoded.begin(), encoded.end());
  return absl::StrJoin(encoded, "&", absl::PairFormatter("="));
}

// All values of one header: trimmed, runs of blanks made one, with commas between.
std::string CanonicalHeader(const Request& request, absl::string_view name) {
  std::vector<std::string> values;
  for (const Header& header : request.headers) {
    if (!absl::EqualsIgnoreCase(header.name, name)) continue;
    values.push_back(absl::StrJoin(
        absl::StrSplit(header.value, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " "));
  }
  return absl::StrJoin(values, ",");
}

std::optional<Error> CheckTime(const Signature& signature, int64_t now) {
  const int64_t last = signature.signed_at + signature.lasts_seconds;
  if (now > last) {
    return Invalid(absl::StrCat("Signature expired: ", TimeText(last), " is now earlier than ",
                                TimeText(now)));
  }
  if (signature.signed_at > now + kClockSkewSeconds) {
    return Invalid(absl::StrCat("Signature not yet current: ", signature.time,
                                " is still later than ", TimeText(now + kClockSkewSeconds), " (",
                                TimeText(now), " + 15 min.)"));
  }
  return std::nullopt;
}

std::optional<Error> CheckSignedHeaders(const Request& request, const Signature& signature) {
  const auto is_signed = [&](const std::string& name) {
    return std::binary_search(signature.signed_headers.begin(), signature.signed_headers.end(),
                              name);
  };
  if (!is_signed("host")) return Incomplete("the header host must be signed");
  for (const Header& header : request.headers) {
    const std::string name = absl::AsciiStrToLower(header.name);
    if (MustBeSigned(name) && !is_signed(name)) {
      return Incomplete(absl::StrCat("the header ", name, " must be signed"));
    }
  }
  for (const std::string& name : signature.signed_headers) {
    if (!request.Find(name)) return Incomplete(absl::StrCat("the header ", name, " is not there"));
  }
  return std::nullopt;
}

// The hash that was signed, or why it cannot be the body's.
std::variant<std::string, Error> PayloadHash(const Request& request) {
  std::string hash = Sha256Hex(request.body);
  const auto given = request.Find("x-amz-content-sha256");
  if (!given || SameText(*given, hash)) return hash;
  if (absl::StartsWith(*given, "STREAMING-") || *given == "UNSIGNED-PAYLOAD") {
    return Invalid(absl::StrCat("x-amz-content-sha256: ", *given,
                                " is not taken here: the body must be signed as a whole"));
  }
  return Invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

}  // namespace

bool IsSigned(const Request& request, const Target& target) {
  return request.Find("authorization").has_value() || target.Count("X-Amz-Signature") > 0;
}

std::string ClaimedService(const Request& request, const Target& target) {
  absl::string_view credential = target.Find("X-Amz-Credential").value_or("");
  if (const auto header = request.Find("authorization")) {
    const size_t at = header->find("Credential=");
    credential = at == header->npos ? "" : header->substr(at + strlen("Credential="));
    credential = credential.substr(0, credential.find_first_of(", "));
  }
  const std::vector<absl::string_view> words = absl::StrSplit(credential, '/');
  return words.size() == 5 ? std::string(words[3]) : "";
}

std::variant<Signature, Error> ReadSignature(const Request& request, const Target& target,
                                             Expiry expiry) {
  Signature signature;
  const size_t headers = static_cast<size_t>(std::count_if(
      request.headers.begin(), request.headers.end(),
      [](const Header& header) { return absl::EqualsIgnoreCase(header.name, "authorization"); }));
  if (headers + target.Count("X-Amz-Signature") != 1) {
    return Incomplete("there must be one Authorization header or one X-Amz-Signature");
  }
  auto error = headers == 1 ? ReadHeader(request, signature) : ReadQuery(target, expiry, signature);
  if (error) return *std::move(error);
  return signature;
}

std::optional<Error> CheckSignedHead(const Request& request, const Target& target,
                                     const Signature& signature,
                                     absl::Span<const absl::string_view> services, int64_t now) {
  if (auto error = CheckPath(target.path)) return error;
  if (auto error = CheckTime(signature, now)) return error;
  if (std::find(services.begin(), services.end(), signature.service) == services.end()) {
    return Invalid(absl::StrCat("Credential should be scoped to correct service: '",
                                absl::StrJoin(services, "' or '"), "'."));
  }
  return CheckSignedHeaders(request, signature);
}

std::optional<Error> CheckSignature(const Request& request, const Target& target,
                                    const Signature& signature, absl::string_view secret,
                                    absl::Span<const absl::string_view> services, int64_t now) {
  if (auto error = CheckSignedHead(request, target, signature, services, now)) return error;
  auto hash = PayloadHash(request);
  if (auto* error = std::get_if<Error>(&hash)) return std::move(*error);
  const std::string canonical =
      CanonicalRequest(request, target, signature, std::get<std::string>(hash));
  if (!SameText(Sign(signature, secret, StringToSign(signature, canonical)), signature.signature)) {
    return Invalid(kMismatch);
  }
  return std::nullopt;
}

std::string CanonicalRequest(const Request& request, const Target& target,
                             const Signature& signature, absl::string_view payload_hash) {
  std::string text = absl::StrCat(request.method, "\n", PercentEncode(target.path, true), "\n",
                                  CanonicalQuery(target, signature), "\n");
  for (const std::string& name : signature.signed_headers) {
    absl::StrAppend(&text, name, ":", CanonicalHeader(request, name), "\n");
  }
  absl::StrAppend(&text, "\n", absl::StrJoin(signature.signed_headers, ";"), "\n", payload_hash);
  return text;
}

std::string StringToSign(const Signature& signature, absl::string_view canonical_request) {
  return absl::StrCat(kAlgorithm, "\n", signature.time, "\n", signature.scope, "\n",
                      Sha256Hex(canonical_request));
}

std::string Sign(const Signature& signature, absl::string_view secret,
                 absl::string_view string_to_sign) {
  std::string key = absl::StrCat("AWS4", secret);
  for (const absl::string_view word : std::initializer_list<absl::string_view>{
           signature.date, signature.region, signature.service, kTerminator}) {
    key = HmacSha256(key, word);
  }
  return absl::BytesToHexString(HmacSha256(key, string_to_sign));
}

}  // namespace rest
