#include "proto/request.h"

#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "shadow/json.h"
#include "shadow/limits.h"

namespace proto {
namespace {

using shadow::Document;
using shadow::Member;
using shadow::Outcome;
using shadow::Refusal;
using shadow::Update;
using shadow::Value;

// Length in characters' bytes of a canonical JSON string, escapes undone.
size_t UnescapedBytes(absl::string_view json_string) {
  if (!absl::StrContains(json_string, '\\')) return json_string.size() - 2;
  return shadow::Unescape(json_string).size();
}

Outcome<ClientToken> TakeToken(const Value& root) {
  const Value* token = shadow::Find(root, "clientToken");
  if (token == nullptr || token->is_null()) return ClientToken();
  if (token->kind() != shadow::Kind::kString ||
      UnescapedBytes(token->text()) > shadow::kClientTokenBytesMax) {
    return shadow::InvalidClientToken();
  }
  return token->text();
}

std::optional<Refusal> CheckState(const Value& state) {
  if (state.is_null()) return std::nullopt;  // B7
  if (!state.is_object()) return shadow::StateNotAnObject();
  for (const Member& member : state.members()) {
    if (member.key != R"("desired")" && member.key != R"("reported")") {
      return shadow::InvalidNode(shadow::Unescape(member.key));
    }
  }
  const auto is_section = [](const Value* value) {
    return value == nullptr || value->is_object() || value->is_null();
  };
  if (!is_section(shadow::Find(state, "desired"))) return shadow::DesiredNotAnObject();
  if (!is_section(shadow::Find(state, "reported"))) return shadow::ReportedNotAnObject();
  return std::nullopt;
}

Outcome<std::optional<int64_t>> TakeVersion(const Value& root) {
  const Value* version = shadow::Find(root, "version");
  if (version == nullptr || version->is_null()) return std::nullopt;
  const bool is_count = version->kind() == shadow::Kind::kNumber &&
                        version->text().find_first_not_of("0123456789") == absl::string_view::npos;
  if (!is_count) return shadow::InvalidVersion();
  int64_t number;
  // Beyond 64 bits it is still an integer, and no shadow's version.
  if (!absl::SimpleAtoi(version->text(), &number)) number = std::numeric_limits<int64_t>::max();
  return std::optional<int64_t>(number);
}

Outcome<Update> TakeUpdate(const Value& root) {
  const Value* state = shadow::Find(root, "state");
  if (state == nullptr) return shadow::MissingState();
  if (const auto refusal = CheckState(*state)) return *refusal;
  const auto version = TakeVersion(root);
  if (const auto* refusal = std::get_if<Refusal>(&version)) return *refusal;
  return Update{.state = *state, .version = std::get<0>(version)};
}

// An update that would set all that `document` has.
Value UpdateOfAll(const Document& document, shadow::Arena& arena) {
  const Member sections[] = {{R"("desired")", document.desired},
                             {R"("reported")", document.reported}};
  const Member state[] = {
      {R"("state")", Value::Object(arena.Copy(absl::Span<const Member>(sections)))}};
  return Value::Object(arena.Copy(absl::Span<const Member>(state)));
}

}  // namespace

Parsed<Update> ParseUpdate(absl::string_view payload, int64_t now, shadow::Arena& arena,
                           const Document* document) {
  if (!shadow::IsUtf8(payload)) return {{}, shadow::UnsupportedEncoding()};
  std::optional<Value> like;
  if (document != nullptr) like = UpdateOfAll(*document, arena);
  const auto root = shadow::ParseJson(payload, now, arena, like ? &*like : nullptr);
  if (!root) return {{}, shadow::InvalidJson()};
  if (!root->is_object()) return {{}, shadow::MissingState()};
  const auto token = TakeToken(*root);
  if (const auto* refusal = std::get_if<Refusal>(&token)) return {{}, *refusal};
  return {std::get<ClientToken>(token), TakeUpdate(*root)};
}

Parsed<NoBody> ParseGetOrDelete(absl::string_view payload, shadow::Arena& arena) {
  if (payload.empty() || !shadow::IsUtf8(payload)) return {{}, NoBody()};
  const auto root = shadow::ParseJson(payload, 0, arena);
  if (!root || !root->is_object()) return {{}, NoBody()};
  const auto token = TakeToken(*root);
  if (const auto* refusal = std::get_if<Refusal>(&token)) return {{}, *refusal};
  return {std::get<ClientToken>(token), NoBody()};
}

}  // namespace proto
