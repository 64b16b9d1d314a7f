// Every decision of tests/cases/policy/*.json: what AWS's documentation says, in process.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "policy/evaluate.h"
#include "shadow/json.h"
#include "tests/policy/texts.h"

namespace policy {
namespace {

using Json = shadow::Value;

// The member, or null where it is not there or null.
const Json* Member(const Json& object, absl::string_view name) {
  const Json* const member = shadow::Find(object, name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

std::string String(const Json& object, absl::string_view name) {
  const Json* const member = Member(object, name);
  return member == nullptr ? "" : shadow::Unescape(member->text());
}

// What a case says of the connection, and what its views look at.
class ConnectionText {
 public:
  // Members of `changes` stand in for those of `base`.
  ConnectionText(const Json* base, const Json* changes) : base_(base), changes_(changes) {
    ReadThing();
    ReadCertificate();
  }
  ConnectionText(const ConnectionText&) = delete;
  ConnectionText& operator=(const ConnectionText&) = delete;

  Connection Get() {
    Connection connection;
    connection.client_id = Text("client_id", client_id_);
    connection.source_ip = Text("source_ip", source_ip_);
    connection.domain_name = Text("domain_name", domain_name_);
    connection.will_topic = Text("will_topic", will_topic_);
    connection.has_will = !will_topic_.empty();
    connection.persistent = Find("persistent") != nullptr;
    if (Find("thing") != nullptr) connection.thing = &thing_;
    if (Find("certificate") != nullptr) connection.certificate = &facts_;
    return connection;
  }

 private:
  const Json* Find(absl::string_view name) const {
    if (changes_ != nullptr && shadow::Find(*changes_, name) != nullptr) {
      return Member(*changes_, name);
    }
    return base_ == nullptr ? nullptr : Member(*base_, name);
  }

  absl::string_view Text(absl::string_view name, std::string& kept) const {
    if (const Json* const found = Find(name)) kept = shadow::Unescape(found->text());
    return kept;
  }

  void ReadThing() {
    const Json* const thing = Find("thing");
    if (thing == nullptr) return;
    thing_.name = String(*thing, "name");
    thing_.type_name = String(*thing, "type");
    const Json* const attributes = Member(*thing, "attributes");
    if (attributes == nullptr) return;
    for (const shadow::Member& attribute : attributes->members()) {
      thing_.attributes[shadow::Unescape(attribute.key)] = shadow::Unescape(attribute.value.text());
    }
  }

  static void ReadList(const Json* object, absl::string_view name, std::vector<std::string>& out) {
    const Json* const list = object == nullptr ? nullptr : Member(*object, name);
    if (list == nullptr) return;
    for (const Json& value : list->elements()) out.push_back(shadow::Unescape(value.text()));
  }

  void ReadCertificate() {
    const Json* const certificate = Find("certificate");
    if (certificate == nullptr) return;
    facts_.id = String(*certificate, "id");
    facts_.serial_number = String(*certificate, "serial_number");
    const Json* const subject = Member(*certificate, "subject");
    ReadList(subject, "CommonName", facts_.Subject(NameAttribute::kCommonName));
    ReadList(subject, "Organization", facts_.Subject(NameAttribute::kOrganization));
    ReadList(Member(*certificate, "issuer"), "Organization",
             facts_.Issuer(NameAttribute::kOrganization));
    ReadList(Member(*certificate, "subject_alternative"), "DNSName",
             facts_.SubjectAlternative(AlternativeName::kDnsName));
  }

  const Json* base_;
  const Json* changes_;
  Thing thing_;
  CertificateFacts facts_;
  std::string client_id_, source_ip_, domain_name_, will_topic_;
};

std::string Outcome(const Decision& decision) {
  if (decision.allowed) return "allow";
  return decision.statement != nullptr ? "deny" : "nothing";
}

void CheckDecision(absl::Span<const Document* const> policies, const Json* base, const Json& json) {
  SCOPED_TRACE(String(json, "id") + ": " + String(json, "title"));
  const auto action = FindAction(String(json, "action"));
  ASSERT_TRUE(action);
  const std::string name = String(json, "name");
  Request request{*action, name};
  if (const Json* const now = Member(json, "now")) {
    ASSERT_TRUE(absl::SimpleAtoi(now->text(), &request.now));
  }
  ConnectionText connection(base, Member(json, "connection"));
  EXPECT_EQ(Outcome(Decide(policies, request, connection.Get())), String(json, "expect"));
}

int CheckGroup(const Json& group) {
  std::vector<Document> documents;
  for (const Json& policy : Member(group, "policies")->elements()) {
    std::string text;
    shadow::PrintJson(policy, text);
    documents.push_back(Compiled(text));
  }
  std::vector<const Document*> policies;
  for (const Document& document : documents) policies.push_back(&document);
  const auto decisions = Member(group, "decisions")->elements();
  for (const Json& decision : decisions) {
    CheckDecision(policies, Member(group, "connection"), decision);
  }
  return static_cast<int>(decisions.size());
}

TEST(Decisions, AreThoseOfAwsDocumentation) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CASES_DIR)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    shadow::Arena arena;
    const std::string content = text.str();
    const auto file = shadow::ParseJson(content, 0, arena);
    ASSERT_TRUE(file);
    for (const Json& group : Member(*file, "groups")->elements()) count += CheckGroup(group);
  }
  EXPECT_GE(count, 140);
}

}  // namespace
}  // namespace policy
