// Every MQTT case of tests/cases/*.json, on the real worker with a memory store and the cases'
// clock: exact to the byte. tests/broker runs the same files over the real broker.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "proto/answer.h"
#include "proto/topic.h"
#include "service/console/preview.h"
#include "shadow/operation.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/record.h"
#include "tests/service/commit/endpoint.h"
#include "tests/shadow/text.h"

namespace service {
namespace {

using Json = shadow::Value;
constexpr int64_t kNow = 2000;

// The member, or null where it is not there or null.
const Json* Member(const Json& object, absl::string_view name) {
  const Json* member = shadow::Find(object, name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

// The member, which must be there.
const Json& At(const Json& object, absl::string_view name) {
  const Json* member = shadow::Find(object, name);
  if (member == nullptr) throw std::invalid_argument(absl::StrCat("no ", name));
  return *member;
}

std::string String(const Json& json) { return shadow::Unescape(json.text()); }

int64_t Number(const Json& json) {
  int64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(json.text(), &number));
  return number;
}

class Fill {
 public:
  explicit Fill(const Json& json) {
    if (const Json* fill = Member(json, "fill")) {
      placeholder_ = String(At(*fill, "placeholder"));
      for (int64_t i = Number(At(*fill, "count")); i > 0; --i) {
        text_.append(String(At(*fill, "char")));
      }
    }
  }
  std::string In(std::string text) const {
    return placeholder_.empty() ? text : absl::StrReplaceAll(text, {{placeholder_, text_}});
  }

 private:
  std::string placeholder_;
  std::string text_;
};

std::string PayloadOf(const Json& json, const Fill& fill) {
  if (const Json* base64 = Member(json, "payload_base64")) {
    std::string bytes;
    EXPECT_TRUE(absl::Base64Unescape(String(*base64), &bytes));
    return bytes;
  }
  return fill.In(String(At(json, "payload")));
}

shadow::Operation OperationOf(const Json& json) {
  const std::string name = String(At(json, "op"));
  return name == "get"      ? shadow::Operation::kGet
         : name == "delete" ? shadow::Operation::kDelete
                            : shadow::Operation::kUpdate;
}

// Names need no escapes: they are views into the case.
shadow::ShadowId IdOf(const Json& json) {
  const auto inside = [](const Json& text) {
    return text.text().substr(1, text.text().size() - 2);
  };
  const Json* name = Member(json, "shadow");
  return {.thing = inside(At(json, "thing")), .name = name != nullptr ? inside(*name) : ""};
}

// The documents of the cases have one time for all leaves that were there before.
shadow::Value Section(const Json& state, absl::string_view name, shadow::Arena& arena) {
  const Json* section = Member(state, name);
  return section != nullptr ? shadow::Tree(shadow::Text(*section), arena, 1000) : shadow::Value();
}

std::optional<shadow::Record> GivenRecord(const Json* given, const Fill& fill,
                                          shadow::Arena& arena) {
  if (given == nullptr) return std::nullopt;
  if (const Json* tombstone = Member(*given, "tombstone")) {
    return shadow::Tombstone{.version = Number(At(*tombstone, "version")), .deleted_at = kNow - 1};
  }
  const Json filled = shadow::Tree(arena.Copy(fill.In(shadow::Text(*given))), arena);
  const Json& state = At(filled, "state");
  return shadow::Document{.desired = Section(state, "desired", arena),
                          .reported = Section(state, "reported", arena),
                          .version = Number(At(filled, "version"))};
}

void Store(storage::Store& store, const shadow::ShadowId& id,
           const std::optional<shadow::Record>& record) {
  if (!record) return;
  ASSERT_TRUE(store
                  .Commit({{storage::RecordKey(id), storage::EncodeRecord(*record)}},
                          storage::Durability::kSync)
                  .ok());
}

void ExpectMessages(const Json& expected, const Fill& fill, std::vector<Published> published) {
  ASSERT_EQ(published.size(), expected.elements().size());
  for (const Json& message : expected.elements()) {
    const std::string topic = String(At(message, "topic"));
    const auto found = std::find_if(published.begin(), published.end(),
                                    [&](const Published& one) { return one.first == topic; });
    ASSERT_NE(found, published.end()) << "nothing on " << topic;
    EXPECT_EQ(found->second, fill.In(shadow::Text(At(message, "payload")))) << topic;
  }
}

// What is stored, in the form of the cases: through a get, which shows a document but its delta.
std::string StoredText(const storage::Store& store, const shadow::ShadowId& id) {
  std::vector<std::optional<std::string>> values;
  EXPECT_TRUE(store.Read({storage::RecordKey(id)}, values).ok());
  if (!values[0]) return "null";
  shadow::Arena arena;
  const auto record = storage::DecodeRecord(*values[0], arena);
  EXPECT_TRUE(record.ok()) << record.status();
  std::string text;
  if (const auto* tombstone = std::get_if<shadow::Tombstone>(&*record)) {
    return absl::StrCat(R"({"tombstone":{"version":)", tombstone->version, "}}");
  }
  proto::WordGetAccepted(std::get<shadow::Document>(*record), shadow::Value(), 0, "", text);
  return absl::StrReplaceAll(text, {{R"(,"timestamp":0})", "}"}});
}

// What the console says an update would do is what it does.
void ExpectForetold(const std::string& foretold, const std::vector<Published>& published,
                    const storage::Store& store, const shadow::ShadowId& id) {
  std::string said = "{";
  for (const auto& [topic, payload] : published) {
    absl::StrAppend(&said, said == "{" ? "\"" : ",\"", absl::StripPrefix(topic, "update/"),
                    "\":", payload);
  }
  shadow::Arena arena;
  const Json whole = shadow::Tree(foretold, arena);
  std::string messages = "{";
  for (const auto& [name, value] : whole.members()) {
    if (!value.is_object()) continue;
    absl::StrAppend(&messages, messages == "{" ? "" : ",", name, ":", shadow::Text(value));
  }
  EXPECT_EQ(messages, said);
  const Json& code = At(whole, "code");
  const bool refused = published.at(0).first == "update/rejected";
  EXPECT_EQ(code.text() != "200", refused);
  if (refused) {
    const Json rejected = shadow::Tree(published[0].second, arena);
    EXPECT_EQ(code.text(), At(rejected, "code").text());
    return;
  }
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store.Read({storage::RecordKey(id)}, values).ok());
  const auto record = storage::DecodeRecord(values[0].value(), arena);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(Number(At(whole, "bytes")),
            static_cast<int64_t>(shadow::StateBytes(std::get<shadow::Document>(*record))));
}

// Sends what a case says; gives what is published.
std::vector<Published> Send(const storage::Store& store, Endpoint& endpoint,
                            const shadow::ShadowId& id, const Json& step, const Fill& fill) {
  const shadow::Operation operation = OperationOf(step);
  const std::string payload = PayloadOf(step, fill);
  std::optional<std::string> foretold;
  if (operation == shadow::Operation::kUpdate) {
    Preview preview(store, {}, [&endpoint] { return endpoint.now; });
    foretold = preview.Of(id, payload).value();
  }
  auto published = endpoint.Send(id, operation, payload);
  if (foretold) ExpectForetold(*foretold, published, store, id);
  return published;
}

void RunVector(const Json& json) {
  shadow::Arena arena;
  storage::MemoryStore store;
  const Fill fill(json);
  Store(store, IdOf(json), GivenRecord(Member(json, "given"), fill, arena));
  Endpoint endpoint(store);
  const Json& expect = At(json, "expect");
  ExpectMessages(At(expect, "messages"), fill, Send(store, endpoint, IdOf(json), json, fill));
  if (const Json* stored = shadow::Find(expect, "stored")) {
    EXPECT_EQ(StoredText(store, IdOf(json)), fill.In(shadow::Text(*stored)));
  }
}

void RunSequence(const Json& json) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  for (const Json& step : At(json, "steps").elements()) {
    const Fill fill(step);
    ExpectMessages(At(step, "messages"), fill, Send(store, endpoint, IdOf(json), step, fill));
  }
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void RunTopic(const Json& json) {
  const std::string text = String(At(json, "topic"));
  const proto::Topic topic = proto::ParseTopic(text);
  const Json& expect = At(json, "expect");
  if (shadow::Find(expect, "op") != nullptr) {
    EXPECT_EQ(topic.kind, proto::Topic::Kind::kRequest);
    EXPECT_EQ(topic.id, IdOf(expect));
    EXPECT_EQ(topic.operation, OperationOf(expect));
  } else {
    EXPECT_EQ(topic.kind, shadow::Find(expect, "response") != nullptr ? proto::Topic::Kind::kAnswer
                                                                      : proto::Topic::Kind::kNone);
  }
}

// Runs the cases of one list, named by their member `name`; gives how many there were.
int RunList(const Json& file, absl::string_view list, absl::string_view name,
            void (*run)(const Json&)) {
  int count = 0;
  const Json* cases = Member(file, list);
  if (cases == nullptr) return count;
  for (const Json& one : cases->elements()) {
    const Json* transport = Member(one, "transport");
    if (transport != nullptr && String(*transport) != "mqtt") continue;
    SCOPED_TRACE(String(At(one, name)));
    run(one);
    ++count;
  }
  return count;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, AreAnsweredToTheByte) {
  shadow::Arena arena;
  const std::string text = ReadFile(std::filesystem::path(CASES_DIR) / (GetParam() + ".json"));
  const Json file = shadow::Tree(text, arena);
  EXPECT_GT(RunList(file, "vectors", "id", RunVector) +
                RunList(file, "sequences", "id", RunSequence) +
                RunList(file, "topic_parsing", "topic", RunTopic),
            0);
}

std::vector<std::string> CaseFiles() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(CASES_DIR)) {
    if (file.path().extension() == ".json") names.push_back(file.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Contract, Cases, testing::ValuesIn(CaseFiles()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace service
