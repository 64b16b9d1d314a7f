#include "cli/commands.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace cli {

// A line each, in the order in which help lists them. Each is defined in the room of its noun, in
// the file of its verb or of the verb that it takes back (detach in attach.cc); what looks back at
// a shadow is in history/. Those of one word: backup and restore are in store/, trace in service/,
// console in console/address.cc, reload in registry/, world in world/, reset and snapshot in bench/
// and completion here, the last four in NAME_command.cc.
#define SHADOWCTL_COMMANDS(EACH) \
  EACH(kThingCreate)             \
  EACH(kThingList)               \
  EACH(kThingDelete)             \
  EACH(kThingAttach)             \
  EACH(kThingDetach)             \
  EACH(kThingTypeCreate)         \
  EACH(kThingTypeList)           \
  EACH(kThingTypeShow)           \
  EACH(kThingTypeDeprecate)      \
  EACH(kThingTypeDelete)         \
  EACH(kThingGroupCreate)        \
  EACH(kThingGroupList)          \
  EACH(kThingGroupShow)          \
  EACH(kThingGroupDelete)        \
  EACH(kThingGroupAdd)           \
  EACH(kThingGroupRemove)        \
  EACH(kThingGroupAttach)        \
  EACH(kThingGroupDetach)        \
  EACH(kCertificateCreate)       \
  EACH(kCertificateRegister)     \
  EACH(kCertificateList)         \
  EACH(kCertificateActivate)     \
  EACH(kCertificateDeactivate)   \
  EACH(kCertificateDelete)       \
  EACH(kPolicyPut)               \
  EACH(kPolicyList)              \
  EACH(kPolicyGet)               \
  EACH(kPolicyAttach)            \
  EACH(kPolicyDetach)            \
  EACH(kPolicyDelete)            \
  EACH(kPolicyExplain)           \
  EACH(kPolicyVersionCreate)     \
  EACH(kPolicyVersionList)       \
  EACH(kPolicyVersionShow)       \
  EACH(kPolicyVersionSetDefault) \
  EACH(kPolicyVersionDelete)     \
  EACH(kTemplatePut)             \
  EACH(kTemplateCheck)           \
  EACH(kTemplateList)            \
  EACH(kTemplateShow)            \
  EACH(kTemplateDelete)          \
  EACH(kTagSet)                  \
  EACH(kTagRemove)               \
  EACH(kTagList)                 \
  EACH(kCommandCreate)           \
  EACH(kCommandList)             \
  EACH(kCommandShow)             \
  EACH(kCommandDeprecate)        \
  EACH(kCommandDelete)           \
  EACH(kCommandStart)            \
  EACH(kCommandExecutionList)    \
  EACH(kCommandExecutionShow)    \
  EACH(kCommandExecutionDelete)  \
  EACH(kJobCreate)               \
  EACH(kJobList)                 \
  EACH(kJobShow)                 \
  EACH(kJobAdd)                  \
  EACH(kJobCancel)               \
  EACH(kJobDelete)               \
  EACH(kJobExecutionList)        \
  EACH(kJobExecutionShow)        \
  EACH(kJobExecutionCancel)      \
  EACH(kJobExecutionDelete)      \
  EACH(kBackup)                  \
  EACH(kRestore)                 \
  EACH(kStoreCheck)              \
  EACH(kStoreStats)              \
  EACH(kStoreCompact)            \
  EACH(kStoreMake)               \
  EACH(kStoreCopy)               \
  EACH(kServiceStats)            \
  EACH(kServiceStatus)           \
  EACH(kServiceHandOver)         \
  EACH(kServiceLogLevel)         \
  EACH(kTrace)                   \
  EACH(kShadowGet)               \
  EACH(kShadowUpdate)            \
  EACH(kShadowDelete)            \
  EACH(kShadowList)              \
  EACH(kShadowWatch)             \
  EACH(kShadowEdit)              \
  EACH(kShadowExport)            \
  EACH(kShadowImport)            \
  EACH(kShadowHistory)           \
  EACH(kShadowShow)              \
  EACH(kShadowDiff)              \
  EACH(kShadowBlame)             \
  EACH(kShadowRestore)           \
  EACH(kShadowReplay)            \
  EACH(kShadowForget)            \
  EACH(kBenchClock)              \
  EACH(kAdvise)                  \
  EACH(kFaultStart)              \
  EACH(kFaultList)               \
  EACH(kFaultStop)               \
  EACH(kFaultOnce)               \
  EACH(kFaultCheck)              \
  EACH(kFaultRecord)             \
  EACH(kFaultReady)              \
  EACH(kReset)                   \
  EACH(kSnapshot)                \
  EACH(kCredentialsCreate)       \
  EACH(kCredentialsList)         \
  EACH(kCredentialsActivate)     \
  EACH(kCredentialsDeactivate)   \
  EACH(kCredentialsDelete)       \
  EACH(kConsoleUserAdd)          \
  EACH(kConsoleUserPassword)     \
  EACH(kConsoleUserRemove)       \
  EACH(kConsoleUserList)         \
  EACH(kConsole)                 \
  EACH(kReload)                  \
  EACH(kWorld)                   \
  EACH(kCompletion)

#define SHADOWCTL_DECLARE(command) extern const Command command;
#define SHADOWCTL_ADDRESS(command) &(command),

SHADOWCTL_COMMANDS(SHADOWCTL_DECLARE)

namespace {

constexpr const Command* kCommands[] = {SHADOWCTL_COMMANDS(SHADOWCTL_ADDRESS)};

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
