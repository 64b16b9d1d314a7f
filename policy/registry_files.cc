#include "policy/registry_files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/text_file.h"

namespace policy {
namespace {

constexpr absl::string_view kSuffix = ".json";
constexpr mode_t kRefused = S_IWOTH;

std::string ErrnoText(absl::string_view what) {
  return absl::StrCat(" ", what, ": ", strerror(errno));
}

class RegistryReader {
 public:
  explicit RegistryReader(std::string folder) : folder_(std::move(folder)) {}

  absl::StatusOr<std::shared_ptr<const Registry>> ReadAll() {
    for (const RegistryPart part :
         {RegistryPart::kThings, RegistryPart::kPolicies, RegistryPart::kCertificates}) {
      for (const std::string& name : List(part)) Read(part, name);
    }
    return builder_.Finish();
  }

 private:
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
      if (auto fault = ModeFault(facts.st_mode, kRefused); !fault.empty())
        builder_.AddFault(name, fault);
    }
    while (const dirent* const entry = readdir(listing)) {
      absl::string_view file = entry->d_name;
      if (absl::ConsumeSuffix(&file, kSuffix)) names.emplace_back(file);
    }
    std::sort(names.begin(), names.end());  // the same mistakes are told in the same order
    return names;
  }

  void Read(RegistryPart part, const std::string& entry) {
    const std::string name = absl::StrCat(PartFolder(part), "/", entry, kSuffix);
    const auto text = ReadTextFile(absl::StrCat(folder_, "/", name), kRefused);
    if (!text.ok()) return builder_.AddFault(name, text.status().message());
    switch (part) {
      case RegistryPart::kThings:
        return builder_.AddThing(name, entry, *text);
      case RegistryPart::kPolicies:
        return builder_.AddPolicy(name, entry, *text);
      case RegistryPart::kCertificates:
        return builder_.AddCertificate(name, entry, *text);
    }
  }

  const std::string folder_;
  RegistryBuilder builder_;
};

}  // namespace

absl::string_view PartFolder(RegistryPart part) {
  constexpr absl::string_view kFolders[] = {"things", "policies", "certificates"};
  return kFolders[static_cast<size_t>(part)];
}

absl::StatusOr<std::shared_ptr<const Registry>> LoadRegistry(const std::string& folder) {
  struct stat facts = {};
  if (stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return absl::NotFoundError(absl::StrCat("the registry \"", folder, "\" is not a folder"));
  }
  if (auto fault = ModeFault(facts.st_mode, kRefused); !fault.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ":", fault));
  }
  return RegistryReader(folder).ReadAll();
}

}  // namespace policy
