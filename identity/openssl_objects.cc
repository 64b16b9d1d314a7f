#include "identity/openssl_objects.h"

#include <openssl/err.h>

#include "absl/strings/str_cat.h"

namespace identity {

MemoryPtr Reader(absl::string_view text) {
  return MemoryPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string WrittenTo(const MemoryPtr& memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

std::string NameText(const X509_NAME& name) {
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr || X509_NAME_print_ex(memory.get(), &name, 0, XN_FLAG_RFC2253) < 0) {
    ERR_clear_error();
    return "";
  }
  return WrittenTo(memory);
}

absl::Status OpenSslFault(absl::string_view what) {
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
  ERR_clear_error();
  return absl::InternalError(absl::StrCat(what, ": ", reason));
}

}  // namespace identity
