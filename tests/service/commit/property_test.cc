// Laws that hold over thousands of random requests. The seed is printed, and taken from
// SHADOW_SEED.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdlib>
#include <map>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "shadow/delta.h"
#include "shadow/metadata.h"
#include "storage/memory_store.h"
#include "tests/service/commit/endpoint.h"
#include "tests/service/commit/told_history.h"
#include "tests/shadow/text.h"

namespace service {
namespace {

using shadow::Operation;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned Below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }

  std::string Scalar() {
    static const char* kScalars[] = {
        "1", "1.0", "-7", "0.5", "\"a\"", "\"\"", "true", "false", "9007199254740993", "\"1\""};
    return kScalars[Below(10)];
  }

  // A value that an update may hold: nulls among the members, none in arrays.
  std::string Value(int depth) {
    switch (depth > 3 ? 0 : Below(6)) {
      case 1:
        return Object(depth, true);
      case 2:
        return Array(depth);
      case 3:
        return "null";
      default:
        return Scalar();
    }
  }

  std::string Object(int depth, bool nulls) {
    std::string out = "{";
    for (unsigned i = Below(4); i > 0; --i) {
      std::string value = Value(depth + 1);
      if (!nulls && value == "null") value = "0";
      absl::StrAppend(&out, out.size() > 1 ? "," : "", "\"k", Below(5), "\":", value);
    }
    return out + "}";
  }

  std::string Array(int depth) {
    std::string out = "[";
    for (unsigned i = Below(3); i > 0; --i) {
      absl::StrAppend(&out, out.size() > 1 ? "," : "",
                      depth < 3 && Below(3) == 0 ? Array(depth + 1) : Scalar());
    }
    return out + "]";
  }

  std::string State() {
    switch (Below(8)) {
      case 0:
        return "null";
      case 1:
        return absl::StrCat(R"({"desired":null,"reported":)", Object(0, true), "}");
      case 2:
        return absl::StrCat(R"({"reported":)", Object(0, true), "}");
      case 3:
        return absl::StrCat(R"({"reported":)", Object(0, true), R"(,"desired":)", Object(0, true),
                            "}");
      default:
        return absl::StrCat(R"({"desired":)", Object(0, true), "}");
    }
  }

 private:
  std::mt19937 engine_;
};

unsigned Seed() {
  const char* set = std::getenv("SHADOW_SEED");
  return set != nullptr ? static_cast<unsigned>(std::strtoul(set, nullptr, 10))
                        : std::random_device()();
}

// The shape of a tree: members and elements, each leaf a dot.
void Shape(const rapidjson::Value& json, bool metadata, std::string& out) {
  const bool leaf = metadata ? json.IsObject() && json.MemberCount() == 1 &&
                                   json.HasMember("timestamp") && json["timestamp"].IsInt64()
                             : !json.IsObject() && !json.IsArray();
  if (leaf) {
    out.push_back('.');
  } else if (json.IsObject()) {
    out.push_back('{');
    for (const auto& member : json.GetObject()) {
      out.append(member.name.GetString());
      Shape(member.value, metadata, out);
    }
    out.push_back('}');
  } else {
    out.push_back('[');
    for (const auto& element : json.GetArray()) Shape(element, metadata, out);
    out.push_back(']');
  }
}

class Laws : public testing::Test {
 protected:
  // Parses a published payload.
  rapidjson::Document Json(const std::string& payload) {
    rapidjson::Document document;
    document.Parse(payload.c_str());
    EXPECT_FALSE(document.HasParseError()) << payload;
    return document;
  }

  // Holds a get's answer against the laws of a document.
  void ExpectLawful(const rapidjson::Document& got) {
    const auto& state = got["state"];
    for (const char* section : {"desired", "reported"}) {
      ASSERT_EQ(state.HasMember(section), got["metadata"].HasMember(section));
      if (!state.HasMember(section)) continue;
      EXPECT_GT(state[section].MemberCount(), 0u) << "C9";
      std::string state_shape;
      std::string metadata_shape;
      Shape(state[section], false, state_shape);
      Shape(got["metadata"][section], true, metadata_shape);
      EXPECT_EQ(state_shape, metadata_shape) << "D1";
    }
  }

  storage::MemoryStore store_;
  Endpoint endpoint_{store_};
};

TEST_F(Laws, HoldOverRandomRequests) {
  const unsigned seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  Random random(seed);
  const shadow::ShadowId id = {.thing = "T", .name = "S"};
  int64_t version = 0;  // the highest ever seen
  bool live = false;
  std::string last_current;  // `state` of the last documents message

  for (int step = 0; step < 5000 && !HasFailure(); ++step) {
    ++endpoint_.now;
    const unsigned dice = random.Below(20);
    if (dice == 0) {
      const auto published = endpoint_.Send(id, Operation::kDelete, "");
      EXPECT_EQ(published[0].first, live ? "delete/accepted" : "delete/rejected");
      if (live) {
        EXPECT_EQ(Json(published[0].second)["version"].GetInt64(), version) << "G5";
        version += 1;  // G6
      }
      live = false;
    } else if (dice < 5) {
      const auto published = endpoint_.Send(id, Operation::kGet, "");
      ASSERT_EQ(published[0].first, live ? "get/accepted" : "get/rejected");
      if (!live) continue;
      const auto got = Json(published[0].second);
      EXPECT_EQ(got["version"].GetInt64(), version);
      ExpectLawful(got);
      shadow::Arena arena;
      const shadow::Value root = shadow::Tree(published[0].second, arena);
      shadow::Value state = *shadow::Find(root, "state");
      const shadow::Value* delta = shadow::Find(state, "delta");
      const shadow::Value* desired = shadow::Find(state, "desired");
      const shadow::Value* reported = shadow::Find(state, "reported");
      const shadow::Value none;
      const shadow::Value computed = shadow::Delta(desired != nullptr ? *desired : none,
                                                   reported != nullptr ? *reported : none, arena);
      EXPECT_EQ(shadow::Text(delta != nullptr ? *delta : none), shadow::Text(computed)) << "E1";
      EXPECT_EQ(shadow::Differs(desired != nullptr ? *desired : none,
                                reported != nullptr ? *reported : none),
                delta != nullptr);
      if (delta != nullptr)
        state = shadow::Value::Object(state.members().first(state.members().size() - 1));
      EXPECT_EQ(shadow::Text(state), last_current) << "get shows what the last update left";
    } else {
      const std::string payload = absl::StrCat(R"({"state":)", random.State(), "}");
      const auto published = endpoint_.Send(id, Operation::kUpdate, payload);
      ASSERT_EQ(published[0].first, "update/accepted") << payload;
      ASSERT_EQ(published[1].first, "update/documents");
      ++version;
      live = true;
      for (const auto& [topic, text] : published) {
        const auto message = Json(text);
        const auto& holder = topic == "update/documents" ? message["current"] : message;
        EXPECT_EQ(holder["version"].GetInt64(), version) << "G2, F11";
      }
      shadow::Arena arena;
      const shadow::Value documents = shadow::Tree(published[1].second, arena);
      last_current = shadow::Text(*shadow::Find(*shadow::Find(documents, "current"), "state"));
      EXPECT_EQ(published.size() == 3, endpoint_.Send(id, Operation::kGet, "")[0].second.find(
                                           R"("delta":{)") != std::string::npos)
          << "E2";
    }
  }
}

// Whatever is asked in one group, and whatever of it is heard: asked again after a restart, each
// request that was accepted is answered with the bytes of the first time.
TEST_F(Laws, AnswersComeAgainAsTheyWere) {
  const unsigned seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  Random random(seed);
  uint64_t sequence = 0;
  for (int round = 0; round < 200 && !HasFailure(); ++round) {
    std::vector<std::string> payloads;
    std::vector<proto::LinkRequest> requests;
    for (int i = 0; i < 20; ++i) {
      payloads.push_back(absl::StrCat(R"({"state":)", random.State(), "}"));
    }
    for (const std::string& payload : payloads) {
      const bool deletes = random.Below(8) == 0;
      requests.push_back(
          {.sequence = ++sequence,
           .operation = deletes ? Operation::kDelete : Operation::kUpdate,
           .id = {.thing = "T", .name = random.Below(3) == 0 ? "S" : ""},
           .payload = deletes ? absl::string_view() : payload,
           .unheard = {.documents = random.Below(2) == 0, .delta = random.Below(2) == 0}});
    }
    const uint64_t first_sequence = requests.front().sequence;
    const auto first = Endpoint(store_).SendBatch(1, first_sequence, requests);
    for (proto::LinkRequest& request : requests) request.resent = true;
    const auto again = Endpoint(store_).SendBatch(1, first_sequence, requests);
    for (size_t i = 0; i < first.size(); ++i) {
      if (first[i][0].first == "delete/rejected") continue;  // with 500 where the cause has gone
      EXPECT_EQ(again[i], first[i]) << requests[i].payload;
    }
  }
}

// What an answer says was changed, in words: nothing for what changed nothing.
std::string Accepted(const proto::LinkRequest& request, const std::vector<Published>& published) {
  if (!absl::EndsWith(published[0].first, "/accepted")) return "";
  shadow::Arena arena;
  const shadow::Value answer = shadow::Tree(published[0].second, arena);
  int64_t version;
  EXPECT_TRUE(absl::SimpleAtoi(shadow::Find(answer, "version")->text(), &version));
  const bool deleted = request.operation == Operation::kDelete;
  return absl::StrCat(request.id.name, " ", deleted ? version + 1 : version,
                      deleted ? " deleted" : "");
}

// Groups with refusals among them, sent again and over restarts: what was accepted is told, once
// and in its order, and each entry knows the one before.
TEST_F(Laws, HistoryTellsWhatWasAcceptedAndNothingElse) {
  const unsigned seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  Random random(seed);
  std::vector<std::string> accepted;
  auto endpoint = std::make_unique<Endpoint>(store_);
  uint64_t sequence = 0;
  for (int round = 0; round < 300 && !HasFailure(); ++round) {
    std::vector<std::string> payloads;
    for (unsigned i = 1 + random.Below(10); i > 0; --i) {
      const std::string condition =
          random.Below(4) == 0 ? absl::StrCat(",\"version\":", random.Below(200)) : "";
      payloads.push_back(absl::StrCat("{\"state\":", random.State(), condition, "}"));
    }
    std::vector<proto::LinkRequest> requests;
    for (const std::string& payload : payloads) {
      requests.push_back(
          {.sequence = ++sequence,
           .operation = random.Below(8) == 0 ? Operation::kDelete : Operation::kUpdate,
           .id = {.thing = "T", .name = random.Below(3) == 0 ? "S" : ""},
           .payload = payload,
           .unheard = {.documents = random.Below(2) == 0, .delta = random.Below(2) == 0}});
    }
    const auto published = endpoint->SendBatch(1, requests.front().sequence, requests);
    for (size_t i = 0; i < requests.size(); ++i) {
      const std::string change = Accepted(requests[i], published[i]);
      if (!change.empty()) accepted.push_back(change);
    }
    if (random.Below(4) == 0) endpoint = std::make_unique<Endpoint>(store_);
    if (random.Below(2) == 0) {
      for (proto::LinkRequest& request : requests) request.resent = true;
      endpoint->SendBatch(1, requests.front().sequence, requests);
    }
  }
  const ToldHistory history(store_);
  std::vector<std::string> told;
  std::map<std::string, storage::RecordHead> heads;
  for (const ToldEntry& one : history.entries) {
    told.push_back(absl::StrCat(one.name, " ", one.entry.version,
                                one.entry.kind == storage::HistoryKind::kDelete ? " deleted" : ""));
    storage::RecordHead& head = heads[one.name];
    EXPECT_EQ(one.entry.previous_change, head.last_change);
    EXPECT_EQ(one.entry.previous_wish, head.last_wish);
    head.last_change = one.change;
    if (one.lane == storage::HistoryLane::kWishes) head.last_wish = one.change;
  }
  EXPECT_EQ(told, accepted);
  EXPECT_GT(accepted.size(), 500u);
  EXPECT_EQ(FedChanges(store_), history.Changes());
  for (const auto& [name, head] : heads) {
    const storage::RecordHead stored = StoredHead(store_, {.thing = "T", .name = name});
    EXPECT_EQ(stored.last_change, head.last_change);
    EXPECT_EQ(stored.last_wish, head.last_wish);
  }
}

}  // namespace
}  // namespace service
