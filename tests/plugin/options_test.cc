#include "plugin/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plugin {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const OptionList& list) {
  return std::string(ParseOptions(list).status().message());
}

TEST(PluginOptions, TakeEverySetting) {
  const auto options = ParseOptions({{"link_secret_file", "/s"},
                                     {"hash_excludes_parent", "false"},
                                     {"on_forbidden", "ignore"},
                                     {"skip_unheard", "true"},
                                     {"window_requests", "7"},
                                     {"window_bytes", "2048"},
                                     {"request_bytes_max", "4096"},
                                     {"link_timeout_ms", "50"}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->link_secret_file, "/s");
  EXPECT_FALSE(options->hash_excludes_parent);
  EXPECT_EQ(options->on_forbidden, OnForbidden::kIgnore);
  EXPECT_TRUE(options->skip_unheard);
  EXPECT_EQ(options->window_requests, 7u);
  EXPECT_EQ(options->window_bytes, 2048u);
  EXPECT_EQ(options->request_bytes_max, 4096u);
  EXPECT_EQ(options->link_timeout_ms, 50);
}

TEST(PluginOptions, ClosedModesNeedARegistry) {
  const auto parsed = [](OptionList list) {
    list.emplace_back("link_secret_file", "/s");
    return ParseOptions(list);
  };
  EXPECT_EQ(parsed({})->auth, Auth::kOpen);
  EXPECT_FALSE(parsed({})->open_beyond_loopback);
  EXPECT_FALSE(parsed({})->open_to_websocket);
  EXPECT_TRUE(parsed({{"open_to_websocket", "true"}})->open_to_websocket);
  EXPECT_EQ(parsed({{"auth", "certificate"}, {"registry", "/r"}})->auth, Auth::kCertificate);
  EXPECT_EQ(parsed({{"auth", "certificate_or_local"}, {"registry", "/r"}})->auth,
            Auth::kCertificateOrLocal);
  EXPECT_EQ(parsed({{"registry", "/r"}})->registry, "/r");
  EXPECT_THAT(std::string(parsed({{"auth", "certificate"}}).status().message()),
              HasSubstr("plugin_opt_registry is missing"));
  EXPECT_THAT(std::string(parsed({{"auth", "closed"}}).status().message()),
              HasSubstr("'closed' is not open, certificate or certificate_or_local"));
}

TEST(PluginOptions, QuotasAreOffUnlessAskedFor) {  // I3, I4
  const auto quotas = [](OptionList list) {
    list.emplace_back("link_secret_file", "/s");
    const auto options = ParseOptions(list);
    return std::pair(options->quota_in_flight.value(), options->quota_thing_rate.value());
  };
  EXPECT_THAT(quotas({}), testing::Pair(0, 0));
  EXPECT_THAT(quotas({{"aws_quotas", "true"}}), testing::Pair(10, 20));
  EXPECT_THAT(quotas({{"quota_in_flight", "3"}}), testing::Pair(3, 0));
  EXPECT_THAT(quotas({{"quota_thing_rate", "7"}}), testing::Pair(0, 7));
  EXPECT_THAT(quotas({{"quota_thing_rate", "0"}, {"aws_quotas", "true"}}), testing::Pair(10, 0));
}

TEST(PluginOptions, MannersAreOffUnlessAskedFor) {
  const auto manners = [](OptionList list) {
    list.emplace_back("link_secret_file", "/s");
    return ParseOptions(list).value().manners;
  };
  EXPECT_EQ(manners({}), Manners::Rules());
  EXPECT_EQ(manners({{"aws_manners", "true"}}), Manners::Aws());
  EXPECT_EQ(manners({{"manner_filters_max", "3"}}), Manners::Rules{.filters_max = 3});
  Manners::Rules but_one = Manners::Aws();
  but_one.no_qos_2 = false;
  EXPECT_EQ(manners({{"manner_no_qos_2", "false"}, {"aws_manners", "true"}}), but_one);
}

TEST(PluginOptions, EveryMannerHasItsOwn) {
  OptionList list = {{"link_secret_file", "/s"}};
  for (const char* name :
       {"no_qos_2", "no_unsupported_topic", "no_reserved_client_id", "keep_alive"}) {
    list.emplace_back(std::string("manner_") + name, "true");
  }
  for (const auto& [name, value] :
       {std::pair("payload_bytes_max", "131072"), std::pair("topic_bytes_max", "256"),
        std::pair("topic_slashes_max", "7"), std::pair("filters_max", "8"),
        std::pair("subscriptions_max", "50")}) {
    list.emplace_back(std::string("manner_") + name, value);
  }
  EXPECT_EQ(ParseOptions(list).value().manners, Manners::Aws());
}

TEST(PluginOptions, BoundsCanBeMoved) {
  const auto options = ParseOptions({{"link_secret_file", "/s"},
                                     {"manner_client_id_bytes_max", "1024"},
                                     {"manner_head_bytes_max", "0"},
                                     {"manner_session_filters_max", "7"}});
  const Manners::Rules moved = {
      .client_id_bytes_max = 1024, .head_bytes_max = 0, .session_filters_max = 7};
  EXPECT_EQ(options.value().manners, moved);
}

TEST(PluginOptions, NameWhatIsWrong) {
  EXPECT_THAT(ErrorOf({}), HasSubstr("plugin_opt_link_secret_file is missing"));
  EXPECT_THAT(ErrorOf({{"windw", "1"}}), HasSubstr("plugin_opt_windw is not a setting"));
  EXPECT_THAT(ErrorOf({{"window_requests", "0"}}), HasSubstr("whole number from 1 up"));
  for (const char* const outside : {"0", "50001"}) {
    EXPECT_THAT(ErrorOf({{"manner_session_filters_max", outside}}),
                HasSubstr("whole number from 1 to 50000"));
  }
  EXPECT_THAT(ErrorOf({{"window_bytes", "-5"}}), HasSubstr("'-5' is not a whole number"));
  EXPECT_THAT(ErrorOf({{"link_timeout_ms", "1s"}}), HasSubstr("plugin_opt_link_timeout_ms"));
  EXPECT_THAT(ErrorOf({{"hash_excludes_parent", "yes"}}), HasSubstr("true or false"));
  EXPECT_THAT(ErrorOf({{"aws_manners", "1"}}), HasSubstr("plugin_opt_aws_manners"));
  EXPECT_THAT(ErrorOf({{"manner_no_qos_2", "2"}}), HasSubstr("true or false"));
  EXPECT_THAT(ErrorOf({{"manner_x", "2"}}), HasSubstr("plugin_opt_manner_x is not a setting"));
  for (const char* bytes : {"0", "1025"}) {
    EXPECT_THAT(ErrorOf({{"manner_client_id_bytes_max", bytes}}),
                HasSubstr("is not a whole number from 1 to 1024"));
  }
  EXPECT_THAT(ErrorOf({{"on_forbidden", "kick"}}), HasSubstr("disconnect or ignore"));
}

TEST(WhatDoesNotFit, IsAWindowThatTakesAllTheMemory) {
  const measure::MemoryLimit limit = {.bytes = 64 << 20, .owner = "ulimit -v"};
  Options options;
  options.window_bytes = (64 << 20) - 1;
  EXPECT_EQ(WhatDoesNotFit(options, limit), "");
  options.window_bytes = 64 << 20;
  EXPECT_EQ(WhatDoesNotFit(options, limit),
            "window_bytes: '67108864' is as much as all the memory there is, 67108864 bytes by "
            "ulimit -v, or more");
}

}  // namespace
}  // namespace plugin
