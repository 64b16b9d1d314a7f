#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/telling.h"
#include "cli/json_text.h"
#include "cli/shadow/call.h"
#include "cli/shadow/members.h"
#include "cli/shadow/terminal.h"

ABSL_FLAG(std::string, section, "desired", "SECTION: what is put back: desired, reported or both");
ABSL_FLAG(bool, dry_run, false, "show what would be sent, and send nothing");
ABSL_DECLARE_FLAG(int64_t, version);

namespace cli {
namespace {

constexpr absl::string_view kShadowRestoreFlags[] = {
    "name", "section", "dry_run",       "version",           "endpoint", "cafile",
    "cert", "key",     "access_key_id", "secret_access_key", "region",   "timeout"};

// Which version, of what, and for which current one.
struct Wanted {
  int64_t version = 0;
  std::string section;
  int64_t expect = 0;
};

std::string BodyFor(const Wanted& wanted, bool dry_run) {
  std::vector<JsonText::Member> members = {{"version", JsonText::Number(wanted.version)},
                                           {"section", JsonText::String(wanted.section)}};
  if (wanted.expect != 0) members.push_back({"expect", JsonText::Number(wanted.expect)});
  if (dry_run) members.push_back({"dryRun", JsonText::Bool(true)});
  return JsonText::Object(members).text();
}

absl::StatusOr<Wanted> WantedBy(const Call& call) {
  const auto version = ReadVersion(call.arguments[1]);
  if (!version.ok()) return version.status();
  const std::string section = absl::GetFlag(FLAGS_section);
  if (section != "desired" && section != "reported" && section != "both") {
    return absl::InvalidArgumentError(
        absl::StrCat("--section: \"", section, "\" is none of desired, reported and both"));
  }
  return Wanted{*version, section, absl::GetFlag(FLAGS_version)};
}

// "  state: {...}"; nothing where the answer has no such member.
std::string MemberText(const shadow::Value& answer, absl::string_view name) {
  const shadow::Value* const member = shadow::Find(answer, name);
  if (member == nullptr) return "";
  return absl::StrCat("  ", name, ": ", Shown(JsonOf(*member)), "\n");
}

// What a restore would send, and what came of it.
void TellPlan(Call& call, const shadow::ShadowId& id, const Wanted& wanted, const Answer& planned) {
  if (call.json) {
    call.out << planned.text << "\n";
    return;
  }
  call.out << ShadowText(id) << "  " << VersionText(wanted.expect) << " would become "
           << wanted.section << " of " << VersionText(wanted.version) << "\n"
           << MemberText(planned.json, "state") << MemberText(planned.json, "delta");
}

absl::StatusOr<ExitCode> Send(Call& call, const shadow::ShadowId& id, const Wanted& wanted,
                              Past& past) {
  const auto done = past.Post("restore", BodyFor(wanted, false));
  if (!done.ok()) return done.status();
  Members answer((*done)->json, "the answer");
  const int64_t version = answer.Number("version");
  if (!answer.status().ok()) return absl::InternalError(answer.status().message());
  if (call.json) {
    call.out << (*done)->text << "\n";
  } else if (version == wanted.expect) {
    call.out << ShadowText(id) << "  " << VersionText(version) << " is so already\n";
  } else {
    call.out << ShadowText(id) << "  version " << version << "\n"
             << MemberText((*done)->json, "state");
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunShadowRestore(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto wanted = WantedBy(call);
  if (!wanted.ok()) return wanted.status();
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  const auto planned = past->Post("restore", BodyFor(*wanted, true));
  if (!planned.ok()) return planned.status();
  Members plan((*planned)->json, "the answer");
  // What was looked at is what is changed, or nothing.
  wanted->expect = plan.Number("version");
  if (!plan.status().ok()) return absl::InternalError(plan.status().message());
  if (!absl::GetFlag(FLAGS_dry_run)) return Send(call, *id, *wanted, *past);
  TellPlan(call, *id, *wanted, **planned);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowRestore;
constexpr Command kShadowRestore{
    .path = "shadow restore",
    .arguments = "THING @VERSION",
    .summary = "put a shadow back to what it was, as a new version",
    .details =
        "  shadowctl shadow restore lamp1 @12 --dry-run\n\n"
        "An update like any other: it makes a new version, and devices get their delta. Only "
        "desired\n"
        "is put back unless --section says otherwise. Should the shadow change meanwhile, or not "
        "be\n"
        "at --version N if that is given, nothing is changed (exit code 4).",
    .flags = kShadowRestoreFlags,
    .run = RunShadowRestore,
};

}  // namespace cli
