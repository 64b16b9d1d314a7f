// What the JSON of registry entries and credentials has in common, to read and to print. Whatever
// is wrong is a Fault ("line:column: reason").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/entry.h"
#include "policy/json_tree.h"

namespace policy {

// An object with none but `known` members; `what` is what a fault calls it.
absl::StatusOr<Node> ParseEntry(absl::string_view text, absl::string_view what,
                                absl::Span<const absl::string_view> known,
                                size_t bytes_max = kFileBytesMax);

// Each reads the member `name`, and leaves `out` as it is if there is none.
absl::Status ReadString(const Node& object, absl::string_view name, std::string& out);
absl::Status ReadNumber(const Node& object, absl::string_view name, uint64_t& out);
absl::Status ReadFlag(const Node& object, absl::string_view name, bool& out);
absl::Status ReadTime(const Node& object, absl::string_view name, int64_t& out);
absl::Status ReadReferences(const Node& object, absl::string_view name,
                            std::vector<Reference>& out);
absl::Status ReadTags(const Node& object, Tags& out);
// A list of no more than `most`.
absl::Status ReadPolicies(const Node& object, size_t most, absl::string_view whose,
                          std::vector<Reference>& out);

// The member "status", which every principal has: of keys and CAs, and with two more of
// certificates.
absl::Status ReadStatus(const Node& object, bool& active);
absl::Status ReadStatus(const Node& object, CertificateStatus& status);

// The members "identityId" and "authenticated" of keys, of which the second comes with the first
// alone.
absl::Status ReadKeyIdentity(const Node& object, KeyIdentity& out);

// As JSON text.
std::string Quoted(absl::string_view text);

// "2026-11-29T12:00:00.123Z"
std::string TimeText(int64_t ms);

// The members of an object, each on a line of its own, in the order in which they are added. What
// is empty or 0 is left out, but for lists and status.
class EntryText {
 public:
  EntryText& Text(absl::string_view name, absl::string_view value);
  EntryText& Number(absl::string_view name, uint64_t value);
  EntryText& Time(absl::string_view name, int64_t value);
  EntryText& Map(absl::string_view name, const Attributes& map);
  EntryText& List(absl::string_view name, const std::vector<Reference>& references);
  EntryText& ListIfAny(absl::string_view name, const std::vector<Reference>& references);
  EntryText& Texts(absl::string_view name, const std::vector<std::string>& texts);
  EntryText& Status(bool active);
  EntryText& Identity(const KeyIdentity& identity);
  // `value` is JSON text.
  EntryText& Raw(absl::string_view name, absl::string_view value);

  std::string Finish() const;

 private:
  std::vector<std::string> members_;
};

}  // namespace policy
