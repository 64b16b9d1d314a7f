#include "storage/postgres/libpq.h"

#include <dlfcn.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace storage {
namespace {

struct Loaded {
  Libpq functions{};
  absl::Status status{};
};

template <class Function>
void Find(void* library, const char* name, Function*& out, absl::Status& status) {
  out = reinterpret_cast<Function*>(dlsym(library, name));
  if (out == nullptr) {
    status.Update(absl::FailedPreconditionError(
        absl::StrCat("the libpq.so.5 that is installed is too old: it has no ", name)));
  }
}

Loaded Load() {
  Loaded loaded;
  void* const library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    loaded.status = absl::FailedPreconditionError(
        absl::StrCat("a store in PostgreSQL needs libpq.so.5, the package libpq5: ", dlerror()));
    return loaded;
  }
#define SHADOW_LIBPQ_FIND(name) Find(library, #name, loaded.functions.name, loaded.status);
  SHADOW_LIBPQ(SHADOW_LIBPQ_FIND)
#undef SHADOW_LIBPQ_FIND
  return loaded;
}

const Loaded& TheLibrary() {
  static const Loaded loaded = Load();
  return loaded;
}

}  // namespace

absl::Status LoadLibpq() { return TheLibrary().status; }
const Libpq& Pq() { return TheLibrary().functions; }

}  // namespace storage
