#include "proto/device_topic.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace proto {
namespace {

// "request jobs json thing verb item" and so on.
std::string Told(absl::string_view topic) {
  static constexpr const char* kKinds[] = {"none", "request", "service"};
  static constexpr const char* kFamilies[] = {"jobs", "commands", "certificates", "templates"};
  static constexpr const char* kFormats[] = {"json", "cbor"};
  const DeviceTopic parsed = ParseDeviceTopic(topic);
  const std::string kind = kKinds[static_cast<size_t>(parsed.kind)];
  if (parsed.kind != DeviceTopic::Kind::kRequest) return kind;
  return absl::StrCat(kind, " ", kFamilies[static_cast<size_t>(parsed.family)], " ",
                      kFormats[static_cast<size_t>(parsed.format)],
                      parsed.is_client ? " client" : "", " subject=", parsed.subject,
                      " item=", parsed.item, " verb=", parsed.verb);
}

TEST(DeviceTopic, KnowsTheRequests) {
  EXPECT_EQ(Told("$aws/things/t/jobs/get"), "request jobs json subject=t item= verb=get");
  EXPECT_EQ(Told("$aws/things/t/jobs/start-next"),
            "request jobs json subject=t item= verb=start-next");
  EXPECT_EQ(Told("$aws/things/t/jobs/$next/get"),
            "request jobs json subject=t item=$next verb=get");
  EXPECT_EQ(Told("$aws/things/t/jobs/j/update"), "request jobs json subject=t item=j verb=update");
  EXPECT_EQ(Told("$aws/commands/things/t/executions/e/response/cbor"),
            "request commands cbor subject=t item=e verb=");
  EXPECT_EQ(Told("$aws/commands/clients/c/executions/e/response"),
            "request commands json client subject=c item=e verb=");
  EXPECT_EQ(Told("$aws/certificates/create/json"),
            "request certificates json subject= item= verb=create");
  EXPECT_EQ(Told("$aws/certificates/create-from-csr/cbor"),
            "request certificates cbor subject= item= verb=create-from-csr");
  EXPECT_EQ(Told("$aws/provisioning-templates/T/provision/json"),
            "request templates json subject=T item= verb=");
}

// They are answered that there is no such topic.
TEST(DeviceTopic, TakesTheRestOfAThingsJobsForRequestsWithoutAVerb) {
  for (const char* const rest : {"xyz", "j/xyz", "j/get/x", "/get", "get/", ""}) {
    const std::string topic = absl::StrCat("$aws/things/t/jobs/", rest);
    const DeviceTopic parsed = ParseDeviceTopic(topic);
    EXPECT_EQ(parsed.kind, DeviceTopic::Kind::kRequest) << rest;
    EXPECT_EQ(parsed.verb, "") << rest;
    EXPECT_EQ(parsed.subject, "t") << rest;
  }
}

TEST(DeviceTopic, LeavesWhatTheServicePublishesToTheService) {
  for (const char* const topic :
       {"$aws/things/t/jobs/notify", "$aws/things/t/jobs/notify-next",
        "$aws/things/t/jobs/get/accepted", "$aws/things/t/jobs/j/update/rejected",
        "$aws/commands/things/t/executions/e/request",
        "$aws/commands/things/t/executions/e/request/json",
        "$aws/commands/things/t/executions/e/response/accepted",
        "$aws/commands/things/t/executions/e/response/rejected/json",
        "$aws/commands/things/t/executions/e/response/xml", "$aws/commands/x",
        "$aws/commands/things/t", "$aws/certificates/create", "$aws/certificates/create/xml",
        "$aws/certificates/create/json/accepted", "$aws/certificates/x/json",
        "$aws/provisioning-templates/T/provision/json/rejected",
        "$aws/provisioning-templates/T/provision", "$aws/provisioning-templates//provision/json"}) {
    EXPECT_EQ(Told(topic), "service") << topic;
  }
}

TEST(DeviceTopic, LeavesOtherTopicsAlone) {
  for (const char* const topic :
       {"", "a/b", "$aws", "$aws/", "$aws/things/t/shadow/get", "$aws/things/t/jobs",
        "$aws/things/t t/jobs/get", "$aws/things//jobs/get", "$AWS/things/t/jobs/get",
        "$aws/things/t/job/get", "aws/commands/things/t/executions/e/response"}) {
    EXPECT_EQ(Told(topic), "none") << topic;
  }
}

TEST(DeviceTopic, NamesWhereAnAnswerGoes) {
  EXPECT_EQ(DeviceAnswerTopic("$aws/things/t/jobs/$next/get", true),
            "$aws/things/t/jobs/$next/get/accepted");
  EXPECT_EQ(DeviceAnswerTopic("$aws/certificates/create/cbor", false),
            "$aws/certificates/create/cbor/rejected");
  EXPECT_EQ(DeviceAnswerTopic("$aws/commands/things/t/executions/e/response/cbor", true),
            "$aws/commands/things/t/executions/e/response/accepted/cbor");
  EXPECT_EQ(DeviceAnswerTopic("$aws/commands/things/t/executions/e/response", false),
            "$aws/commands/things/t/executions/e/response/rejected/json");
}

}  // namespace
}  // namespace proto
