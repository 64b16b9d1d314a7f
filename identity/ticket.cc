#include "identity/ticket.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace identity {
namespace {

constexpr absl::string_view kVersion = "ticket1";
constexpr size_t kParts = 7;  // without the HMAC
constexpr size_t kNonceBytes = 16;
constexpr size_t kWordBytesMax = 255;
constexpr absl::string_view kTls = "tls";
constexpr absl::string_view kTcp = "tcp";

// What is none of host names' and addresses' characters could end a part of the ticket.
bool IsWord(absl::string_view text) {
  return text.size() <= kWordBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                  c == '_' || c == ':' || c == '%';
         });
}

absl::string_view WordOf(absl::string_view text) { return IsWord(text) ? text : ""; }

std::string HmacOf(absl::string_view text, absl::string_view secret) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, nullptr);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), sizeof digest});
}

bool IsSame(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string NewTicketNonce() {
  unsigned char bytes[kNonceBytes];
  if (RAND_bytes(bytes, sizeof bytes) != 1) std::abort();
  return absl::BytesToHexString({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

std::string WriteTicket(const Ticket& ticket, absl::string_view secret) {
  const std::string text =
      absl::StrCat(kVersion, ",", WordOf(ticket.access_key_id), ",", WordOf(ticket.address), ",",
                   WordOf(ticket.server_name), ",", ticket.secure ? kTls : kTcp, ",",
                   ticket.issued_at, ",", WordOf(ticket.nonce));
  return absl::StrCat(text, ",", HmacOf(text, secret));
}

std::optional<Ticket> ReadTicket(absl::string_view text, absl::string_view secret) {
  const size_t comma = text.rfind(',');
  if (comma == text.npos ||
      !IsSame(text.substr(comma + 1), HmacOf(text.substr(0, comma), secret))) {
    return std::nullopt;
  }
  const std::vector<std::string> parts = absl::StrSplit(text.substr(0, comma), ',');
  Ticket ticket;
  if (parts.size() != kParts || parts[0] != kVersion ||
      !absl::SimpleAtoi(parts[5], &ticket.issued_at)) {
    return std::nullopt;
  }
  ticket.access_key_id = parts[1];
  ticket.address = parts[2];
  ticket.server_name = parts[3];
  ticket.secure = parts[4] == kTls;
  ticket.nonce = parts[6];
  return ticket;
}

}  // namespace identity
