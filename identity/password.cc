#include "identity/password.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace identity {
namespace {

constexpr absl::string_view kScheme = "scrypt";
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
// Of what a file can ask for: 128 × N × r bytes, and p times as long.
constexpr uint32_t kLogNMax = 17;
constexpr uint32_t kBlocksMax = 16;
constexpr uint64_t kMemoryMax = uint64_t{512} << 20;

struct Scrypt {
  uint32_t log_n = 15;
  uint32_t r = 8;
  uint32_t p = 1;
  std::string salt{};
  std::string hash{};
};

// Nothing: OpenSSL does not take the numbers.
std::optional<std::string> Derive(absl::string_view password, const Scrypt& scrypt) {
  const std::unique_ptr<EVP_KDF, void (*)(EVP_KDF*)> kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr),
                                                         EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, void (*)(EVP_KDF_CTX*)> context(EVP_KDF_CTX_new(kdf.get()),
                                                                     EVP_KDF_CTX_free);
  std::string salt = scrypt.salt;
  std::string secret(password);
  uint64_t n = uint64_t{1} << scrypt.log_n;
  uint32_t r = scrypt.r;
  uint32_t p = scrypt.p;
  uint64_t memory = kMemoryMax;
  const std::array<OSSL_PARAM, 7> parameters = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end()};
  std::string hash(kHashBytes, '\0');
  const bool done = context != nullptr &&
                    EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(hash.data()),
                                   hash.size(), parameters.data()) == 1;
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!done) return std::nullopt;
  return hash;
}

std::string RandomBytes(size_t bytes) {
  std::string random(bytes, '\0');
  auto* const data = reinterpret_cast<unsigned char*>(random.data());
  if (RAND_bytes(data, static_cast<int>(bytes)) != 1) std::abort();
  return random;
}

std::optional<std::string> FromHex(absl::string_view hex, size_t bytes) {
  if (hex.size() != 2 * bytes ||
      hex.find_first_not_of("0123456789abcdef") != absl::string_view::npos) {
    return std::nullopt;
  }
  return absl::HexStringToBytes(hex);
}

std::optional<Scrypt> Read(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  Scrypt scrypt;
  if (parts.size() != 6 || parts[0] != kScheme || !absl::SimpleAtoi(parts[1], &scrypt.log_n) ||
      !absl::SimpleAtoi(parts[2], &scrypt.r) || !absl::SimpleAtoi(parts[3], &scrypt.p)) {
    return std::nullopt;
  }
  if (scrypt.log_n < 1 || scrypt.log_n > kLogNMax || scrypt.r < 1 || scrypt.r > kBlocksMax ||
      scrypt.p < 1 || scrypt.p > kBlocksMax) {
    return std::nullopt;
  }
  auto salt = FromHex(parts[4], kSaltBytes);
  auto hash = FromHex(parts[5], kHashBytes);
  if (!salt || !hash) return std::nullopt;
  scrypt.salt = *std::move(salt);
  scrypt.hash = *std::move(hash);
  return scrypt;
}

}  // namespace

std::string HashPassword(absl::string_view password) {
  Scrypt scrypt;
  scrypt.salt = RandomBytes(kSaltBytes);
  const auto hash = Derive(password, scrypt);
  if (!hash) std::abort();  // our own numbers
  return absl::StrCat(kScheme, ":", scrypt.log_n, ":", scrypt.r, ":", scrypt.p, ":",
                      absl::BytesToHexString(scrypt.salt), ":", absl::BytesToHexString(*hash));
}

bool IsPasswordHash(absl::string_view text) { return Read(text).has_value(); }

bool IsPassword(absl::string_view password, absl::string_view hash) {
  const auto scrypt = Read(hash);
  if (!scrypt) return false;
  const auto derived = Derive(password, *scrypt);
  return derived && CRYPTO_memcmp(derived->data(), scrypt->hash.data(), kHashBytes) == 0;
}

std::string RandomHex(size_t bytes) { return absl::BytesToHexString(RandomBytes(bytes)); }

}  // namespace identity
