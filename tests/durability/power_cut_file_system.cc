#include "tests/durability/power_cut_file_system.h"

#include <filesystem>
#include <fstream>

namespace durability {
namespace {

using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

std::string NameOf(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

size_t Kept(size_t unsynced, Tear tear) {
  switch (tear) {
    case Tear::kNothingKept:
      return 0;
    case Tear::kHalfKept:
      return unsynced / 2;
    case Tear::kAllButLastByte:
      return unsynced == 0 ? 0 : unsynced - 1;
  }
  return 0;
}

}  // namespace

void Image::WriteTo(const std::string& folder, Tear tear) const {
  std::filesystem::create_directory(folder);
  for (const auto& [name, content] : tear == Tear::kNothingKept ? synced_names_ : names_) {
    std::ofstream(folder + "/" + name, std::ios::binary)
        << content.synced << content.unsynced.substr(0, Kept(content.unsynced.size(), tear));
  }
}

class PowerCutFileSystem::WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<FSWritableFile> target, File file, PowerCutFileSystem& files)
      : FSWritableFileOwnerWrapper(std::move(target)), file_(std::move(file)), files_(files) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    files_.Operate([&] { file_->unsynced.append(data.data(), data.size()); });
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    files_.Operate([&] { file_->unsynced.append(data.data(), data.size()); });
    return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) NoteSynced();
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = FSWritableFileOwnerWrapper::Fsync(options, debug);
    if (status.ok()) NoteSynced();
    return status;
  }

 private:
  void NoteSynced() {
    files_.Operate([&] {
      file_->synced += file_->unsynced;
      file_->unsynced.clear();
    });
  }

  const File file_;
  PowerCutFileSystem& files_;
};

class PowerCutFileSystem::Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<FSDirectory> target, PowerCutFileSystem& files)
      : FSDirectoryWrapper(std::move(target)), files_(files) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = FSDirectoryWrapper::Fsync(options, debug);
    if (status.ok()) NoteSynced();
    return status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& which) override {
    const IOStatus status = FSDirectoryWrapper::FsyncWithDirOptions(options, debug, which);
    if (status.ok()) NoteSynced();
    return status;
  }

 private:
  void NoteSynced() {
    files_.Operate([&]() { files_.synced_names_ = files_.names_; });
  }

  PowerCutFileSystem& files_;
};

void PowerCutFileSystem::BeforeEach(std::function<void(Image)> cut) {
  const std::lock_guard lock(mutex_);
  cut_ = std::move(cut);
}

Image PowerCutFileSystem::Now() const {
  const std::lock_guard lock(mutex_);
  return Look();
}

Image PowerCutFileSystem::Look() const {
  Image image;
  for (const auto& [name, file] : names_) image.names_[name] = *file;
  for (const auto& [name, file] : synced_names_) image.synced_names_[name] = *file;
  return image;
}

void PowerCutFileSystem::Operate(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  if (cut_) cut_(Look());
  change();
}

IOStatus PowerCutFileSystem::NewWritableFile(const std::string& path,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<FSWritableFile>* file,
                                             IODebugContext* debug) {
  std::unique_ptr<FSWritableFile> target;
  const IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &target, debug);
  if (!status.ok()) return status;
  auto content = std::make_shared<Image::Content>();
  Operate([&]() { names_[NameOf(path)] = content; });
  *file = std::make_unique<WritableFile>(std::move(target), content, *this);
  return status;
}

IOStatus PowerCutFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                          std::unique_ptr<FSDirectory>* directory,
                                          IODebugContext* debug) {
  std::unique_ptr<FSDirectory> target;
  const IOStatus status = FileSystemWrapper::NewDirectory(path, options, &target, debug);
  if (status.ok()) *directory = std::make_unique<Directory>(std::move(target), *this);
  return status;
}

IOStatus PowerCutFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* debug) {
  const IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  Operate([&]() {
    const auto file = names_.find(NameOf(from));
    if (file == names_.end()) return;  // not written through this: RocksDB's own messages
    names_[NameOf(to)] = file->second;
    names_.erase(NameOf(from));
  });
  return status;
}

IOStatus PowerCutFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  const IOStatus status = FileSystemWrapper::DeleteFile(path, options, debug);
  if (status.ok()) {
    Operate([&]() { names_.erase(NameOf(path)); });
  }
  return status;
}

}  // namespace durability
