// Where all shadows are, for export and import: with a running shadowd, which its admin socket
// names, or in the folder of one that is stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/store/stopped_store.h"
#include "shadow/document.h"
#include "shadow/id.h"
#include "storage/import.h"

namespace cli {

// Shadows to import, once as lines (storage/archive.h) and once as records.
struct ShadowBatch {
  std::vector<std::string> lines{};
  std::vector<storage::Write> records{};
  size_t bytes = 0;

  void Add(const shadow::ShadowId& id, const shadow::Record& record);
  // As much as is imported at one time.
  bool IsFull() const { return lines.size() == 1000 || bytes > (4u << 20); }
};

class ShadowPlace {
 public:
  virtual ~ShadowPlace() = default;

  // By the flags --admin-socket and --data-dir. With both the folder is meant if nobody listens.
  static absl::StatusOr<std::unique_ptr<ShadowPlace>> Open(MustExist must_exist);

  // Gives each shadow's line, until `take` returns false.
  virtual absl::Status Export(const std::function<bool(absl::string_view line)>& take) = 0;

  // The whole batch or nothing of it; on the disk when this returns (storage/import.h).
  virtual absl::StatusOr<storage::Imported> Import(ShadowBatch batch, bool replace) = 0;
};

}  // namespace cli
