#include "policy/registry_files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

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

}  // namespace

absl::string_view PartFolder(RegistryPart part) {
  constexpr absl::string_view kFolders[] = {"things", "policies", "certificates"};
  return kFolders[static_cast<size_t>(part)];
}

absl::StatusOr<RegistryReader> RegistryReader::Open(const std::string& folder) {
  struct stat facts = {};
  if (stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return absl::NotFoundError(absl::StrCat("the registry \"", folder, "\" is not a folder"));
  }
  if (auto fault = ModeFault(facts.st_mode, kRefused); !fault.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ":", fault));
  }
  return RegistryReader(folder);
}

void RegistryReader::List(RegistryPart part) {
  const std::string name(PartFolder(part));
  DIR* const listing = opendir(absl::StrCat(folder_, "/", name).c_str());
  if (listing == nullptr) {
    if (errno != ENOENT) builder_.AddFault(name, ErrnoText("cannot be listed"));
    return;
  }
  const auto closed = absl::MakeCleanup([listing] { closedir(listing); });
  struct stat facts = {};
  if (fstat(dirfd(listing), &facts) == 0) {
    if (auto fault = ModeFault(facts.st_mode, kRefused); !fault.empty())
      builder_.AddFault(name, fault);
  }
  const size_t before = files_.size();
  while (const dirent* const entry = readdir(listing)) {
    absl::string_view file = entry->d_name;
    if (absl::ConsumeSuffix(&file, kSuffix)) files_.push_back({part, std::string(file)});
  }
  // In a fixed order, so that the same mistakes are told in the same order.
  std::sort(files_.begin() + static_cast<std::ptrdiff_t>(before), files_.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
}

void RegistryReader::Read(const File& file) {
  const std::string name = absl::StrCat(PartFolder(file.part), "/", file.name, kSuffix);
  const auto text = ReadTextFile(absl::StrCat(folder_, "/", name), kRefused);
  if (!text.ok()) return builder_.AddFault(name, text.status().message());
  switch (file.part) {
    case RegistryPart::kThings:
      return builder_.AddThing(name, file.name, *text);
    case RegistryPart::kPolicies:
      return builder_.AddPolicy(name, file.name, *text);
    case RegistryPart::kCertificates:
      return builder_.AddCertificate(name, file.name, *text);
  }
}

bool RegistryReader::Step(size_t files) {
  constexpr RegistryPart kParts[] = {RegistryPart::kThings, RegistryPart::kPolicies,
                                     RegistryPart::kCertificates};
  if (listed_ < std::size(kParts)) {
    List(kParts[listed_++]);
    return false;
  }
  if (read_ == files_.size()) return builder_.Resolve(files);
  const size_t end = read_ + std::min(files, files_.size() - read_);
  for (; read_ < end; ++read_) Read(files_[read_]);
  return false;
}

absl::StatusOr<std::shared_ptr<const Registry>> RegistryReader::Finish() {
  while (!Step(std::numeric_limits<size_t>::max())) continue;
  return builder_.Finish();
}

absl::StatusOr<std::shared_ptr<const Registry>> LoadRegistry(const std::string& folder) {
  auto reader = RegistryReader::Open(folder);
  if (!reader.ok()) return reader.status();
  return reader->Finish();
}

}  // namespace policy
