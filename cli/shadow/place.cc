#include "cli/shadow/place.h"

#include <ctime>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/service/admin_connection.h"
#include "history/writer.h"
#include "shadow/delta.h"
#include "storage/archive.h"
#include "storage/key.h"
#include "storage/record.h"

namespace cli {
namespace {

class RunningService : public ShadowPlace {
 public:
  explicit RunningService(AdminConnection connection) : connection_(std::move(connection)) {}

  absl::Status Export(const std::function<bool(absl::string_view line)>& take) override {
    const auto request = JsonText::Object({{"command", JsonText::String("export")}});
    if (absl::Status sent = connection_.Send(request); !sent.ok()) return sent;
    while (true) {
      const auto line = connection_.Line();
      if (!line.ok()) return line.status();
      if (absl::StartsWith(*line, R"({"ok":)")) return ReadAdminAnswer(*line).status();
      if (!take(*line)) return absl::OkStatus();
    }
  }

  absl::StatusOr<storage::Imported> Import(ShadowBatch batch, bool replace) override {
    const auto request =
        JsonText::Object({{"command", JsonText::String("import")},
                          {"lines", JsonText::Number(static_cast<int64_t>(batch.lines.size()))},
                          {"replace", JsonText::Bool(replace)}});
    if (absl::Status sent = connection_.Send(request); !sent.ok()) return sent;
    for (std::string& line : batch.lines) {
      const absl::Status sent = connection_.Send(JsonText::Raw(std::move(line)));
      if (!sent.ok()) return sent;
    }
    const auto line = connection_.Line();
    if (!line.ok()) return line.status();
    const auto answer = ReadAdminAnswer(*line);
    if (!answer.ok()) return answer.status();
    return storage::Imported{.imported = NumberOf(*answer, "imported"),
                             .kept = NumberOf(*answer, "kept")};
  }

 private:
  static int64_t NumberOf(const policy::Node& answer, absl::string_view name) {
    const policy::Node* const member = answer.Find(name);
    int64_t number = 0;
    return member != nullptr && absl::SimpleAtoi(member->text, &number) ? number : 0;
  }

  AdminConnection connection_;
};

class StoppedService : public ShadowPlace {
 public:
  explicit StoppedService(StoppedStore stopped) : stopped_(std::move(stopped)) {}

  absl::Status Export(const std::function<bool(absl::string_view line)>& take) override {
    const int64_t now = std::time(nullptr);
    shadow::Arena arena;
    absl::Status fault;
    const auto visit = [&](absl::string_view key, absl::string_view value) {
      const auto line = storage::StoredLine(key, value, now, arena);
      fault = line.status();
      return line.ok() && (line->empty() || take(*line));
    };
    const absl::Status scanned = stopped_.store->Scan(storage::kRecordPrefix, "", visit);
    return scanned.ok() ? fault : scanned;
  }

  absl::StatusOr<storage::Imported> Import(ShadowBatch batch, bool replace) override {
    if (!history_) {
      auto loaded = history::Writer::Load({}, *stopped_.store);
      if (!loaded.ok()) return loaded.status();
      history_ = *std::move(loaded);
    }
    const auto beside = [this](absl::Span<storage::Write> records, auto before, auto& writes) {
      history_->AddImports(records, before, std::time(nullptr));
      history_->Append(writes);
    };
    auto imported = storage::Import(std::move(batch.records), replace, beside, *stopped_.store);
    if (imported.ok()) history_->Committed();
    return imported;
  }

 private:
  const StoppedStore stopped_;
  std::optional<history::Writer> history_;  // once something is imported
};

}  // namespace

void ShadowBatch::Add(const shadow::ShadowId& id, const shadow::Record& record) {
  lines.push_back(storage::ArchiveLine(id, record));
  records.push_back({storage::RecordKey(id),
                     storage::EncodeRecord(record, {.differs = shadow::Differs(record)})});
  bytes += records.back().value->size();
}

absl::StatusOr<std::unique_ptr<ShadowPlace>> ShadowPlace::Open(MustExist must_exist) {
  const bool has_folder = !absl::GetFlag(FLAGS_data_dir).empty();
  if (!absl::GetFlag(FLAGS_admin_socket).empty()) {
    auto connection = AdminConnection::Open();
    if (connection.ok()) return std::make_unique<RunningService>(*std::move(connection));
    if (!has_folder || !absl::IsUnavailable(connection.status())) return connection.status();
  } else if (!has_folder) {
    return absl::InvalidArgumentError(
        "where are the shadows? Give --admin-socket SOCKET of the running shadowd, or --data-dir "
        "DIR of one that is stopped");
  }
  auto store = OpenStoppedStore(must_exist);
  if (!store.ok()) return store.status();
  return std::make_unique<StoppedService>(*std::move(store));
}

}  // namespace cli
