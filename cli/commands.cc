#include "cli/commands.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace cli {

// Each is defined in the room of its noun, in the file of its verb or of the verb that it takes
// back (detach in attach.cc). Those of one word: backup and restore are in store/, trace in
// service/, reload in registry/ and completion here, both in NAME_command.cc.
extern const Command kThingCreate;
extern const Command kThingList;
extern const Command kThingDelete;
extern const Command kThingAttach;
extern const Command kThingDetach;
extern const Command kCertificateCreate;
extern const Command kCertificateRegister;
extern const Command kCertificateList;
extern const Command kCertificateActivate;
extern const Command kCertificateDeactivate;
extern const Command kCertificateDelete;
extern const Command kPolicyPut;
extern const Command kPolicyList;
extern const Command kPolicyGet;
extern const Command kPolicyAttach;
extern const Command kPolicyDetach;
extern const Command kPolicyDelete;
extern const Command kPolicyExplain;
extern const Command kBackup;
extern const Command kRestore;
extern const Command kStoreCheck;
extern const Command kStoreStats;
extern const Command kStoreCompact;
extern const Command kServiceStats;
extern const Command kServiceLogLevel;
extern const Command kTrace;
extern const Command kShadowGet;
extern const Command kShadowUpdate;
extern const Command kShadowDelete;
extern const Command kShadowList;
extern const Command kShadowWatch;
extern const Command kShadowEdit;
extern const Command kShadowExport;
extern const Command kShadowImport;
extern const Command kCredentialsCreate;
extern const Command kCredentialsList;
extern const Command kCredentialsActivate;
extern const Command kCredentialsDeactivate;
extern const Command kCredentialsDelete;
extern const Command kReload;
extern const Command kCompletion;

namespace {

constexpr const Command* kCommands[] = {
    &kThingCreate,
    &kThingList,
    &kThingDelete,
    &kThingAttach,
    &kThingDetach,
    &kCertificateCreate,
    &kCertificateRegister,
    &kCertificateList,
    &kCertificateActivate,
    &kCertificateDeactivate,
    &kCertificateDelete,
    &kPolicyPut,
    &kPolicyList,
    &kPolicyGet,
    &kPolicyAttach,
    &kPolicyDetach,
    &kPolicyDelete,
    &kPolicyExplain,
    &kBackup,
    &kRestore,
    &kStoreCheck,
    &kStoreStats,
    &kStoreCompact,
    &kServiceStats,
    &kServiceLogLevel,
    &kTrace,
    &kShadowGet,
    &kShadowUpdate,
    &kShadowDelete,
    &kShadowList,
    &kShadowWatch,
    &kShadowEdit,
    &kShadowExport,
    &kShadowImport,
    &kCredentialsCreate,
    &kCredentialsList,
    &kCredentialsActivate,
    &kCredentialsDeactivate,
    &kCredentialsDelete,
    &kReload,
    &kCompletion,
};

std::vector<absl::string_view> PathOf(const Command& command) {
  return absl::StrSplit(command.path, ' ');
}

bool BeginsWith(absl::Span<const absl::string_view> words,
                absl::Span<const absl::string_view> beginning) {
  return words.size() >= beginning.size() &&
         std::equal(beginning.begin(), beginning.end(), words.begin());
}

}  // namespace

absl::Span<const Command* const> AllCommands() { return kCommands; }

const Command* FindCommand(absl::Span<const absl::string_view> words, size_t& used) {
  for (const Command* const command : kCommands) {
    const auto path = PathOf(*command);
    if (!BeginsWith(words, path)) continue;
    used = path.size();
    return command;
  }
  return nullptr;
}

std::vector<absl::string_view> NextWords(absl::Span<const absl::string_view> words) {
  std::vector<absl::string_view> next;
  for (const Command* const command : kCommands) {
    const auto path = PathOf(*command);
    if (path.size() <= words.size() || !BeginsWith(path, words)) continue;
    const absl::string_view word = path[words.size()];
    if (std::find(next.begin(), next.end(), word) == next.end()) next.push_back(word);
  }
  return next;
}

}  // namespace cli
