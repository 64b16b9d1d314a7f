#include "storage/ownership.h"

#include <chrono>
#include <utility>

#include "absl/strings/string_view.h"
#include "storage/postgres/database.h"
#include "storage/postgres/readers.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/statements.h"
#include "storage/postgres/store.h"
#include "storage/postgres/writer.h"

namespace storage {
namespace {

class PostgresOwnership : public Ownership {
 public:
  explicit PostgresOwnership(const PostgresOptions& options)
      : options_(options),
        writer_(options.url, options.holder, options.wait_ms),
        readers_(options.url, options.wait_ms) {}

  absl::StatusOr<std::unique_ptr<Store>> Take() override {
    if (!looked_) {
      if (auto checked = Look(); !checked.ok()) return checked;
    }
    const auto taken = writer_.Take();
    if (!taken.ok()) return taken.status();
    if (!*taken) return nullptr;
    PostgresOptions options = options_;
    options.url = writer_.UrlFromHere();
    return OpenPostgres(options, &writer_);
  }

  bool Holds() const override { return writer_.Holds(); }
  absl::StatusOr<int> RenewIfDue() override { return writer_.RenewIfDue(); }
  absl::Status GiveUp() override { return writer_.GiveUp(); }

  absl::StatusOr<Owner> Read() const override {
    const auto found = readers_.Run({{{kReadOwner}}});
    if (!found.ok()) return found.status();
    const PostgresRows& rows = (*found)[0];
    if (rows.size() == 0) {
      return absl::DataLossError("the owner's row has vanished from the database");
    }
    const int64_t life = rows.Number(0, 0);
    return Owner{.holder = ForPeople(rows.Bytes(0, 2)),
                 .life = life,
                 .is_over = rows.Bytes(0, 3) == absl::string_view("\x01", 1),
                 .is_us = life == writer_.life() && writer_.Holds()};
  }

 private:
  absl::Status Look() {
    if (auto checked = CheckPostgresUrl(options_.url); !checked.ok()) return checked;
    auto connection = PostgresConnection::Connect(options_.url, PostgresConnection::Use::kRead);
    if (!connection.ok()) return connection.status();
    auto checked = CheckSchema(**connection, readers_.Deadline());
    looked_ = checked.ok();
    return checked;
  }

  const PostgresOptions options_;
  bool looked_ = false;  // at the schema, and it is well
  PostgresWriter writer_;
  mutable PostgresReaders readers_;
};

}  // namespace

std::unique_ptr<Ownership> NewPostgresOwnership(const PostgresOptions& options) {
  return std::make_unique<PostgresOwnership>(options);
}

}  // namespace storage
