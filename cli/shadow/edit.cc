#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/call.h"
#include "cli/shadow/document.h"
#include "cli/shadow/https_client.h"
#include "cli/text_file.h"
#include "policy/registry_writer.h"

namespace cli {
namespace {

std::string EditorFromEnvironment() {
  for (const char* const variable : {"VISUAL", "EDITOR"}) {
    const char* const editor = std::getenv(variable);
    if (editor != nullptr && *editor != '\0') return editor;
  }
  return "vi";
}

// Lets the person edit `path`. The editor may be given with arguments, so a shell reads it.
absl::Status Edit(const std::string& path) {
  const std::string editor = EditorFromEnvironment();
  const std::string script = editor + " \"$1\"";
  const pid_t child = fork();
  if (child < 0) return absl::InternalError("no process for the editor");
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", script.c_str(), "sh", path.c_str(), nullptr);
    _exit(127);
  }
  int how = 0;
  while (waitpid(child, &how, 0) < 0) continue;
  if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the editor \"", editor, "\" did not end well; nothing was sent"));
}

std::string StateText(const ShadowDocument& document) {
  return absl::StrCat("{\n\"state\": {\n\"desired\": ", PrettyJson(document.desired),
                      ",\n\"reported\": ", PrettyJson(document.reported), "\n}\n}\n");
}

// The body of the update that makes `after` of `before`; empty if nothing differs.
std::string BodyOf(const ShadowDocument& before, const ShadowDocument& after) {
  const std::string desired = MergePatch(before.desired, after.desired);
  const std::string reported = MergePatch(before.reported, after.reported);
  if (desired == "{}" && reported == "{}") return "";
  return absl::StrCat("{\"state\":{", desired == "{}" ? "" : "\"desired\":" + desired,
                      desired == "{}" || reported == "{}" ? "" : ",",
                      reported == "{}" ? "" : "\"reported\":" + reported,
                      "},\"version\":", before.version, "}");
}

absl::StatusOr<std::string> DraftFile() {
  std::string path = (std::filesystem::temp_directory_path() / "shadow-XXXXXX.json").string();
  const int file = mkstemps(path.data(), 5);
  if (file < 0) return absl::InternalError(absl::StrCat(path, " cannot be made"));
  close(file);
  return path;
}

absl::StatusOr<ExitCode> RunShadowEdit(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  shadow::Arena arena;
  ShadowDocument before;  // {} of version 0: there is no shadow yet
  const auto text = client->Get(ShadowPath(*id));
  if (!text.ok() && !absl::IsNotFound(text.status())) return text.status();
  if (text.ok()) {
    const auto document = ParseShadowDocument(*text, arena);
    if (!document.ok()) return document.status();
    before = *document;
  }
  const auto draft = DraftFile();
  if (!draft.ok()) return draft.status();
  auto removed = absl::MakeCleanup([&] { unlink(draft->c_str()); });
  if (auto s = policy::WriteFileAtomically(*draft, StateText(before), 0600); !s.ok()) return s;
  if (auto s = Edit(*draft); !s.ok()) return s;
  const auto edited = ReadTextFile(*draft);
  if (!edited.ok()) return edited.status();
  const auto keep = [&](const absl::Status& status) {
    std::move(removed).Cancel();
    return absl::Status(status.code(),
                        absl::StrCat(status.message(), "; your text is kept in ", *draft));
  };
  const auto after = ParseShadowDocument(*edited, arena);
  if (!after.ok()) return keep(after.status());
  const std::string body = BodyOf(before, *after);
  if (body.empty()) {
    call.err << "Nothing was changed.\n";
    return ExitCode::kDone;
  }
  const auto answer = client->Post(ShadowPath(*id), body);
  if (!answer.ok()) return keep(answer.status());
  call.out << (call.json ? *answer : ChangesText(before, *after, WantsColour(call)));
  if (call.json) call.out << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowEdit;
constexpr Command kShadowEdit{
    .path = "shadow edit",
    .arguments = "THING",
    .summary = "edit desired and reported in $EDITOR, and send what was changed",
    .details =
        "The update is for the version that was edited: if the shadow has moved on meanwhile it "
        "is\n"
        "refused (exit code 4), and the text is kept in a file that is named.",
    .flags = kShadowFlags,
    .run = RunShadowEdit,
};

}  // namespace cli
