#include "policy/registry_journal.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/entry_json.h"
#include "policy/registry_writer.h"
#include "policy/text_file.h"

namespace policy {
namespace {

constexpr absl::string_view kJournal = "changes.pending";
constexpr size_t kJournalBytesMax = 256u << 20;  // a group of 100,000 things may be deleted

constexpr RegistryPart kAllParts[] = {RegistryPart::kThings,
                                      RegistryPart::kPolicies,
                                      RegistryPart::kCertificates,
                                      RegistryPart::kThingTypes,
                                      RegistryPart::kThingGroups,
                                      RegistryPart::kPolicyVersions,
                                      RegistryPart::kCaCertificates,
                                      RegistryPart::kKeys,
                                      RegistryPart::kIdentities,
                                      RegistryPart::kAccount,
                                      RegistryPart::kCertificatePems,
                                      RegistryPart::kCaCertificatePems,
                                      RegistryPart::kProvisioningTemplates};

std::string JournalPath(const std::string& folder) { return absl::StrCat(folder, "/", kJournal); }

absl::Status Apply(const std::string& folder, const EntryChange& change) {
  const std::string path = absl::StrCat(folder, "/", EntryFile(change.part, change.name));
  if (!change.text) return RemoveFile(path).status();
  if (auto status = MakeFolder(absl::StrCat(folder, "/", PartFolder(change.part))); !status.ok()) {
    return status;
  }
  return WriteFileAtomically(path, *change.text, kEntryMode);
}

absl::Status ApplyAll(const std::string& folder, absl::Span<const EntryChange> changes) {
  for (const EntryChange& change : changes) {
    if (auto status = Apply(folder, change); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string JournalText(absl::Span<const EntryChange> changes) {
  std::string text = "{\"changes\": [";
  for (const EntryChange& change : changes) {
    absl::StrAppend(&text, text.back() == '[' ? "\n" : ",\n",
                    "  {\"file\": ", Quoted(EntryFile(change.part, change.name)));
    if (change.text) absl::StrAppend(&text, ", \"text\": ", Quoted(*change.text));
    text += "}";
  }
  return text + "\n]}\n";
}

absl::StatusOr<EntryChange> ParseChange(const Node& node) {
  if (auto s = WantKind(node, Node::Kind::kObject, "a change"); !s.ok()) return s;
  std::string file;
  if (auto s = ReadString(node, "file", file); !s.ok()) return s;
  auto entry = EntryOf(file);
  if (!entry) {
    return Fault(node.place, absl::StrCat("\"", file, "\" is no file of a registry"));
  }
  EntryChange change{.part = entry->first, .name = std::move(entry->second), .text = {}};
  if (node.Find("text") == nullptr) return change;
  if (auto s = ReadString(node, "text", change.text.emplace()); !s.ok()) return s;
  return change;
}

}  // namespace

std::optional<std::pair<RegistryPart, std::string>> EntryOf(absl::string_view file) {
  for (const RegistryPart part : kAllParts) {
    absl::string_view name = file;
    if (absl::ConsumePrefix(&name, absl::StrCat(PartFolder(part), "/")) &&
        absl::ConsumeSuffix(&name, PartSuffix(part)) && NameFault(part, name).empty()) {
      return std::pair(part, std::string(name));
    }
  }
  return std::nullopt;
}

absl::Status WriteChanges(const std::string& folder, absl::Span<const EntryChange> changes) {
  if (changes.empty()) return absl::OkStatus();
  if (changes.size() == 1) return Apply(folder, changes[0]);
  const std::string journal = JournalPath(folder);
  if (auto s = WriteFileAtomically(journal, JournalText(changes), kEntryMode); !s.ok()) return s;
  if (auto s = ApplyAll(folder, changes); !s.ok()) return s;
  return RemoveFile(journal).status();
}

absl::Status FinishChanges(const std::string& folder) {
  const auto changes = ReadJournal(folder);
  if (!changes.ok() || changes->empty()) return changes.status();
  if (auto s = ApplyAll(folder, *changes); !s.ok()) return s;
  return RemoveFile(JournalPath(folder)).status();
}

absl::StatusOr<std::vector<EntryChange>> ReadJournal(const std::string& folder) {
  const auto refused = [](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(kJournal, ":", why));
  };
  std::vector<EntryChange> changes;
  const auto text = ReadTextFile(JournalPath(folder), S_IWOTH, kJournalBytesMax);
  if (absl::IsNotFound(text.status())) return changes;
  if (!text.ok()) return refused(text.status().message());
  constexpr absl::string_view kKnown[] = {"changes"};
  const auto root = ParseEntry(*text, "the journal", kKnown, kJournalBytesMax);
  if (!root.ok()) return refused(root.status().message());
  const Node* const list = root->Find("changes");
  if (list == nullptr) return refused(" it has no \"changes\"");
  for (const Node& node : list->elements) {
    auto change = ParseChange(node);
    if (!change.ok()) return refused(change.status().message());
    changes.push_back(*std::move(change));
  }
  return changes;
}

}  // namespace policy
