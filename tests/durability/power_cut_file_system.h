// A file system whose power can be cut at any operation: it remembers what of each file, and which
// names in the folder, an fsync has brought to the disk, and can show the folder as it would be
// found after a cut.
//
// It is harsher than common file systems: syncing a file does not sync its name, and until the
// folder is synced every new, renamed and removed name is as it was.
//
// Thread rule: any thread.
#pragma once

#include <rocksdb/file_system.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace durability {

// What becomes of bytes that were written and not synced.
enum class Tear {
  kNothingKept,
  kHalfKept,        // and of the folder, the names as they were written
  kAllButLastByte,  // the same
};

// The folder at one instant.
class Image {
 public:
  // Writes it out as it is found after the cut. `folder` must not be there yet.
  void WriteTo(const std::string& folder, Tear tear) const;

 private:
  friend class PowerCutFileSystem;
  struct Content {
    std::string synced;
    std::string unsynced;
  };
  std::map<std::string, Content> synced_names_;
  std::map<std::string, Content> names_;
};

class PowerCutFileSystem : public rocksdb::FileSystemWrapper {
 public:
  PowerCutFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "PowerCutFileSystem"; }

  // `cut` is called before each operation that changes or syncs something, with the folder as a cut
  // at this instant would leave it. From whatever thread does the operation, one call at a time.
  void BeforeEach(std::function<void(Image)> cut);
  Image Now() const;

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  class WritableFile;
  class Directory;
  using File = std::shared_ptr<Image::Content>;

  // Tells of the cut, then does `change` under the mutex.
  void Operate(const std::function<void()>& change);
  Image Look() const;

  // Not absl::Mutex: the thread sanitizer does not see into Debian's.
  mutable std::mutex mutex_;  // guards all below
  std::function<void(Image)> cut_;
  std::map<std::string, File> names_;         // as a program sees them
  std::map<std::string, File> synced_names_;  // as the disk has them
};

}  // namespace durability
