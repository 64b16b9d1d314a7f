#include "cli/command.h"
#include "cli/json_text.h"
#include "storage/postgres/store.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunMake(Call& call) {
  const std::string& url = call.arguments[0];
  if (absl::Status made = storage::MakePostgres(url); !made.ok()) return made;
  if (call.json) {
    call.out << JsonText::Object({{"made", JsonText::String(url)}}).text() << "\n";
  } else {
    call.out << "a store is made in " << url << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kStoreMake;
constexpr Command kStoreMake{
    .path = "store make",
    .arguments = "URL",
    .summary = "make an empty store in a PostgreSQL database, for shadowd --store URL",
    .details =
        "URL is as in postgresql://USER@HOST:5432,HOST:5432/DATABASE, without a password: "
        "PGPASSFILE\n"
        "or passfile= names the file that holds it. The user must be allowed to make tables.",
    .flags = {},
    .run = RunMake,
};

}  // namespace cli
