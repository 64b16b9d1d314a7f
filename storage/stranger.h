// Strangers on the way to a file. Who owns a folder that a path leads through can put a link there
// at any moment, and a program of other rights than his, root's most of all, would write, read or
// remove where he could not. So a program refuses to go there, or root goes there as him.
//
// Thread rule: FindStranger any thread; a Guise changes who the whole process is, so there is one
// at a time, and nothing else works meanwhile that must not be the stranger's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace storage {

struct Stranger {
  std::string folder;  // the first on the way that is his; may be a link or a file
  uid_t uid = 0;
  gid_t gid = 0;  // his own group; nobody's of a user without a name
};

// The first on the way to `path`, what `path` names included, who is neither root nor the user that
// the process works as; none if there is nobody. Links are gone through, and count as their
// owner's. What is not there yet is nobody's. FailedPrecondition names a folder on the way that
// everybody may write to, and for root one that a group may; where only owners may rename, as in
// /tmp, it is good.
absl::StatusOr<std::optional<Stranger>> FindStranger(const std::string& path);

// FailedPrecondition, naming folder and user, if there is one.
absl::Status RefuseStranger(const std::string& path);

// While it lives, root works as somebody else, with no right beyond his.
class Guise {
 public:
  // As the stranger on the way to `path`; nothing changes without one, or for who is not root.
  static absl::StatusOr<Guise> Of(const std::string& path);

  Guise(Guise&& other) noexcept : before_(std::exchange(other.before_, std::nullopt)) {}
  Guise& operator=(Guise&&) = delete;
  ~Guise();

 private:
  struct Rights {
    gid_t gid;
    std::vector<gid_t> groups;
  };

  explicit Guise(std::optional<Rights> before) : before_(std::move(before)) {}

  std::optional<Rights> before_;  // root's, to be taken up again
};

// What `work` gives, a status or what can be made of one, done in the Guise of the stranger on the
// way to `path`: a link of his leads no further than he may go, and what is made is his.
template <class Work>
auto AsOwnerOf(const std::string& path, const Work& work) -> decltype(work()) {
  const auto guise = Guise::Of(path);
  if (!guise.ok()) return guise.status();
  return work();
}

}  // namespace storage
