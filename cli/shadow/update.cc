#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/shadow/call.h"
#include "cli/shadow/document.h"
#include "cli/shadow/https_client.h"
#include "cli/text_file.h"
#include "shadow/json.h"

ABSL_FLAG(cli::Repeated, desired, {},
          "NAME=VALUE: to be desired, such as light.level=70; null removes");
ABSL_FLAG(cli::Repeated, reported, {}, "NAME=VALUE: to be reported; may be repeated, as --desired");
ABSL_FLAG(int64_t, version, 0, "N: only if the shadow has this version");

namespace cli {
namespace {

constexpr absl::string_view kShadowUpdateFlags[] = {
    "name", "desired", "reported",      "version",           "endpoint", "cafile",
    "cert", "key",     "access_key_id", "secret_access_key", "region",   "timeout"};

// The assignments as one object, later ones over earlier ones; empty if there are none.
absl::StatusOr<std::string> Section(const std::vector<std::string>& assignments) {
  shadow::Arena arena;
  shadow::Value section;
  std::vector<std::string> texts;
  texts.reserve(assignments.size());  // the values point into them
  for (const std::string& assignment : assignments) {
    const auto json = AssignmentJson(assignment);
    if (!json.ok()) return json.status();
    texts.push_back(*json);
    section = Overlaid(section, *shadow::ParseJson(texts.back(), 0, arena), arena);
  }
  std::string out;
  if (!assignments.empty()) shadow::PrintJson(section, out);
  return out;
}

absl::StatusOr<std::string> BodyFromFlags() {
  std::vector<std::string> sections;
  const auto desired = Section(absl::GetFlag(FLAGS_desired).values);
  if (!desired.ok()) return desired.status();
  const auto reported = Section(absl::GetFlag(FLAGS_reported).values);
  if (!reported.ok()) return reported.status();
  if (!desired->empty()) sections.push_back(absl::StrCat("\"desired\":", *desired));
  if (!reported->empty()) sections.push_back(absl::StrCat("\"reported\":", *reported));
  const int64_t version = absl::GetFlag(FLAGS_version);
  return absl::StrCat("{\"state\":{", absl::StrJoin(sections, ","), "}",
                      version == 0 ? "" : absl::StrCat(",\"version\":", version), "}");
}

absl::StatusOr<std::string> BodyOf(const Call& call) {
  const bool has_flags =
      !absl::GetFlag(FLAGS_desired).values.empty() || !absl::GetFlag(FLAGS_reported).values.empty();
  if (call.arguments.size() == 1) {
    if (has_flags) return BodyFromFlags();
    return absl::InvalidArgumentError(
        "what is to be updated? Give a document (JSON, a file, or - for standard input), or "
        "--desired NAME=VALUE or --reported NAME=VALUE");
  }
  if (has_flags || absl::GetFlag(FLAGS_version) != 0) {
    return absl::InvalidArgumentError(
        "--desired, --reported and --version do not go with a document");
  }
  const std::string& document = call.arguments[1];
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(document), "{")) return document;
  return ReadTextFile(document);
}

absl::StatusOr<ExitCode> RunShadowUpdate(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const auto body = BodyOf(call);
  if (!body.ok()) return body.status();
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto answer = client->Post(ShadowPath(*id), *body);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << *answer << "\n";
    return ExitCode::kDone;
  }
  shadow::Arena arena;
  const auto json = shadow::ParseJson(*answer, 0, arena);
  const shadow::Value* const version = json ? shadow::Find(*json, "version") : nullptr;
  call.out << ShadowText(*id) << "  version " << (version == nullptr ? "?" : version->text())
           << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowUpdate;
constexpr Command kShadowUpdate{
    .path = "shadow update",
    .arguments = "THING [DOCUMENT]",
    .summary = "update a shadow",
    .details =
        "  shadowctl shadow update lamp1 --desired power=on --desired light.level=70\n"
        "  shadowctl shadow update lamp1 '{\"state\":{\"desired\":{\"power\":\"on\"}}}'\n\n"
        "DOCUMENT is JSON, a file, or - for standard input. A VALUE is JSON, or else a text.",
    .flags = kShadowUpdateFlags,
    .run = RunShadowUpdate,
};

}  // namespace cli
