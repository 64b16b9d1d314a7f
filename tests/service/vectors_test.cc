// Every MQTT case of tests/cases/*.json, on the real worker with a memory store and the cases'
// clock: exact to the byte. tests/broker runs the same files over the real broker.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/answer.h"
#include "proto/topic.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/record.h"
#include "tests/service/endpoint.h"
#include "tests/shadow/text.h"

namespace service {
namespace {

using Json = rapidjson::Value;
constexpr int64_t kNow = 2000;

const Json* Member(const Json& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

// Canonical text, as our own printer has it: expectations are held to the same form of numbers.
std::string Canonical(const Json& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return buffer.GetString();
}

class Fill {
 public:
  explicit Fill(const Json& json) {
    if (const Json* fill = Member(json, "fill")) {
      placeholder_ = (*fill)["placeholder"].GetString();
      text_.assign((*fill)["count"].GetUint(), *(*fill)["char"].GetString());
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
    EXPECT_TRUE(absl::Base64Unescape(base64->GetString(), &bytes));
    return bytes;
  }
  const Json& payload = json["payload"];
  return fill.In(std::string(payload.GetString(), payload.GetStringLength()));
}

shadow::Operation OperationOf(const Json& json) {
  const std::string name = json["op"].GetString();
  return name == "get"      ? shadow::Operation::kGet
         : name == "delete" ? shadow::Operation::kDelete
                            : shadow::Operation::kUpdate;
}

shadow::ShadowId IdOf(const Json& json) {
  const Json* name = Member(json, "shadow");
  return {.thing = json["thing"].GetString(), .name = name != nullptr ? name->GetString() : ""};
}

// The documents of the cases have one time for all leaves that were there before.
shadow::Value Section(const Json& state, const char* name, shadow::Arena& arena) {
  const Json* section = Member(state, name);
  return section != nullptr ? shadow::Tree(Canonical(*section), arena, 1000) : shadow::Value();
}

std::optional<shadow::Record> GivenRecord(const Json* given, const Fill& fill,
                                          shadow::Arena& arena) {
  if (given == nullptr) return std::nullopt;
  if (const Json* tombstone = Member(*given, "tombstone")) {
    return shadow::Tombstone{.version = (*tombstone)["version"].GetInt64(), .deleted_at = kNow - 1};
  }
  rapidjson::Document filled;
  filled.Parse(fill.In(Canonical(*given)).c_str());
  return shadow::Document{.desired = Section(filled["state"], "desired", arena),
                          .reported = Section(filled["state"], "reported", arena),
                          .version = filled["version"].GetInt64()};
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
  ASSERT_EQ(published.size(), expected.Size());
  for (const Json& message : expected.GetArray()) {
    const std::string topic = message["topic"].GetString();
    const auto found = std::find_if(published.begin(), published.end(),
                                    [&](const Published& one) { return one.first == topic; });
    ASSERT_NE(found, published.end()) << "nothing on " << topic;
    EXPECT_EQ(found->second, fill.In(Canonical(message["payload"]))) << topic;
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

void RunVector(const Json& json) {
  shadow::Arena arena;
  storage::MemoryStore store;
  const Fill fill(json);
  Store(store, IdOf(json), GivenRecord(Member(json, "given"), fill, arena));
  Endpoint endpoint(store);
  const Json& expect = json["expect"];
  ExpectMessages(expect["messages"], fill,
                 endpoint.Send(IdOf(json), OperationOf(json), PayloadOf(json, fill)));
  if (expect.HasMember("stored")) {
    EXPECT_EQ(StoredText(store, IdOf(json)), fill.In(Canonical(expect["stored"])));
  }
}

void RunSequence(const Json& json) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  for (const Json& step : json["steps"].GetArray()) {
    const Fill fill(step);
    ExpectMessages(step["messages"], fill,
                   endpoint.Send(IdOf(json), OperationOf(step), PayloadOf(step, fill)));
  }
}

rapidjson::Document Load(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(content.str().c_str());
  EXPECT_FALSE(document.HasParseError())
      << path << ": " << rapidjson::GetParseError_En(document.GetParseError());
  return document;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, AreAnsweredToTheByte) {
  const rapidjson::Document document =
      Load(std::filesystem::path(CASES_DIR) / (GetParam() + ".json"));
  int run = 0;
  if (const Json* vectors = Member(document, "vectors")) {
    for (const Json& json : vectors->GetArray()) {
      if (std::string(json["transport"].GetString()) != "mqtt") continue;
      SCOPED_TRACE(json["id"].GetString());
      RunVector(json);
      ++run;
    }
  }
  if (const Json* sequences = Member(document, "sequences")) {
    for (const Json& json : sequences->GetArray()) {
      SCOPED_TRACE(json["id"].GetString());
      RunSequence(json);
      ++run;
    }
  }
  if (const Json* topics = Member(document, "topic_parsing")) {
    for (const Json& json : topics->GetArray()) {
      const proto::Topic topic = proto::ParseTopic(json["topic"].GetString());
      const Json& expect = json["expect"];
      SCOPED_TRACE(json["topic"].GetString());
      if (expect.HasMember("op")) {
        EXPECT_EQ(topic.kind, proto::Topic::Kind::kRequest);
        EXPECT_EQ(topic.id, IdOf(expect));
        EXPECT_EQ(topic.operation, OperationOf(expect));
      } else {
        EXPECT_EQ(topic.kind, expect.HasMember("response") ? proto::Topic::Kind::kAnswer
                                                           : proto::Topic::Kind::kNone);
      }
      ++run;
    }
  }
  EXPECT_GT(run, 0);
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
