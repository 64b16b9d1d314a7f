#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/shadow/call.h"
#include "cli/shadow/place.h"
#include "storage/archive.h"

namespace cli {
namespace {

constexpr absl::string_view kShadowImportFlags[] = {"admin_socket", "data_dir", "thing", "name",
                                                    "replace"};

// Checked shadows on their way, batch by batch.
class Import {
 public:
  Import(ShadowPlace& place, Progress& progress)
      : place_(place), progress_(progress), replace_(absl::GetFlag(FLAGS_replace)) {}

  absl::Status Add(const shadow::ShadowId& id, const shadow::Record& record) {
    batch_.Add(id, record);
    return batch_.IsFull() ? Flush() : absl::OkStatus();
  }

  absl::Status Flush() {
    if (batch_.lines.empty()) return absl::OkStatus();
    const auto imported = place_.Import(std::exchange(batch_, {}), replace_);
    if (!imported.ok()) return imported.status();
    for (int64_t i = 0; i < imported->imported; ++i) progress_.Step();
    kept_ += imported->kept;
    return absl::OkStatus();
  }

  int64_t kept() const { return kept_; }

 private:
  ShadowPlace& place_;
  Progress& progress_;
  const bool replace_;
  ShadowBatch batch_;
  int64_t kept_ = 0;
};

// What becomes of a shadow that was read.
using Taker = std::function<absl::Status(const shadow::ShadowId& id, const shadow::Record& record)>;

// The thing that --thing names for a document that names none.
absl::StatusOr<std::string> ThingFromFlag() {
  const auto things = absl::GetFlag(FLAGS_thing).values;
  if (things.empty()) return "";
  if (things.size() > 1) return absl::InvalidArgumentError("--thing is given twice");
  if (shadow::IsThingName(things.front())) return things.front();
  return absl::InvalidArgumentError(
      absl::StrCat("--thing: \"", things.front(), "\" cannot name a thing"));
}

absl::Status Take(absl::string_view text, const shadow::ShadowId& otherwise, const Taker& taker) {
  shadow::Arena arena;
  const auto archived = storage::ParseArchiveLine(text, arena);
  if (!archived.ok()) return archived.status();
  if (!archived->thing.empty()) return taker({archived->thing, archived->name}, archived->record);
  if (!otherwise.thing.empty()) return taker(otherwise, archived->record);
  return absl::InvalidArgumentError(
      "it does not name its thing; for a document of aws iot-data get-thing-shadow give --thing");
}

absl::Status TakeLines(std::istream& in, const std::string& file, const Taker& taker) {
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    if (auto status = Take(line, {}, taker); !status.ok()) {
      return absl::Status(status.code(), absl::StrCat(file, ":", number, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status TakeDocument(std::istream& in, const std::string& file, const std::string& thing,
                          const Taker& taker) {
  const std::string name = absl::GetFlag(FLAGS_name);
  if (!name.empty() && !shadow::IsShadowName(name)) {
    return absl::InvalidArgumentError(absl::StrCat("--name: \"", name, "\" cannot name a shadow"));
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto status = Take(text.str(), {thing, name}, taker);
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
}

// Reads a file to its end and goes back to its beginning; what cannot go back is not read.
absl::Status CheckLines(std::ifstream& in, const std::string& file) {
  if (in.seekg(0, std::ios::end); !in) {
    in.clear();
    return absl::OkStatus();
  }
  in.seekg(0);
  auto status = TakeLines(in, file, [](const auto&, const auto&) { return absl::OkStatus(); });
  in.clear();
  in.seekg(0);
  return status;
}

void Tell(Call& call, const Progress& progress, const Import& import) {
  if (call.json) {
    call.out << JsonText::Object({{"imported", JsonText::Number(progress.count())},
                                  {"kept", JsonText::Number(import.kept())}})
                    .text()
             << "\n";
  } else if (import.kept() > 0) {
    call.err << import.kept() << " were there already and are as they were (--replace)\n";
  }
}

absl::StatusOr<ExitCode> RunShadowImport(Call& call) {
  const std::string& file = call.arguments[0];
  const auto thing = ThingFromFlag();
  if (!thing.ok()) return thing.status();
  std::ifstream opened;
  if (file != "-") opened.open(file);
  if (file != "-" && !opened) return absl::NotFoundError(absl::StrCat(file, " cannot be read"));
  if (file != "-" && thing->empty()) {
    if (absl::Status right = CheckLines(opened, file); !right.ok()) return right;
  }
  std::istream& in = file == "-" ? std::cin : opened;
  const auto place = ShadowPlace::Open(MustExist::kNo);
  if (!place.ok()) return place.status();
  Progress progress(call.err, "imported", !call.json);
  Import import(**place, progress);
  const Taker taker = [&import](const auto& id, const auto& record) {
    return import.Add(id, record);
  };
  auto status = thing->empty() ? TakeLines(in, file, taker) : TakeDocument(in, file, *thing, taker);
  // What came before a fault is right, and stays.
  if (const auto flushed = import.Flush(); status.ok()) status = flushed;
  progress.End();
  if (!status.ok()) return status;
  Tell(call, progress, import);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowImport;
constexpr Command kShadowImport{
    .path = "shadow import",
    .arguments = "FILE",
    .summary = "take exported shadows in, with versions and metadata",
    .details =
        "FILE (- is standard input) is what shadow export printed, or with --thing one document "
        "of\n"
        "aws iot-data get-thing-shadow. A file is looked through before anything is imported. What "
        "is\n"
        "there is not touched without --replace. Into a running shadowd with --admin-socket, "
        "which\n"
        "publishes nothing of it, or into the folder of one that is stopped with --data-dir.",
    .flags = kShadowImportFlags,
    .run = RunShadowImport,
};

}  // namespace cli
