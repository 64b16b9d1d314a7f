#include "tests/desk/case_world.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rest/target.h"

namespace desk {
namespace {

constexpr size_t kTimersAtATime = 10;
constexpr int kTimersRoundsMax = 10'000;

const Operation* FindIn(absl::Span<const Operation> operations, absl::string_view method,
                        const rest::Target& target) {
  for (const Operation& operation : operations) {
    if (operation.IsAt(method, target)) return &operation;
  }
  return nullptr;
}

control::CaseReply Refused(const control::Refusal& refusal) {
  const rest::Answer answer = control::WordRefusal(refusal);
  return {answer.status, answer.error_type.substr(0, answer.error_type.find(':')), answer.body};
}

}  // namespace

CaseWorld::CaseWorld(const Room& room) : room_(room) { account_.here().now_ms = 1'764'417'600'000; }

template <class Work>
void CaseWorld::Commit(Work work) {
  storage::Draft draft(store_);
  std::vector<Message> messages;
  Desk desk{
      .draft = draft, .account = account_.account(), .here = account_.here(), .messages = messages};
  const size_t mark = draft.mark();
  if (!work(desk)) {
    draft.Undo(mark);
    messages.clear();
  }
  const absl::Status read = draft.TakeStatus();
  ASSERT_TRUE(read.ok()) << read;
  for (const storage::Write& write : draft.Writes()) {
    if (!write.value || absl::StartsWith(write.key, kTimerPrefix)) continue;
    const absl::Status status = room_.check(write.key, *write.value);
    ASSERT_TRUE(status.ok()) << status;
  }
  ASSERT_TRUE(store_.Commit(draft.Writes(), storage::Durability::kSync).ok());
  for (Message& message : messages) published_.push_back(std::move(message));
}

control::CaseReply CaseWorld::Request(const control::CaseRequest& asked) {
  std::string target = asked.path;
  const char* separator = "?";
  for (const auto& [name, value] : asked.query) {
    absl::StrAppend(&target, separator, name, "=", rest::PercentEncode(value, false));
    separator = "&";
  }
  const auto parsed = rest::ParseTarget(target);
  if (!parsed) return {400, "InvalidRequestException", R"({"message":"This is no target."})"};
  const Operation* const operation = FindIn(
      asked.scope == "iot" ? room_.operations : room_.data_operations, asked.method, *parsed);
  if (operation == nullptr) {
    const auto reply = account_.Ask(asked.method, target, asked.body,
                                    {asked.headers.begin(), asked.headers.end()});
    if (room_.account_changed != nullptr) {
      Commit([&](Desk& desk) {
        room_.account_changed(account_.changes(), desk);
        return true;
      });
    }
    return {reply.status, reply.error.substr(0, reply.error.find(':')), reply.body};
  }
  const rest::Request request{
      .method = asked.method, .target = target, .headers = {}, .body = asked.body};
  const auto call = control::ReadCall(*operation, request, *parsed);
  if (const auto* refusal = std::get_if<control::Refusal>(&call)) return Refused(*refusal);
  control::CaseReply reply;
  Commit([&](Desk& desk) {
    const Outcome outcome = operation->perform(std::get<control::Call>(call), desk);
    if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) {
      reply = Refused(*refusal);
      return false;
    }
    const auto& done = std::get<Reply>(outcome);
    reply = {done.status, "", done.body};
    return true;
  });
  return reply;
}

control::CaseAnswer CaseWorld::Publish(const std::string& topic, const std::string& payload) {
  const std::string told = Tell(topic, payload);
  if (!absl::StartsWith(told, "rejected ")) return {true, told};
  return {false, told.substr(9)};
}

std::string CaseWorld::Tell(const std::string& topic, absl::string_view payload,
                            absl::string_view fault) {
  const desk::Request request{
      .topic = proto::ParseDeviceTopic(topic), .payload = payload, .fault = fault};
  if (request.topic.kind != proto::DeviceTopic::Kind::kRequest) return "no request";
  Answer answer;
  Commit([&](Desk& desk) {
    answer = room_.handle(request, desk);
    return answer.accepted;
  });
  return answer.accepted ? answer.payload : absl::StrCat("rejected ", answer.payload);
}

void CaseWorld::Pass(int64_t seconds) {
  account_.here().now_ms += seconds * 1000;
  bool more = true;
  for (int round = 0; more; ++round) {
    ASSERT_LT(round, kTimersRoundsMax) << "timers have no end";
    Commit([&](Desk& desk) {
      const std::vector<Timer> due = TakeDue(now(), kTimersAtATime, "", desk.draft);
      for (const Timer& timer : due) room_.time_out(timer, desk);
      more = !due.empty();
      return true;
    });
  }
}

std::vector<control::CaseMessage> CaseWorld::TakePublished() {
  std::vector<control::CaseMessage> taken;
  for (Message& message : std::exchange(published_, {})) {
    taken.push_back({.topic = std::move(message.topic),
                     .payload = std::move(message.payload),
                     .content_type = std::move(message.content_type),
                     .expires_in_s = message.expires == 0 ? 0 : message.expires - now()});
  }
  return taken;
}

std::string CaseWorld::Ask(absl::string_view method, absl::string_view target,
                           absl::string_view body, absl::string_view scope) {
  const control::CaseReply reply = Request({.method = std::string(method),
                                            .path = std::string(target),
                                            .body = std::string(body),
                                            .scope = std::string(scope)});
  if (reply.error.empty()) return reply.body;
  const auto parsed = policy::ParseJsonTree(reply.body);
  return absl::StrCat(reply.status, " ", reply.error, ": ",
                      parsed.ok() ? parsed->Find("message")->text : reply.body);
}

}  // namespace desk
