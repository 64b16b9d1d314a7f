#include "identity/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "identity/openssl_objects.h"

namespace identity {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN ";
constexpr absl::string_view kDashes = "-----";
constexpr size_t kKindBytesMax = 40;

// Of the block that begins at the start of `text`; empty if no kind stands there.
absl::string_view KindOf(absl::string_view text) {
  text.remove_prefix(kBegin.size());
  const absl::string_view kind = text.substr(0, text.find(kDashes));
  const auto is_of_a_kind = [](char c) { return c == ' ' || absl::ascii_isalnum(c); };
  return kind.size() <= kKindBytesMax && std::all_of(kind.begin(), kind.end(), is_of_a_kind)
             ? kind
             : absl::string_view();
}

absl::Status PemFault(absl::string_view what, absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; one PEM block \"-----BEGIN ", wanted, "-----\" is wanted"));
}

}  // namespace

absl::StatusOr<std::string> ReadOnlyBlock(absl::string_view text,
                                          absl::Span<const absl::string_view> kinds) {
  const absl::string_view wanted = kinds.front();
  const size_t first = text.find(kBegin);
  if (first == absl::string_view::npos) return PemFault("there is no PEM in it", wanted);
  for (size_t at = first; at != absl::string_view::npos; at = text.find(kBegin, at + 1)) {
    const absl::string_view kind = KindOf(text.substr(at));
    if (absl::EndsWith(kind, "PRIVATE KEY")) {
      return PemFault("there is a private key in it, which nobody should be sent", wanted);
    }
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      return PemFault(absl::StrCat("there is \"-----BEGIN ", kind, "-----\" in it"), wanted);
    }
    if (at != first) return PemFault("there is more than one PEM block in it", wanted);
  }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;  // NOLINT(google-runtime-int): OpenSSL's
  const MemoryPtr memory = Reader(text.substr(first));
  const bool read = PEM_read_bio(memory.get(), &name, &header, &bytes, &size) == 1;
  const auto freed = absl::MakeCleanup([&] {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(bytes);
    ERR_clear_error();
  });
  if (!read) return PemFault("its PEM is broken: the base64 or the line of its end", wanted);
  if (header[0] != '\0') return PemFault("its PEM is encrypted or has headers", wanted);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

}  // namespace identity
