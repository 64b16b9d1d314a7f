#include "plugin/reserved_topics.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

TEST(ReservedTopics, ArePublishedToWhereAwsListens) {  // A11
  for (const char* topic :
       {"$aws/things/T/shadow/update", "$aws/things/T/shadow/name/N/get",
        "$aws/things/T/jobs/start-next", "$aws/things/T/jobs/J/update",
        "$aws/things/T/defender/metrics/json", "$aws/certificates/create-from-csr/cbor",
        "$aws/commands/things/T/executions/E/response/json", "$aws/rules/R",
        "$aws/rules/R/any/thing/below", "$aws/things/T/streams/S/get/json"}) {
    EXPECT_TRUE(AwsLetsPublish(topic)) << topic;
  }
  for (const char* topic :
       {"$aws/things/T/shadow/update/accepted", "$aws/things/T/shadow/update/", "$aws/things/T",
        "$aws/things//shadow/update", "$aws/events/presence/connected/C", "$SYS/broker/uptime",
        "$aws", "$aws/", "$mine/topic", "$aws/rules", "$aws/things/T/defender/metrics/xml",
        "$aws/things/T/shadow/get|update|delete"}) {
    EXPECT_FALSE(AwsLetsPublish(topic)) << topic;
  }
}

TEST(ReservedTopics, AreSubscribedToWhereAwsSpeaks) {
  for (const char* filter :
       {"$aws/things/T/shadow/update/accepted", "$aws/things/+/shadow/#", "$aws/#",
        "$aws/things/T/shadow/get/+", "$aws/things/T/shadow/name/+/update/delta",
        "$aws/events/presence/+/C", "$aws/events/subscriptions/#", "$aws/things/T/jobs/notify-next",
        "$aws/commands/things/T/executions/+/request/json", "$aws/events/commandExecution/+/#",
        "$aws/things/T/shadow/update", "$aws/things/T/shadow/update/delta/#"}) {
    EXPECT_TRUE(AwsLetsSubscribe(filter)) << filter;
  }
  for (const char* filter :
       {"$SYS/#", "$mine/+", "$aws/rules/R", "$aws/rules/#", "$aws/things/T/jobs/start-next",
        "$aws/things/T/shadow/update/nothing", "$aws/things/T/shadow/update/delta/+", "$aws",
        "$aws/things/T/shadow/get|delete/accepted"}) {
    EXPECT_FALSE(AwsLetsSubscribe(filter)) << filter;
  }
}

TEST(ReservedTopics, BeginWithADollar) {
  EXPECT_TRUE(IsReservedOnAws("$aws/x"));
  EXPECT_FALSE(IsReservedOnAws("a/$aws"));
  EXPECT_FALSE(IsReservedOnAws(""));
}

}  // namespace
}  // namespace plugin
