#include "policy/registry_files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/registry_entry.h"
#include "policy/registry_journal.h"
#include "policy/text_file.h"

namespace policy {
namespace {

constexpr mode_t kOthersMayWrite = S_IWOTH;

std::string ErrnoText(absl::string_view what) {
  return absl::StrCat(" ", what, ": ", strerror(errno));
}

size_t BytesMax(RegistryPart part) {
  const bool has_versions =
      part == RegistryPart::kPolicyVersions || part == RegistryPart::kProvisioningTemplates;
  return has_versions ? kVersionsBytesMax : kFileBytesMax;
}

class RegistryReader {
 public:
  explicit RegistryReader(std::string folder) : folder_(std::move(folder)) {}

  absl::StatusOr<std::shared_ptr<Registry>> ReadAll() {
    if (auto status = ReadPending(); !status.ok()) return status;
    for (const RegistryPart part : LoadedParts()) {
      for (const std::string& name : List(part)) Read(part, name);
      for (const auto& [name, text] : pending_[part]) {
        if (text) builder_.Add(part, name, *text);
      }
    }
    return builder_.Finish();
  }

 private:
  // What a change that was interrupted says counts, whatever the files say.
  absl::Status ReadPending() {
    auto changes = ReadJournal(folder_);
    if (!changes.ok()) return changes.status();
    for (EntryChange& change : *changes) {
      pending_[change.part].insert_or_assign(std::move(change.name), std::move(change.text));
    }
    return absl::OkStatus();
  }

  // The names of a sub-folder's entries.
  std::vector<std::string> List(RegistryPart part) {
    const std::string name(PartFolder(part));
    std::vector<std::string> names;
    DIR* const listing = opendir(absl::StrCat(folder_, "/", name).c_str());
    if (listing == nullptr) {
      if (errno != ENOENT) builder_.AddFault(name, ErrnoText("cannot be listed"));
      return names;
    }
    const auto closed = absl::MakeCleanup([listing] { closedir(listing); });
    struct stat facts = {};
    if (fstat(dirfd(listing), &facts) == 0) {
      if (auto fault = ModeFault(facts.st_mode, kOthersMayWrite); !fault.empty())
        builder_.AddFault(name, fault);
    }
    while (const dirent* const entry = readdir(listing)) {
      absl::string_view file = entry->d_name;
      if (absl::ConsumeSuffix(&file, PartSuffix(part))) names.emplace_back(file);
    }
    std::sort(names.begin(), names.end());  // the same mistakes are told in the same order
    return names;
  }

  void Read(RegistryPart part, const std::string& entry) {
    if (pending_[part].count(entry) > 0) return;
    const std::string name = EntryFile(part, entry);
    const auto text =
        ReadTextFile(absl::StrCat(folder_, "/", name), kOthersMayWrite, BytesMax(part));
    // A writer may have removed it since it was listed.
    if (absl::IsNotFound(text.status())) return;
    if (!text.ok()) return builder_.AddFault(name, text.status().message());
    builder_.Add(part, entry, *text);
  }

  const std::string folder_;
  RegistryBuilder builder_;
  std::map<RegistryPart, std::map<std::string, std::optional<std::string>>> pending_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Registry>> LoadRegistry(const std::string& folder) {
  struct stat facts = {};
  if (stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return absl::NotFoundError(absl::StrCat("the registry \"", folder, "\" is not a folder"));
  }
  if (auto fault = ModeFault(facts.st_mode, kOthersMayWrite); !fault.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ":", fault));
  }
  return RegistryReader(folder).ReadAll();
}

absl::StatusOr<std::optional<std::string>> ReadEntry(const std::string& folder, RegistryPart part,
                                                     absl::string_view name) {
  const std::string file = EntryFile(part, name);
  auto text = ReadTextFile(absl::StrCat(folder, "/", file), kOthersMayWrite, BytesMax(part));
  if (text.ok()) return *std::move(text);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  return absl::InvalidArgumentError(absl::StrCat(file, ":", text.status().message()));
}

}  // namespace policy
