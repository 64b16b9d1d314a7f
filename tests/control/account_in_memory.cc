#include "tests/control/account_in_memory.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "control/events.h"

namespace control {

AccountInMemory::AccountInMemory() : account_(std::make_shared<policy::Registry>()) {
  here_.region = "us-east-1";
  here_.account_id = "000000000000";
  here_.endpoint = "localhost";
  here_.now_ms = 1'764'417'600'123;
  here_.new_uuid = [this] { return absl::StrFormat("00000000-0000-4000-8000-%012d", ++ids_); };
  here_.new_code = [] { return std::string(64, 'c'); };
  here_.read_entry = [this](policy::RegistryPart part,
                            absl::string_view name) -> std::optional<std::string> {
    const auto found = files_.find(policy::EntryFile(part, name));
    if (found == files_.end()) return std::nullopt;
    return found->second;
  };
}

void AccountInMemory::Write(policy::RegistryPart part, absl::string_view name,
                            absl::string_view text) {
  files_[policy::EntryFile(part, name)] = std::string(text);
  const absl::Status status =
      account_.Apply({{policy::EntryChange{part, std::string(name), std::string(text)}}});
  ASSERT_TRUE(status.ok()) << status;
}

AccountInMemory::Reply AccountInMemory::Ask(
    absl::string_view method, absl::string_view target, absl::string_view body,
    const std::vector<std::pair<std::string, std::string>>& headers) {
  rest::Request request{.method = method, .target = target, .headers = {}, .body = body};
  for (const auto& [name, value] : headers) request.headers.push_back({name, value});
  const auto parsed = rest::ParseTarget(target);
  EXPECT_TRUE(parsed) << target;
  const Operation* const operation = FindOperation(method, *parsed);
  if (operation == nullptr) return Take(NoOperation(request, *parsed));
  const auto call = ReadCall(*operation, request, *parsed);
  if (const auto* refusal = std::get_if<control::Refusal>(&call)) return Take(*refusal);
  return Take(operation->perform(std::get<Call>(call), account_, here_));
}

AccountInMemory::Reply AccountInMemory::Take(Outcome outcome) {
  changes_.clear();
  if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) {
    const rest::Answer answer = WordRefusal(*refusal);
    return {answer.status, answer.error_type, answer.body};
  }
  auto& done = std::get<Done>(outcome);
  for (Event& event : EventsOf(account_, done.changes, here_)) done.events.push_back(event);
  for (const policy::EntryChange& change : done.changes) {
    const std::string file = policy::EntryFile(change.part, change.name);
    if (change.text) {
      files_[file] = *change.text;
    } else {
      files_.erase(file);
    }
  }
  const absl::Status status = account_.Apply(done.changes);
  EXPECT_TRUE(status.ok()) << status;
  for (Event& event : done.events) events_.push_back(std::move(event));
  changes_ = std::move(done.changes);
  return {200, "", done.body};
}

std::string AccountInMemory::Get(absl::string_view method, absl::string_view target,
                                 absl::string_view body,
                                 const std::vector<std::pair<std::string, std::string>>& headers) {
  const Reply reply = Ask(method, target, body, headers);
  EXPECT_EQ(reply.status, 200) << method << " " << target << ": " << reply.body;
  return reply.body;
}

std::string AccountInMemory::Refusal(
    absl::string_view method, absl::string_view target, absl::string_view body,
    const std::vector<std::pair<std::string, std::string>>& headers) {
  const Reply reply = Ask(method, target, body, headers);
  if (reply.status == 200) return "200";
  const auto parsed = policy::ParseJsonTree(reply.body);
  const policy::Node* const message = parsed.ok() ? parsed->Find("message") : nullptr;
  return absl::StrCat(reply.status, " ", reply.error, ": ",
                      message == nullptr ? reply.body : message->text);
}

}  // namespace control
