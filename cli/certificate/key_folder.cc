#include "cli/certificate/key_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/text_file.h"
#include "identity/private_key.h"
#include "policy/registry_writer.h"
#include "storage/stranger.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0755;
constexpr absl::string_view kNewPrefix = ".new.";

absl::Status SystemFault(const std::string& path, absl::string_view what) {
  return absl::InternalError(absl::StrCat(path, " ", what, ": ", strerror(errno)));
}

std::string ParentOf(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(path, " cannot be made: ", error.message()));
}

// What a crash left half made.
void RemoveRemains(const std::string& parent) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    if (absl::StartsWith(entry.path().filename().string(), kNewPrefix)) {
      fs::remove_all(entry.path(), error);
    }
  }
}

absl::Status SyncFolder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || fsync(folder) != 0) {
    auto status = SystemFault(path, "cannot be brought to the disk");
    if (folder >= 0) close(folder);
    return status;
  }
  close(folder);
  return absl::OkStatus();
}

absl::Status Fill(const std::string& folder, const identity::KeyPair& pair) {
  const std::string id_line = absl::StrCat(pair.id, "\n");
  const std::tuple<absl::string_view, absl::string_view, mode_t> files[] = {
      {"private.key", pair.key, policy::kKeyMode},
      {"certificate.pem", pair.certificate, policy::kEntryMode},
      {"certificate_id", id_line, policy::kEntryMode},
  };
  for (const auto& [name, text, mode] : files) {
    if (auto s = policy::WriteFileAtomically(absl::StrCat(folder, "/", name), text, mode);
        !s.ok()) {
      return s;
    }
  }
  if (chmod(folder.c_str(), kFolderMode) != 0) return SystemFault(folder, "cannot get its mode");
  return absl::OkStatus();
}

}  // namespace

std::optional<std::string> KeyFolder::CertificateId() const {
  const auto text = ReadTextFile(certificate());
  if (!text.ok()) return std::nullopt;
  const auto parsed = identity::ParseCertificate(*text);
  if (!parsed.ok()) return std::nullopt;
  return identity::CertificateId(**parsed);
}

bool KeyFolder::IsGood(const identity::Authority& authority, int64_t now) const {
  const auto text = ReadTextFile(certificate());
  if (!text.ok()) return false;
  const auto parsed = identity::ParseCertificate(*text);
  if (!parsed.ok() || !authority.Vouches(**parsed, now)) return false;
  const auto key_text = ReadTextFile(key());
  if (!key_text.ok()) return absl::IsPermissionDenied(key_text.status());
  return identity::IsKeyOf(*key_text, **parsed);
}

absl::Status KeyFolder::Place(const identity::KeyPair& pair) const {
  const std::string parent = ParentOf(path_);
  return storage::AsOwnerOf(parent, [&] { return Exchange(pair, parent); });
}

absl::Status KeyFolder::Exchange(const identity::KeyPair& pair, const std::string& parent) const {
  if (auto status = MakeFolder(parent); !status.ok()) return status;
  RemoveRemains(parent);
  std::string made = absl::StrCat(parent, "/", kNewPrefix, "XXXXXX");
  if (mkdtemp(made.data()) == nullptr) return SystemFault(made, "cannot be made");
  const auto removed = absl::MakeCleanup([&] {
    std::error_code ignored;
    fs::remove_all(made, ignored);
  });
  if (auto status = Fill(made, pair); !status.ok()) return status;
  // In the place of an old folder the two change names, and the old one is removed.
  const bool is_there = access(path_.c_str(), F_OK) == 0;
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path_.c_str(),
                is_there ? RENAME_EXCHANGE : RENAME_NOREPLACE) != 0) {
    return SystemFault(path_, "cannot be put in its place");
  }
  return SyncFolder(parent);
}

void KeyFolder::CloseKey() const {
  const auto closed = storage::AsOwnerOf(path_, [&]() -> absl::Status {
    if (chmod(key().c_str(), policy::kKeyMode) == 0) return absl::OkStatus();
    return SystemFault(key(), "cannot get its mode");
  });
  closed.IgnoreError();
}

absl::Status KeyFolder::Remove() const {
  std::error_code error;
  const auto remove = [&] {
    fs::remove_all(path_, error);
    return absl::OkStatus();
  };
  if (auto s = storage::AsOwnerOf(ParentOf(path_), remove); !s.ok()) return s;
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(path_, " cannot be removed: ", error.message()));
}

}  // namespace cli
