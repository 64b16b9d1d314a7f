// The store of a shadowd that is not running.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "storage/store.h"
#include "storage/stranger.h"
#include "storage/survey.h"

namespace cli {

enum class MustExist { kNo, kYes };

// Held until it is gone. Root is the folder's owner as long, as shadowd would be.
struct StoppedStore {
  storage::Guise owner;
  std::unique_ptr<storage::Store> store;
};

// The store in --data-dir. Unavailable while shadowd has it open; NotFound if there is none and
// there must be one.
absl::StatusOr<StoppedStore> OpenStoppedStore(MustExist must_exist);

// Reads every byte of the store in `path`, which nobody has open, without changing it. How far it
// is goes to call.err.
absl::StatusOr<storage::Survey> SurveyFolder(const std::string& path, Call& call);

// OK if nothing in it is damaged; else DataLoss that names what is.
absl::Status IsWhole(const storage::Survey& survey, const std::string& path);

// What the files of a folder take; 0 if it is not there.
uint64_t FolderBytes(const std::string& path);

}  // namespace cli
