#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/shadow_archive.h"
#include "cli/shadow_call.h"
#include "cli/stopped_store.h"
#include "storage/key.h"
#include "storage/record.h"

namespace cli {
namespace {

constexpr absl::string_view kFlags[] = {"data_dir", "thing", "name", "replace"};
constexpr size_t kBatch = 1000;

// Checked and encoded shadows, written as they gather.
class Import {
 public:
  Import(storage::Store& store, Progress& progress)
      : store_(store), progress_(progress), replace_(absl::GetFlag(FLAGS_replace)) {}

  absl::Status Add(const shadow::ShadowId& id, const shadow::Record& record) {
    writes_.push_back({storage::RecordKey(id), storage::EncodeRecord(record)});
    return writes_.size() < kBatch ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (auto status = LeaveWhatIsThere(); !status.ok()) return status;
    if (auto status = store_.Commit(writes_, storage::Durability::kSync); !status.ok()) {
      return status;
    }
    for (size_t i = 0; i < writes_.size(); ++i) progress_.Step();
    writes_.clear();
    return absl::OkStatus();
  }

  int64_t kept() const { return kept_; }

 private:
  // Without --replace a shadow that is there is not touched.
  absl::Status LeaveWhatIsThere() {
    if (replace_) return absl::OkStatus();
    std::vector<std::string> keys;
    for (const storage::Write& write : writes_) keys.push_back(write.key);
    std::vector<std::optional<std::string>> values;
    if (auto status = store_.Read(keys, values); !status.ok()) return status;
    std::vector<storage::Write> fresh;
    for (size_t i = 0; i < writes_.size(); ++i) {
      if (values[i] && storage::KindOf(*values[i]) == storage::RecordKind::kDocument) {
        ++kept_;
      } else {
        fresh.push_back(std::move(writes_[i]));
      }
    }
    writes_ = std::move(fresh);
    return absl::OkStatus();
  }

  storage::Store& store_;
  Progress& progress_;
  bool replace_;
  std::vector<storage::Write> writes_;
  int64_t kept_ = 0;
};

// The thing that --thing names for a document that names none.
absl::StatusOr<std::string> ThingFromFlag() {
  const auto things = absl::GetFlag(FLAGS_thing).values;
  if (things.empty()) return "";
  if (things.size() > 1) return absl::InvalidArgumentError("--thing is given twice");
  if (shadow::IsThingName(things.front())) return things.front();
  return absl::InvalidArgumentError(
      absl::StrCat("--thing: \"", things.front(), "\" cannot name a thing"));
}

absl::Status Take(absl::string_view text, const std::string& thing, const std::string& name,
                  Import& import) {
  shadow::Arena arena;
  const auto archived = ParseArchiveLine(text, arena);
  if (!archived.ok()) return archived.status();
  if (!archived->thing.empty()) {
    return import.Add({archived->thing, archived->name}, archived->record);
  }
  if (!thing.empty()) return import.Add({thing, name}, archived->record);
  return absl::InvalidArgumentError(
      "it does not name its thing; for a document of aws iot-data get-thing-shadow give --thing");
}

absl::Status TakeLines(std::istream& in, const std::string& file, Import& import) {
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    if (auto status = Take(line, "", "", import); !status.ok()) {
      return absl::Status(status.code(), absl::StrCat(file, ":", number, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status TakeDocument(std::istream& in, const std::string& file, const std::string& thing,
                          Import& import) {
  const std::string name = absl::GetFlag(FLAGS_name);
  if (!name.empty() && !shadow::IsShadowName(name)) {
    return absl::InvalidArgumentError(absl::StrCat("--name: \"", name, "\" cannot name a shadow"));
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto status = Take(text.str(), thing, name, import);
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
}

absl::StatusOr<ExitCode> Run(Call& call) {
  const std::string& file = call.arguments[0];
  const auto thing = ThingFromFlag();
  if (!thing.ok()) return thing.status();
  std::ifstream opened;
  if (file != "-") opened.open(file);
  if (file != "-" && !opened) return absl::NotFoundError(absl::StrCat(file, " cannot be read"));
  std::istream& in = file == "-" ? std::cin : opened;
  const auto store = OpenStoppedStore(MustExist::kNo);
  if (!store.ok()) return store.status();
  Progress progress(call.err, "imported", !call.json);
  Import import(**store, progress);
  auto status =
      thing->empty() ? TakeLines(in, file, import) : TakeDocument(in, file, *thing, import);
  // What came before a fault is right, and stays.
  if (const auto flushed = import.Flush(); status.ok()) status = flushed;
  progress.End();
  if (call.json && status.ok()) {
    call.out << JsonText::Object({{"imported", JsonText::Number(progress.count())},
                                  {"kept", JsonText::Number(import.kept())}})
                    .text()
             << "\n";
  } else if (import.kept() > 0) {
    call.err << import.kept() << " were there already and are as they were (--replace)\n";
  }
  if (!status.ok()) return status;
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowImport;
constexpr Command kShadowImport{
    .path = "shadow import",
    .arguments = "FILE",
    .summary = "take exported shadows into a stopped store, with versions and metadata",
    .details =
        "FILE (- is standard input) is what shadow export printed, or with --thing one document "
        "of\n"
        "aws iot-data get-thing-shadow. What is there is not touched without --replace. shadowd "
        "must\n"
        "not be running.",
    .flags = kFlags,
    .run = Run,
};

}  // namespace cli
