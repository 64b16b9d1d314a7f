#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/postgres/libpq.h"
#include "storage/postgres/store.h"

namespace storage {
namespace {

constexpr absl::string_view kSecrets[] = {"password", "sslpassword"};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { Pq().PQconninfoFree(options); }
};

}  // namespace

// libpq's own errors may quote what a password was to be: they are not told.
absl::Status CheckPostgresUrl(absl::string_view url) {
  if (!absl::StartsWith(url, "postgresql://") && !absl::StartsWith(url, "postgres://")) {
    return absl::InvalidArgumentError(
        "the URL of a database begins with postgresql://, as in postgresql://USER@HOST/DATABASE");
  }
  if (absl::Status loaded = LoadLibpq(); !loaded.ok()) return loaded;
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      Pq().PQconninfoParse(std::string(url).c_str(), &error));
  Pq().PQfreemem(error);
  if (options == nullptr) {
    return absl::InvalidArgumentError(
        "the URL of the database cannot be read; it is as in"
        " postgresql://USER@HOST:5432,HOST:5432/DATABASE?sslmode=verify-full, and a password is in"
        " the file that PGPASSFILE or passfile= names");
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    for (const absl::string_view secret : kSecrets) {
      if (option->keyword == secret && option->val != nullptr) {
        return absl::InvalidArgumentError(absl::StrCat(
            "the URL of the database holds a ", secret,
            ", which process lists and logs would show: put it into a file that PGPASSFILE or"
            " passfile= names, or into PGPASSWORD"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace storage
