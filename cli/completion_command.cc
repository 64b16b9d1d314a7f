#include "absl/strings/string_view.h"
#include "cli/command.h"

namespace cli {
namespace {

// Both hand the words so far to shadowctl itself, the one under the cursor last.
constexpr absl::string_view kBash = R"script(_shadowctl() {
  local line=${COMP_LINE:0:COMP_POINT} words last
  IFS=' ' read -r -a words <<<"$line"
  [[ $line != *' ' ]] || words+=('')
  mapfile -t COMPREPLY < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
  ((${#COMPREPLY[@]})) || compopt -o default
  last=${words[-1]}
  # The shell itself takes a word apart at its colons.
  if [[ $last == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*:}"}"}")
  fi
}
complete -F _shadowctl shadowctl
)script";

constexpr absl::string_view kZsh = R"script(#compdef shadowctl
_shadowctl() {
  local -a found
  found=(${(f)"$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if ((${#found})); then compadd -- $found; else _files; fi
}
compdef _shadowctl shadowctl
)script";

absl::StatusOr<ExitCode> RunCompletion(Call& call) {
  const std::string& shell = call.arguments[0];
  if (shell != "bash" && shell != "zsh") {
    return absl::InvalidArgumentError("completion is there for one of: bash, zsh");
  }
  call.out << (shell == "bash" ? kBash : kZsh);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCompletion;
constexpr Command kCompletion{
    .path = "completion",
    .arguments = "bash|zsh",
    .summary = "print the script that completes shadowctl's words in a shell",
    .details =
        "  source <(shadowctl completion bash)     in ~/.bashrc\n"
        "  source <(shadowctl completion zsh)      in ~/.zshrc",
    .flags = {},
    .run = RunCompletion,
};

}  // namespace cli
