// What a commit will leave, while it is being made up: reads see the store and, over it, all that
// was put and erased so far. Nothing of it is in the store before its writes are committed.
//
// A store that cannot be read fails all that follows: reads find nothing, and TakeStatus tells.
// Look there before anything is answered or counts.
//
// Thread rule: none of its own; the store takes no commits while it lives, but of its writes.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

namespace storage {

class Draft {
 public:
  // `store` outlives this.
  explicit Draft(const Store& store) : store_(store) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  std::optional<std::string> Get(absl::string_view key);

  // Calls `visit` for the keys that begin with `prefix` and come after `after`, in their order,
  // until it returns false. It must not put or erase; the views hold during the call.
  void Scan(absl::string_view prefix, absl::string_view after,
            absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit);

  void Put(absl::string_view key, std::string value);
  void Erase(absl::string_view key);

  // A reading has failed, here or of what a value says: the first is kept.
  void Fail(absl::Status status) { status_.Update(std::move(status)); }
  // Once: what is read after it may succeed. Who gets an error undoes what rests on it.
  absl::Status TakeStatus() { return std::exchange(status_, absl::OkStatus()); }

  // A place to go back to: Undo takes back all that was put and erased since.
  size_t mark() const { return undo_.size(); }
  void Undo(size_t mark);

  // The first key with that prefix that is put, whether or not the store has it.
  std::optional<std::string> FirstPut(absl::string_view prefix) const;

  bool empty() const { return changes_.empty(); }
  // By key. The draft is as before.
  std::vector<Write> Writes() const;

 private:
  // Nothing: it is erased.
  using Value = std::optional<std::string>;

  void Change(absl::string_view key, Value value);

  const Store& store_;
  absl::Status status_;
  std::map<std::string, Value, std::less<>> changes_;
  // What a change took the place of, oldest first; nothing: there was no change of the key.
  std::vector<std::pair<std::string, std::optional<Value>>> undo_;
};

}  // namespace storage
