#include "service/console/bundle.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "rest/error.h"

namespace service {
namespace {

constexpr absl::string_view kIndex = "index.html";
constexpr absl::string_view kAssets = "assets/";  // their names change with their bytes
constexpr int kGzip = 16 + MAX_WBITS;

bool TakesGzip(const rest::Request& request) {
  const auto header = request.Find("accept-encoding");
  if (!header) return false;
  const std::vector<absl::string_view> codings = absl::StrSplit(*header, ',');
  return std::any_of(codings.begin(), codings.end(), [](absl::string_view coding) {
    const std::vector<absl::string_view> parts = absl::StrSplit(coding, ';');
    const absl::string_view weight =
        parts.size() > 1 ? absl::StripAsciiWhitespace(parts[1]) : absl::string_view();
    return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "gzip") &&
           weight != "q=0" && weight != "q=0.0";
  });
}

std::string Inflated(absl::string_view gzip) {
  z_stream stream = {};
  if (inflateInit2(&stream, kGzip) != Z_OK) std::abort();  // no memory
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK) {
    const size_t done = out.size();
    out.resize(done + 64 * 1024);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = static_cast<uInt>(out.size() - done);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return out;
}

}  // namespace

rest::Answer AnswerFromBundle(absl::string_view path, const rest::Request& request) {
  if (path.empty()) path = kIndex;
  const auto files = Bundle();
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const BundleFile& one) { return one.path == path; });
  if (file == files.end()) return rest::WordErrorAsText(rest::NotFound("There is no such page"));
  rest::Answer answer;
  answer.content_type = file->content_type;
  answer.cache_control =
      absl::StartsWith(path, kAssets) ? "public, max-age=31536000, immutable" : "no-cache";
  if (TakesGzip(request)) {
    answer.content_encoding = "gzip";
    answer.body = std::string(file->gzip);
  } else {
    answer.body = Inflated(file->gzip);
  }
  return answer;
}

}  // namespace service
