#include "cli/shadow/answer.h"

#include <optional>
#include <utility>

namespace cli {

absl::StatusOr<std::unique_ptr<Answer>> ReadAnswer(absl::StatusOr<std::string> text) {
  if (!text.ok()) return text.status();
  auto answer = std::make_unique<Answer>();
  answer->text = *std::move(text);
  const auto json = shadow::IsUtf8(answer->text)
                        ? shadow::ParseWholeJson(answer->text, 0, answer->arena)
                        : std::nullopt;
  if (!json || !json->is_object()) return absl::InternalError("the answer is not a JSON object");
  answer->json = *json;
  return answer;
}

}  // namespace cli
