// The store of a shadowd that is not running.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
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

// Whether that names a store in a database rather than one in a folder.
bool IsDatabase(absl::string_view place);

// Reads every byte of the store in `place` without changing it: in a folder, which nobody has open,
// or in a database. How far it is goes to call.err.
absl::StatusOr<storage::Survey> SurveyPlace(const std::string& place, Call& call);

// The same of a store that is open. `keep` is called now and then; what it gives ends it.
absl::StatusOr<storage::Survey> SurveyOf(const storage::Store& store, Call& call,
                                         const std::function<absl::Status()>& keep);

// OK if nothing in it is damaged; else DataLoss that names what is.
absl::Status IsWhole(const storage::Survey& survey, const std::string& path);

// What the files of a folder take; 0 if it is not there.
uint64_t FolderBytes(const std::string& path);

}  // namespace cli
